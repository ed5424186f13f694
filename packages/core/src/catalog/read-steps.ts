import type { AnyAction, NormalizedConfig } from '../action/action.js'
import { nearestName } from '../expression/nearest-name.js'
import type { Form } from '../form/form.js'
import { formFields } from '../form/form.js'
import { isSealedType } from '../form/field-type.js'
import type { JsonObject } from '../json.js'
import { isJsonObject } from '../json.js'
import type { ActionRegistry } from './action-registry.js'
import type { FulfillmentMode } from './catalog-item.js'
import { canonicalKeys } from './config-keys.js'
import type { Findings } from './conform.js'
import { withEntry } from './dialects/edit-source.js'
import { durationSeconds } from './duration.js'
import type { DocumentPath } from './issue.js'
import type { PlannableStep } from './loaded-item.js'
import { orderSteps } from './order-steps.js'
import { readOutputNames } from './output-names.js'
import { type PlacedCondition, readConditions } from './read-condition.js'
import { type ObjectNode, type SourceNode, child, flagOf, itemsOf, keyOffset, numberOf, objectOf, textOf, textsOf, valueOf } from './source-node.js'
import type { StepDefinition, StepRetry } from './step-definition.js'

/** A step as read, with its place and its action. */
export interface ReadStep {
  readonly definition: StepDefinition
  readonly node: ObjectNode
  readonly path: DocumentPath
  /** Absent: the type is not installed. */
  readonly action?: AnyAction
}

/** The steps of one mode. `ordered` is false when they depend on each other in a circle. */
export interface ReadSteps {
  readonly steps: readonly ReadStep[]
  readonly ordered: boolean
}

/** What a plan needs to know of a step. */
export const plannable = ({ definition, action }: ReadStep): PlannableStep => ({
  definition,
  effect: action === undefined || typeof action.effect === 'function' ? 'by-config' : action.effect,
  compensable: typeof action?.compensate === 'function',
})

interface Reading {
  readonly findings: Findings
  readonly actions: ActionRegistry
  readonly form: Form
}

const DEFAULT_TIMEOUT_MS = 300_000
const defaultRetry: StepRetry = { attempts: 3, delayMs: 30_000, backoff: 'exponential', maxDelayMs: 300_000, on: ['timeout', 'error'] }

/** Seconds of a duration or a bare number, as milliseconds. */
export const milliseconds = (node: SourceNode | undefined): number | undefined => {
  const value = node === undefined ? undefined : valueOf(node)
  const seconds = typeof value === 'number' || typeof value === 'string' ? durationSeconds(value) : undefined
  return seconds === undefined ? undefined : seconds * 1000
}

const positive = (value: number | undefined, least: number, most: number): number | undefined =>
  value === undefined || !Number.isFinite(value) ? undefined : Math.min(Math.max(value, least), most)

const retryOf = ({ findings }: Reading, node: ObjectNode, path: DocumentPath, inner: JsonObject | undefined): { readonly retry?: StepRetry } => {
  const retry = child(node, 'retry')
  const wanted = textOf(child(child(node, 'error_handling'), 'strategy')) === 'retry'
  if (retry === undefined && inner === undefined) return wanted ? { retry: defaultRetry } : {}
  if (flagOf(child(retry, 'enabled')) === false) return {}
  const from = (name: string): number | undefined => numberOf(child(retry, name)) ?? (typeof inner?.[name] === 'number' ? inner[name] : undefined)
  const on = child(retry, 'retry_on')
  for (const [index, item] of itemsOf(retry, 'retry_on').entries()) {
    const reason = textOf(item) ?? ''
    if (!['timeout', 'error'].includes(reason) && !/^[A-Z][A-Z0-9_]*$/.test(reason)) findings.add('retry-on', 'strict', [...path, 'retry', 'retry_on', index], item.start, `${reason} is no reason for a retry: write timeout, error, or a failure code such as HTTP_503`)
  }
  const backoff = textOf(child(retry, 'backoff')) ?? (typeof inner?.['backoff'] === 'string' ? inner['backoff'] : undefined)
  const [delay, maxDelay] = [positive(from('delay'), 0, 86_400), positive(from('max_delay'), 0, 86_400)]
  return {
    retry: {
      attempts: positive(from('attempts'), 0, 5) ?? defaultRetry.attempts,
      delayMs: delay === undefined ? defaultRetry.delayMs : delay * 1000,
      backoff: (backoff ?? defaultRetry.backoff) as StepRetry['backoff'],
      maxDelayMs: maxDelay === undefined ? defaultRetry.maxDelayMs : maxDelay * 1000,
      on: on === undefined ? defaultRetry.on : textsOf(on),
    },
  }
}

const onFailureOf = (node: ObjectNode): StepDefinition['onFailure'] => {
  const handling = child(node, 'error_handling')
  const strategy = textOf(child(handling, 'strategy'))
  if (strategy === 'continue') return 'continue'
  const fallback = textOf(child(handling, 'fallback_action'))
  return strategy === 'fallback' && fallback !== undefined ? { fallback } : 'fail'
}

/** An action's own code runs here: what it throws is told, and the config stays as written. */
const normalized = ({ findings }: Reading, action: AnyAction | undefined, config: JsonObject, node: SourceNode | undefined, path: DocumentPath): NormalizedConfig => {
  const asWritten = { config, warnings: [] }
  if (action?.normalize === undefined) return asWritten
  try {
    return action.normalize(config)
  } catch (error) {
    findings.add('action-broken', 'error', path, node?.start ?? 0, `${action.type} failed on this config: ${error instanceof Error ? error.message : 'it says no more'}`)
    return asWritten
  }
}

/** A bare field id becomes a path; what is a path already stays. */
const dottedField = (field: string): string => field.includes('.') ? field : `fields.${field}`

const checkCondition = ({ findings, form }: Reading, { condition: { field }, path, offset }: PlacedCondition, ids: readonly string[]): void => {
  const fields = formFields(form)
  const [scope = '', name = ''] = field.split('.')
  if (!field.includes('.')) {
    const target = fields.find((one) => one.id === field)
    const near = target === undefined ? nearestName(field, fields.map((one) => one.id)) : undefined
    if (target === undefined) findings.add('unknown-condition-path', 'error', path, offset, `there is no field ${field}${near === undefined ? '' : `: did you mean ${near}?`}`, { suggestion: near })
    else if (isSealedType(target.type)) findings.add('condition-sealed', 'error', path, offset, `a condition cannot read the password ${field}`)
  } else if (!['metadata', 'request', 'system', 'output'].includes(scope)) {
    findings.add('unknown-condition-path', 'error', path, offset, `a condition cannot read ${field}: write a field, or a path that begins with output, metadata, request or system`)
  } else if (scope === 'output' && !ids.includes(name)) {
    const near = nearestName(name, ids)
    findings.add('unknown-condition-path', 'error', path, offset, `no earlier action is called ${name}${near === undefined ? '' : `: did you mean ${near}?`}`, { suggestion: near })
  }
}

const withConfigKeys = ({ findings }: Reading, step: ObjectNode, action: AnyAction | undefined, path: DocumentPath): ObjectNode => {
  const config = step.entries.get('config')
  if (action === undefined || config?.node.kind !== 'object') return step
  return withEntry(step, 'config', { ...config, node: canonicalKeys(findings, config.node, action.config.jsonSchema, [...path, 'config']) })
}

const readStep = (reading: Reading, written: ObjectNode, path: DocumentPath, position: number): ReadStep | undefined => {
  const type = textOf(child(written, 'type'))
  if (type === undefined) return undefined
  const action = reading.actions.get(type)
  const node = withConfigKeys(reading, written, action, path)
  const config = child(node, 'config')
  const { config: normal, warnings, step } = normalized(reading, action, config?.kind === 'object' ? objectOf(config) : {}, config, [...path, 'config'])
  for (const warning of warnings) reading.findings.add('config-older', 'warning', [...path, 'config', ...warning.path], placeIn(config, warning.path) ?? node.start, warning.message)
  const dependencies = [...textsOf(child(node, 'dependsOn')), ...textsOf(child(child(node, 'dependencies'), 'wait_for'))]
  const innerTimeout = step?.timeout === undefined ? undefined : step.timeout * 1000
  const conditions = readConditions(reading.findings, node, 'conditions', path)
  const [name, description] = [textOf(child(node, 'name')), textOf(child(node, 'description'))]
  const outputs = readOutputNames(reading.findings, node, path)
  return {
    node, path, ...(action === undefined ? {} : { action }),
    definition: {
      id: textOf(child(node, 'id')) ?? `${type}-${position + 1}`, ...(name === undefined ? {} : { name }), ...(description === undefined ? {} : { description }),
      action: action?.type ?? type, order: numberOf(child(node, 'order')) ?? position + 1, dependsOn: [...new Set(dependencies)],
      conditions: conditions.map(({ condition }) => ({ ...condition, field: dottedField(condition.field) })), config: normal,
      ...retryOf(reading, node, path, isJsonObject(step?.retry) ? step.retry : undefined), timeoutMs: milliseconds(child(node, 'timeout')) ?? innerTimeout ?? DEFAULT_TIMEOUT_MS,
      onFailure: onFailureOf(node), critical: flagOf(child(node, 'critical')) ?? false, ...(outputs === undefined ? {} : { outputs }),
    },
  }
}

/** Where a path inside a node stands, or the nearest place above it. */
export const placeIn = (node: SourceNode | undefined, path: DocumentPath): number | undefined => {
  let at = node
  for (const part of path) {
    const next = typeof part === 'number' ? (at?.kind === 'list' ? at.items[part] : undefined) : child(at, part)
    if (next === undefined) break
    at = next
  }
  return at?.start
}

const checkIds = ({ findings }: Reading, steps: readonly ReadStep[]): void => {
  const seen = new Set<string>()
  for (const { definition: { id }, node, path } of steps) {
    if (seen.has(id)) findings.add('duplicate-id', 'error', [...path, 'id'], child(node, 'id')?.start ?? node.start, `the action id ${id} stands twice`)
    seen.add(id)
  }
}

const checkDependencies = ({ findings }: Reading, { definition, node, path }: ReadStep, byId: ReadonlyMap<string, ReadStep>): void => {
  for (const id of definition.dependsOn) {
    const target = byId.get(id)
    const near = target === undefined ? nearestName(id, byId.keys()) : undefined
    const offset = keyOffset(node, child(node, 'dependsOn') === undefined ? 'dependencies' : 'dependsOn')
    if (target === undefined) findings.add('unknown-step', 'error', [...path, 'dependsOn'], offset, `there is no action ${id} in this list${near === undefined ? '' : `: did you mean ${near}?`}`, { suggestion: near })
    else if (target.definition.order > definition.order) findings.add('order-contradicts', 'strict', [...path, 'dependsOn'], offset, `${definition.id} has order ${definition.order} and depends on ${id}, which has ${target.definition.order}; the dependency decides`)
  }
}

const checkFallback = ({ findings }: Reading, { definition, node, path }: ReadStep, byId: ReadonlyMap<string, ReadStep>): void => {
  const handling = child(node, 'error_handling')
  if (handling === undefined || textOf(child(handling, 'strategy')) !== 'fallback') return
  const target = textOf(child(handling, 'fallback_action'))
  if (target !== undefined && target !== definition.id && byId.has(target)) return
  const near = target === undefined ? undefined : nearestName(target, [...byId.keys()].filter((id) => id !== definition.id))
  const what = target === undefined ? 'fallback needs fallback_action' : `the fallback ${target} is no other action of this list`
  findings.add('fallback-missing', 'warning', [...path, 'error_handling', 'fallback_action'], child(handling, 'fallback_action')?.start ?? handling.start, `${what}${near === undefined ? '' : `: did you mean ${near}?`}`, { suggestion: near, blocks: true })
}

/** Whatever a rollback says, unless it says that there is none, it would run something: it is not carried out yet. */
const checkRollback = ({ findings }: Reading, { node, path }: ReadStep, byId: ReadonlyMap<string, ReadStep>): void => {
  const rollback = child(node, 'rollback')
  if (rollback === undefined || flagOf(rollback) === false || flagOf(child(rollback, 'enabled')) === false) return
  const at = [...path, 'rollback']
  findings.add('rollback-not-built', 'warning', at, keyOffset(node, 'rollback'), 'rollbacks are not carried out yet', { blocks: true })
  const target = textOf(child(rollback, 'action'))
  if (target === undefined || byId.has(target)) return
  const near = nearestName(target, byId.keys())
  findings.add('rollback-target', 'strict', [...at, 'action'], child(rollback, 'action')?.start ?? rollback.start, `the rollback names ${target}, which is no action of this list${near === undefined ? '' : `: did you mean ${near}?`}`, { suggestion: near })
}

const checkStepConditions = (reading: Reading, { node, path }: ReadStep, earlier: readonly string[]): void => {
  // Read again for the places alone: what is wrong with the conditions themselves was told when the step was read.
  const silent = { ...reading.findings, add: () => undefined }
  for (const placed of readConditions(silent, node, 'conditions', path)) checkCondition(reading, placed, earlier)
}

/** The steps of a mode's `actions`, in the order in which they run. */
export const readSteps = (reading: Reading, fulfillment: SourceNode | undefined, mode: FulfillmentMode): ReadSteps => {
  const path = ['fulfillment', mode, 'actions']
  const list = itemsOf(child(fulfillment, mode), 'actions')
  const steps = list.flatMap((node, position) => (node.kind === 'object' ? readStep(reading, node, [...path, position], position) : undefined) ?? [])
  checkIds(reading, steps)
  const byId = new Map(steps.map((step) => [step.definition.id, step]))
  for (const step of steps) {
    checkDependencies(reading, step, byId)
    checkFallback(reading, step, byId)
    checkRollback(reading, step, byId)
  }
  const order = orderSteps(steps.map((step) => ({ ...step.definition, step })))
  if (!order.ok) {
    const first = byId.get(order.cycle[0] ?? '')
    reading.findings.add('dependency-cycle', 'error', path, first?.node.start ?? 0, `actions depend on each other in a circle: ${order.cycle.join(', ')}`)
    return { steps, ordered: false }
  }
  const ordered = order.steps.map(({ step }) => step)
  for (const [index, step] of ordered.entries()) checkStepConditions(reading, step, ordered.slice(0, index).map(({ definition }) => definition.id))
  return { steps: ordered, ordered: true }
}
