import { ACTION_API_VERSION, type AnyAction } from '../action/action.js'
import type { JsonObject } from '../json.js'
import { type SchemaCheck, compileSchema } from '../form/schema-compiler.js'

/** Something wrong with an action itself, found when it is registered. Such an action is not installed. */
export interface ActionIssue {
  readonly code: 'action-duplicate' | 'action-api-version' | 'action-version' | 'action-type' | 'action-incomplete' | 'action-schema'
  readonly type: string
  readonly message: string
}

/** The installed actions. Immutable. */
export interface ActionRegistry {
  /** By type or alias; `undefined` when it is not installed. */
  get(type: string): AnyAction | undefined
  /** Canonical types, sorted. */
  readonly types: readonly string[]
  /** Every name that `get` knows. */
  readonly names: readonly string[]
  readonly issues: readonly ActionIssue[]
  /** Checks a config against the action's JSON Schema. */
  configCheck(action: AnyAction): SchemaCheck
}

const semanticVersion = /^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?$/
const typeName = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/

const declarationIssue = (action: AnyAction): Omit<ActionIssue, 'type'> | undefined => {
  if (!typeName.test(action.type)) return { code: 'action-type', message: `the action type ${JSON.stringify(action.type)} must be in kebab-case` }
  const { apiVersion } = action as { readonly apiVersion: unknown }
  if (apiVersion !== ACTION_API_VERSION) return { code: 'action-api-version', message: `${action.type} is written for version ${String(apiVersion)} of the action contract; this program has version ${ACTION_API_VERSION}` }
  if (!semanticVersion.test(action.version)) return { code: 'action-version', message: `the version ${JSON.stringify(action.version)} of ${action.type} is not a semantic version` }
  const creates = action.effect === 'create' || typeof action.effect === 'function'
  if (creates && (action.reconcile === undefined || action.compensate === undefined)) return { code: 'action-incomplete', message: `${action.type} may create something: it needs reconcile and compensate` }
  return undefined
}

const compiled = (schema: JsonObject): SchemaCheck | { readonly failure: string } => {
  try {
    return compileSchema(schema)
  } catch (error) {
    return { failure: error instanceof Error ? error.message : 'it cannot be compiled' }
  }
}

/**
 * Registers actions. One that breaks the contract, or whose name is taken, is left out and told; the others are installed. The first of
 * two with one name stays.
 */
export const createActionRegistry = (actions: readonly AnyAction[]): ActionRegistry => {
  const byName = new Map<string, AnyAction>()
  const checks = new Map<AnyAction, SchemaCheck>()
  const issues: ActionIssue[] = []
  for (const action of actions) {
    const names = [action.type, ...(action.aliases ?? [])]
    const taken = names.find((name) => byName.has(name))
    const issue = taken === undefined ? declarationIssue(action) : { code: 'action-duplicate' as const, message: `the name ${taken} of ${action.type} is taken by ${byName.get(taken)?.type ?? 'another action'}` }
    if (issue !== undefined) {
      issues.push({ type: action.type, ...issue })
      continue
    }
    const check = compiled(action.config.jsonSchema)
    if ('failure' in check) {
      issues.push({ type: action.type, code: 'action-schema', message: `the config schema of ${action.type} cannot be used: ${check.failure}` })
      continue
    }
    checks.set(action, check)
    for (const name of names) byName.set(name, action)
  }
  return {
    get: (type) => byName.get(type),
    types: [...checks.keys()].map((action) => action.type).sort(),
    names: [...byName.keys()].sort(),
    issues,
    configCheck: (action) => checks.get(action) ?? (() => []),
  }
}
