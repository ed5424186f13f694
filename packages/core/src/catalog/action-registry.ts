import { ACTION_API_VERSION, type AnyAction } from '../action/action.js'
import type { JsonObject } from '../json.js'
import { type SchemaCheck, compileSchema } from '../form/schema-compiler.js'
import { actionShapeProblem } from './action-shape.js'

/** Something wrong with an action itself, found when it is registered. Such an action is not installed. */
export interface ActionIssue {
  readonly code: 'action-duplicate' | 'action-api-version' | 'action-version' | 'action-type' | 'action-incomplete' | 'action-schema' | 'action-shape'
  /** Empty where it has none. */
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

/** An action for another version may have another shape, so the version comes first. */
const declarationIssue = (action: AnyAction): Omit<ActionIssue, 'type'> | undefined => {
  const { apiVersion } = ((action as unknown) ?? {}) as { readonly apiVersion?: unknown }
  if (typeof apiVersion === 'number' && apiVersion !== ACTION_API_VERSION) return { code: 'action-api-version', message: `${action.type} is written for version ${apiVersion} of the action contract; this program has version ${ACTION_API_VERSION}: install a version of it that is made for ${ACTION_API_VERSION}` }
  const shape = actionShapeProblem(action)
  if (shape !== undefined) return { code: 'action-shape', message: shape }
  if (!typeName.test(action.type)) return { code: 'action-type', message: `the action type ${JSON.stringify(action.type)} must be in kebab-case` }
  if (!semanticVersion.test(action.version)) return { code: 'action-version', message: `the version ${JSON.stringify(action.version)} of ${action.type} is not a semantic version` }
  const creates = action.effect === 'create' || typeof action.effect === 'function'
  if (creates && (action.reconcile === undefined || action.compensate === undefined)) return { code: 'action-incomplete', message: `${action.type} may create something: it needs reconcile and compensate` }
  return undefined
}

const namesOf = (action: AnyAction): readonly string[] => [action.type, ...action.aliases ?? []]

const nameIssue = (action: AnyAction, byName: ReadonlyMap<string, AnyAction>): Omit<ActionIssue, 'type'> | undefined => {
  const taken = namesOf(action).find((name) => byName.has(name))
  return taken === undefined ? undefined : { code: 'action-duplicate', message: `the name ${taken} of ${action.type} is taken by ${byName.get(taken)?.type ?? 'another action'}` }
}

const typeOf = (action: unknown): string => {
  const { type } = (action ?? {}) as { readonly type?: unknown }
  return typeof type === 'string' ? type : ''
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
    const issue = declarationIssue(action) ?? nameIssue(action, byName)
    if (issue !== undefined) {
      issues.push({ type: typeOf(action), ...issue })
      continue
    }
    const check = compiled(action.config.jsonSchema)
    if ('failure' in check) {
      issues.push({ type: action.type, code: 'action-schema', message: `the config schema of ${action.type} cannot be used: ${check.failure}` })
      continue
    }
    checks.set(action, check)
    for (const name of namesOf(action)) byName.set(name, action)
  }
  return {
    get: (type) => byName.get(type),
    types: [...checks.keys()].map((action) => action.type).sort(),
    names: [...byName.keys()].sort(),
    issues,
    configCheck: (action) => checks.get(action) ?? (() => []),
  }
}
