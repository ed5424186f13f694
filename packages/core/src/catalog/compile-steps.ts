import type { ErrorObject } from 'ajv'
import type { AnyAction } from '../action/action.js'
import { nearestName } from '../expression/nearest-name.js'
import { parsePath } from '../expression/path.js'
import type { ValueType } from '../expression/value-type.js'
import type { Form } from '../form/form.js'
import type { Json, JsonObject } from '../json.js'
import type { SeenExpression } from '../template/check-template.js'
import { type CompiledConfig, type ConfigIssue, type ConfigPath, checkConfig, compileConfig } from '../template/config.js'
import type { Environment, OutputDeclaration } from '../template/environment.js'
import { memberType } from '../template/type-members.js'
import { positionInScalar } from '../template/scalar-position.js'
import type { ActionRegistry } from './action-registry.js'
import { checkTogether } from './check-conditions.js'
import type { Findings } from './conform.js'
import type { FieldOrigins } from './dialects/field-origins.js'
import type { CompiledStep } from './loaded-item.js'
import { type TypedTemplate, checkFilledConfig, typedTemplate } from './check-filled-config.js'
import { olderPaths } from './older-paths.js'
import { withOutputNames } from './output-names.js'
import { readConditions } from './read-condition.js'
import { type ReadStep, placeIn } from './read-steps.js'
import { checkReservedConfig } from './reserved-actions.js'
import { type SourceNode, child, nodeAt } from './source-node.js'
import { type TemplateTargets, targetsOf, unknownTargets } from './template-targets.js'
import { outputType } from './value-types.js'

/** What the steps of one mode are compiled against. */
export interface CompileSurroundings {
  readonly findings: Findings
  readonly source: string
  readonly actions: ActionRegistry
  readonly itemId: string
  readonly form: Form
  readonly origins: FieldOrigins
  readonly fields: ValueType
  readonly metadata: ValueType
  readonly request: ValueType
  readonly system: ValueType
  readonly env: ReadonlySet<string>
}

const openOutput: ValueType = { kind: 'object', open: true, properties: new Map([['status', { kind: 'string' }]]) }

/** An action's own code runs here: what it throws is told, and nothing else stops. */
const guarded = <Value>(surroundings: CompileSurroundings, step: ReadStep, work: () => Value, otherwise: Value): Value => {
  try {
    return work()
  } catch (error) {
    const { definition, node, path } = step
    surroundings.findings.add('action-broken', 'error', [...path, 'config'], node.start, `${definition.action} failed on this config: ${error instanceof Error ? error.message : 'it says no more'}`)
    return otherwise
  }
}

const declarationOf = (surroundings: CompileSurroundings, step: ReadStep): OutputDeclaration => {
  const { action, definition, node, path } = step
  const maySkip = definition.conditions.length > 0 || definition.onFailure !== 'fail' ? { maySkip: true } : {}
  const named = (type: ValueType): ValueType => withOutputNames(type, definition.outputs, (name, message, suggestion) => {
    surroundings.findings.add('output-path', 'error', [...path, 'output', 'fields', name], placeIn(node, ['output', 'fields', name]) ?? node.start, message, { suggestion })
  })
  if (action === undefined) return { type: named(openOutput), ...maySkip }
  const declared = guarded(surroundings, step, () => action.declaredOutputs?.(definition.config), undefined)
  return { type: named(outputType(action.output.jsonSchema, declared, action.declaredOutputs !== undefined)), ...maySkip }
}

const outputsFor = (surroundings: CompileSurroundings, steps: readonly ReadStep[]): readonly OutputDeclaration[] => {
  const fallbacks = new Set(steps.flatMap(({ definition: { onFailure } }) => typeof onFailure === 'object' ? [onFailure.fallback] : []))
  return steps.map((step) => fallbacks.has(step.definition.id) ? { ...declarationOf(surroundings, step), maySkip: true } : declarationOf(surroundings, step))
}

const sameText = (node: SourceNode | undefined, text: string): readonly SourceNode[] => {
  if (node === undefined) return []
  if (node.kind === 'scalar') return node.value === text ? [node] : []
  const below = node.kind === 'list' ? node.items : [...node.entries.values()].map((entry) => entry.node)
  return below.flatMap((one) => sameText(one, text))
}

/** The scalar of the file that a text of the (normalised) config came from: at its path, else the only one with this text. */
const scalarOf = (config: SourceNode | undefined, path: ConfigPath, text: string): SourceNode | undefined => {
  const there = nodeAt(config, path)
  if (there?.kind === 'scalar' && there.value === text) return there
  const same = sameText(config, text)
  return same.length === 1 ? same[0] : undefined
}

const textAt = (config: Json, path: ConfigPath): string | undefined => {
  const found = path.reduce<unknown>((value, part) => typeof value === 'object' && value !== null && Object.hasOwn(value, part) ? (value as Record<string | number, unknown>)[part] : undefined, config)
  return typeof found === 'string' ? found : undefined
}

const templateOffset = ({ source }: CompileSurroundings, { definition, node }: ReadStep, issue: ConfigIssue): number => {
  const config = child(node, 'config')
  const text = textAt(definition.config, issue.path)
  const scalar = text === undefined ? undefined : scalarOf(config, issue.path, text)
  if (scalar?.kind !== 'scalar' || text === undefined) return placeIn(config, issue.path) ?? node.start
  return scalar.start + positionInScalar(source.slice(scalar.start, scalar.end), scalar.style, text, issue.offset)
}

/** An env name that is not allowed stops the ordering of the mode that reads it; the mode is settled when the findings are told. */
const tellTemplate = (surroundings: CompileSurroundings, step: ReadStep, issue: ConfigIssue): void => {
  surroundings.findings.add(issue.code, issue.code === 'maybe-missing' ? 'strict' : issue.severity, [...step.path, 'config', ...issue.path], templateOffset(surroundings, step, issue), issue.message, {
    suggestion: issue.suggestion, blocks: issue.code === 'env-not-allowed',
  })
}

const pointerPath = (pointer: string): ConfigPath =>
  pointer.split('/').slice(1).map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~')).map((part) => /^\d+$/.test(part) ? Number(part) : part)

const startsWith = (path: ConfigPath, prefix: ConfigPath): boolean => prefix.every((part, index) => String(path[index]) === String(part))

const ofTheText: ReadonlySet<string> = new Set(['type', 'pattern', 'format', 'enum', 'const', 'minLength', 'maxLength'])
const ofBranches: ReadonlySet<string> = new Set(['anyOf', 'oneOf', 'not', 'if', 'contains'])

/** A rule about a text that is still a template is checked when it is rendered. */
const isDeferred = (error: ErrorObject, templates: readonly ConfigPath[]): boolean => {
  const at = pointerPath(error.instancePath)
  if (ofTheText.has(error.keyword)) return templates.some((path) => path.length === at.length && startsWith(path, at))
  return ofBranches.has(error.keyword) && templates.some((path) => startsWith(path, at))
}

const schemaMessage = (error: ErrorObject): string => {
  const name = pointerPath(error.instancePath).join('.') || 'config'
  const params = error.params as Readonly<Record<string, unknown>>
  if (error.keyword === 'enum') return `${name} must be one of ${(params['allowedValues'] as readonly unknown[]).map(String).join(', ')}`
  if (error.keyword === 'required') return `${name} needs ${String(params['missingProperty'])}`
  return `${name} ${error.message ?? 'does not fit the schema'}`
}

const knownNames = (error: ErrorObject): readonly string[] => {
  const parent = error.parentSchema as { readonly properties?: JsonObject } | undefined
  return Object.keys(parent?.properties ?? {})
}

const tellSchema = ({ findings }: CompileSurroundings, { node, path, definition }: ReadStep, error: ErrorObject): void => {
  const at = pointerPath(error.instancePath)
  const config = child(node, 'config')
  const extra = error.keyword === 'additionalProperties' || error.keyword === 'unevaluatedProperties'
    ? String((error.params as Record<string, unknown>)['additionalProperty'] ?? (error.params as Record<string, unknown>)['unevaluatedProperty']) : undefined
  if (extra === undefined) {
    findings.add('config', 'error', [...path, 'config', ...at], placeIn(config, at) ?? node.start, `${definition.action}: ${schemaMessage(error)}`)
    return
  }
  const parent = nodeAt(config, at)
  const offset = parent?.kind === 'object' ? parent.entries.get(extra)?.keyStart : undefined
  const near = nearestName(extra, knownNames(error))
  findings.add('config-key', 'strict', [...path, 'config', ...at, extra], offset ?? placeIn(config, at) ?? node.start,
    `${definition.action} does not know ${extra}; it is not read${near === undefined ? '' : `: did you mean ${near}?`}`, { suggestion: near })
}

/** A union tells each of its branches; what matters is that none fits. */
const withoutBranches = (errors: readonly ErrorObject[]): readonly ErrorObject[] => {
  const unions = errors.filter((error) => error.keyword === 'anyOf' || error.keyword === 'oneOf').map((error) => `${error.schemaPath}/`)
  return errors.filter((error) => !unions.some((union) => error.schemaPath.startsWith(union)))
}

const checkSchema = (surroundings: CompileSurroundings, step: ReadStep, action: AnyAction, compiled: CompiledConfig | undefined): void => {
  const templates = (compiled?.templates ?? []).filter(({ template }) => !template.constant).map(({ path }) => path)
  const errors = surroundings.actions.configCheck(action)(step.definition.config)
  for (const error of withoutBranches(errors.filter((one) => !isDeferred(one, templates)))) tellSchema(surroundings, step, error)
}

/** Each template filled with values of its type: what no value makes right is an error, what some values break one in profile strict. */
const checkFilled = ({ findings, actions }: CompileSurroundings, { definition, node, path }: ReadStep, action: AnyAction, typed: ReadonlyMap<string, TypedTemplate>): void => {
  for (const problem of checkFilledConfig(definition.config, actions.configCheck(action), [...typed.values()])) {
    const code = problem.some ? 'config-value' : 'config'
    findings.add(code, problem.some ? 'strict' : 'error', [...path, 'config', ...problem.path], placeIn(child(node, 'config'), problem.path) ?? node.start, `${definition.action}: ${problem.message}`)
  }
}

const lint = (surroundings: CompileSurroundings, step: ReadStep, action: AnyAction): void => {
  const config = child(step.node, 'config')
  for (const finding of guarded(surroundings, step, () => action.lint?.(step.definition.config) ?? [], [])) {
    const blocks = finding.severity === 'blocks'
    surroundings.findings.add(`${action.type}/${finding.code}`, finding.severity === 'error' ? 'error' : 'warning', [...step.path, 'config', ...finding.path], placeIn(config, finding.path) ?? step.node.start, finding.message, { blocks })
  }
}

const compileStep = (surroundings: CompileSurroundings, step: ReadStep, environment: Environment): CompiledStep | undefined => {
  const { action, definition } = step
  const none: TemplateTargets | undefined = undefined
  const targets = action === undefined ? unknownTargets : guarded(surroundings, step, () => targetsOf(action, definition.config), none)
  if (targets === undefined) return undefined
  const spell = olderPaths({ ...surroundings, output: environment.output })
  const { compiled, issues } = compileConfig(definition.config, (path) => targets.target(path), spell)
  const typed = new Map<string, TypedTemplate>()
  const see = (path: ConfigPath, seen: SeenExpression): void => { typed.set(path.join('\n'), typedTemplate(path, seen)) }
  const checked = compiled === undefined ? [] : checkConfig(compiled, environment, (path) => targets.secretsAllowed(path), see)
  for (const issue of [...issues, ...checked]) tellTemplate(surroundings, step, issue)
  if (action === undefined) {
    checkReservedConfig(surroundings.findings, step)
    return undefined
  }
  checkSchema(surroundings, step, action, compiled)
  checkFilled(surroundings, step, action, typed)
  lint(surroundings, step, action)
  return compiled === undefined ? undefined : { definition, config: compiled }
}

const typeOfDeclaration = (declaration: OutputDeclaration | undefined): ValueType => ({ ...(declaration?.type ?? openOutput), ...(declaration?.maySkip === true ? { optional: true } : {}) })

/** Whether the conditions of a step can hold: with the fields of the form, and what earlier steps are known to give. */
const checkConditions = ({ findings, form }: CompileSurroundings, { node, path, definition }: ReadStep, outputs: ValueType): void => {
  if (definition.conditions.length === 0) return
  const typeOf = (text: string): ValueType | undefined => {
    const [scope, ...names] = parsePath(text) ?? []
    return scope !== 'output' ? undefined : names.reduce<ValueType | undefined>((type, name) => {
      const found = type && memberType(type, name)
      return found && 'type' in found ? found.type : undefined
    }, outputs)
  }
  checkTogether(findings, { form, typeOf }, readConditions({ ...findings, add: () => undefined }, node, 'conditions', path), `the action ${definition.id} never runs`)
}

export interface CompiledSteps {
  readonly steps: ReadonlyMap<string, CompiledStep>
  /** Of every step, in the order in which they run. */
  readonly outputs: ReadonlyMap<string, OutputDeclaration>
}

/**
 * Compiles and checks the configs of steps that stand in the order in which they run. What is wrong is found with its place in the
 * file; a step that cannot be compiled, or whose action is not installed, is left out of the answer.
 */
export const compileSteps = (surroundings: CompileSurroundings, steps: readonly ReadStep[]): CompiledSteps => {
  const outputs = outputsFor(surroundings, steps)
  const { fields, metadata, request, system, env } = surroundings
  const compiled = new Map<string, CompiledStep>()
  const types: ValueType = { kind: 'object', properties: new Map(steps.map(({ definition }, index) => [definition.id, typeOfDeclaration(outputs[index])] as const)) }
  for (const [index, step] of steps.entries()) {
    checkConditions(surroundings, step, types)
    const output = new Map(steps.map((other, position) => [other.definition.id, { ...(outputs[position] ?? { type: openOutput }), ...(position >= index ? { later: true } : {}) }]))
    const one = compileStep(surroundings, step, { fields, metadata, request, system, env, secrets: 'any', output, secretsAllowed: true })
    if (one !== undefined) compiled.set(step.definition.id, one)
  }
  return { steps: compiled, outputs: new Map(steps.map(({ definition }, index) => [definition.id, outputs[index] ?? { type: openOutput }])) }
}

