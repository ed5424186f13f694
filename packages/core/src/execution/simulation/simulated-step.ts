import type { AnyAction, PlannedChange } from '../../action/action.js'
import { pathText } from '../../catalog/issue.js'
import type { Json } from '../../json.js'
import { isJsonObject } from '../../json.js'
import { type ConfigPath } from '../../template/config.js'
import { findPlanned, findStep } from '../../request/request-rows.js'
import type { Blueprint } from '../blueprint.js'
import { isRepeatable } from '../failure-of.js'
import { factsOf } from '../open-execution.js'
import { shownRequestId } from '../variables.js'
import type { StepTiming } from './past-durations.js'
import type { UnknownValue } from './placeholders.js'
import type { DecidedCondition, PreparationReport } from './preparing.js'
import type { SimulatedWorld } from './simulated-world.js'
import { stepNamed } from './unknown-outputs.js'

/** One condition of a step, and what it decided. */
export interface SimulatedCondition {
  readonly field: string
  readonly operator: string
  readonly value: Json
  /** What it read: `null` where there is nothing; an unknown value by its path. */
  readonly read: Json
  /** `unknown`: it reads what nobody knows yet. `not-needed`: another condition has decided. */
  readonly holds: boolean | 'unknown' | 'not-needed'
}

/** A place of a config that reads what nobody knows yet. */
export interface UnknownPlace extends UnknownValue {
  /** Path in the config. */
  readonly at: string
}

/** What a step would do. */
export interface SimulatedStep {
  readonly id: string
  readonly action: string
  /** Of a bundle: the component that it belongs to. */
  readonly component?: string
  /**
   * `runs`; `may-run`: whether it does depends on what nobody knows yet; `skipped`; `fails` before anything is called; `not-reached`, because
   * something before it fails.
   */
  readonly would: 'runs' | 'may-run' | 'skipped' | 'fails' | 'not-reached'
  /** Why it is skipped or fails. */
  readonly why?: string
  readonly conditions: readonly SimulatedCondition[]
  /** As the action gets it: secrets by their names, passwords masked, unknown values by path and type. Absent: it is not rendered. */
  readonly config?: Json
  /** Why nobody can say yet whether the config fits its action. */
  readonly undecided?: string
  readonly unknowns: readonly UnknownPlace[]
  /** What a second run would do outside. */
  readonly effect: 'none' | 'idempotent' | 'create' | 'by-config'
  /** What the action says that it would change. Absent: it was not asked, because the config is not there or not decided. */
  readonly plan?: PlannedChange
  /** Why the action's `plan` has no answer. */
  readonly planFailed?: string
  /** What later steps read of it. */
  readonly output: Json
  /** True: the output is one that was assumed. */
  readonly assumed: boolean
  /** The action may wait for something outside: a person, a ticket, a job. */
  readonly mayWait: boolean
  readonly timeoutMs: number
  /** Further executions after a retryable failure. */
  readonly retries: number
  readonly onFailure: 'fail' | 'continue' | { readonly fallback: string }
  /** Whether the action can take back what the step makes. */
  readonly compensable: boolean
  readonly timing: StepTiming
}

const conditionView = ({ placeholders }: SimulatedWorld, { condition, value, unknown, holds }: DecidedCondition): SimulatedCondition => {
  const seen = unknown === undefined ? placeholders.shown(value ?? null) : { unknown, type: placeholders.at(unknown)?.type ?? 'any' }
  const { field, operator } = condition
  return { field, operator, value: condition.value, read: seen, holds: holds === undefined ? 'not-needed' : unknown === undefined ? holds : 'unknown' }
}

const leaves = (value: Json, path: ConfigPath = []): readonly (readonly [ConfigPath, Json])[] => {
  if (Array.isArray(value)) return (value as readonly Json[]).flatMap((item, index) => leaves(item, [...path, index]))
  return isJsonObject(value) ? Object.entries(value).flatMap(([name, member]) => leaves(member, [...path, name])) : [[path, value]]
}

const unknownsOf = (world: SimulatedWorld, { request, config }: PreparationReport, blueprint: Blueprint): readonly UnknownPlace[] => {
  const found = new Map<string, UnknownPlace>()
  const note = (at: ConfigPath, { unknown, type }: UnknownValue): void => { found.set(JSON.stringify([at, unknown]), { at: pathText(at), unknown, type }) }
  for (const { scope, path: [name, ...path], at } of blueprint.config.references) {
    const step = scope === 'output' && name !== undefined ? stepNamed(world.plan, blueprint, name) : undefined
    if (step === undefined || !world.unknown.has(step) || path[0] === 'status' || findStep(request, step)?.state !== 'completed') continue
    const unknown = ['output', step, ...path].join('.')
    note(at, world.placeholders.at(unknown) ?? { unknown, type: 'any' })
  }
  // What a value was made of on its way here: of a component's field, or of a process variable.
  for (const [at, value] of leaves(config ?? null)) for (const unknown of world.placeholders.within(value)) note(at, unknown)
  return [...found.values()]
}

const planOf = (world: SimulatedWorld, action: AnyAction, { step, request, decoded }: PreparationReport): Pick<SimulatedStep, 'plan' | 'planFailed'> => {
  if (decoded === undefined) return {}
  try {
    const iteration = findStep(request, step)?.iteration ?? 1
    const plan = action.plan({ config: decoded.config, key: `${shownRequestId(request.id)}:${step}:${iteration}`, request: factsOf(request, step) }) as PlannedChange | undefined
    if (typeof plan?.summary !== 'string' || !Array.isArray(plan.changes)) return { planFailed: `${action.type} gave no plan` }
    return { plan: shownPlan(world, plan) }
  } catch (error) {
    return { planFailed: `${action.type} could not plan: ${error instanceof Error ? error.message : 'it says no more'}` }
  }
}

const text = ({ placeholders }: SimulatedWorld, value: string): string => {
  const shown = placeholders.shown(value)
  return typeof shown === 'string' ? shown : `⟦${isJsonObject(shown) ? String(shown['unknown']) : ''}⟧`
}

const shownPlan = (world: SimulatedWorld, { summary, changes, cost }: PlannedChange): PlannedChange => ({
  summary: text(world, summary),
  changes: changes.map(({ kind, target, details }) => ({ kind, target: text(world, target), ...(details === undefined ? {} : { details: world.placeholders.shown(details) as NonNullable<typeof details> }) })),
  ...(cost === undefined ? {} : { cost }),
})

const wouldOf = ({ answer, conditions }: PreparationReport): Pick<SimulatedStep, 'would' | 'why'> => {
  const open = conditions.some(({ unknown, holds }) => unknown !== undefined && holds !== undefined)
  switch (answer.type) {
    case 'step-started': return { would: open ? 'may-run' : 'runs' }
    case 'step-failed': return { would: 'fails', why: `${answer.failure.code}: ${answer.failure.message}` }
    case 'step-skipped': {
      const decisive = conditions.find(({ holds }) => holds === false)
      return open ? { would: 'may-run' } : { would: 'skipped', why: decisive === undefined ? answer.why : `${decisive.condition.field} ${decisive.condition.operator} ${JSON.stringify(decisive.condition.value)} does not hold` }
    }
  }
}

const effectOf = (action: AnyAction | undefined, planned: SimulatedStep['effect'], decoded: PreparationReport['decoded']): SimulatedStep['effect'] => {
  if (planned !== 'by-config' || action === undefined || decoded === undefined) return planned
  return isRepeatable(action, decoded.config) ? 'idempotent' : 'create'
}

/** What a step would do. `report`: how it was prepared; absent for one that was not, with what became of it. */
export const simulatedStep = (
  world: SimulatedWorld, id: string, found: { readonly report: PreparationReport | undefined; readonly skipped?: string }, timing: StepTiming,
): SimulatedStep => {
  const planned = world.plan.steps.find((step) => step.id === id)
  const blueprint = world.blueprints(id)
  const { report, skipped } = found
  const { component, effect = 'create', timeoutMs = 0, retry, onFailure = 'fail', compensable = false, action = '' } = planned ?? {}
  const config = report?.config === undefined ? {} : { config: withUnknowns(world, report, blueprint) }
  return {
    id, action, ...(component === undefined ? {} : { component }),
    ...(report === undefined ? skipped === undefined ? { would: 'not-reached' as const } : { would: 'skipped' as const, why: skipped } : wouldOf(report)),
    conditions: (report?.conditions ?? []).map((condition) => conditionView(world, condition)),
    ...config, ...(report?.undecided === undefined ? {} : { undecided: text(world, report.undecided) }),
    unknowns: report === undefined || blueprint === undefined ? [] : unknownsOf(world, report, blueprint),
    effect: effectOf(blueprint?.action, effect, report?.decoded),
    ...(report === undefined || blueprint === undefined ? {} : planOf(world, blueprint.action, report)),
    output: world.placeholders.shown(world.outputs.get(id) ?? null), assumed: !world.unknown.has(id),
    mayWait: blueprint?.action.resume !== undefined, timeoutMs, retries: retry?.attempts ?? 0, onFailure, compensable, timing,
  }
}

const replacedAt = (value: Json, [first, ...rest]: ConfigPath, by: Json): Json => {
  if (first === undefined) return by
  if (Array.isArray(value)) return (value as readonly Json[]).map((item, index) => index === first ? replacedAt(item, rest, by) : item)
  return isJsonObject(value) ? Object.fromEntries(Object.entries(value).map(([name, member]) => [name, name === first ? replacedAt(member, rest, by) : member])) : value
}

/** An unknown flag looks like a known one: where a template gives nothing else, it is told by its path. */
const withUnknowns = (world: SimulatedWorld, { request, config = null }: PreparationReport, blueprint: Blueprint | undefined): Json => {
  const values = new Map(leaves(config).map(([path, value]) => [JSON.stringify(path), value]))
  return (blueprint?.config.references ?? []).reduce((shown, { scope, path: [name, ...path], at }) => {
    const step = scope === 'output' && name !== undefined ? stepNamed(world.plan, blueprint, name) : undefined
    const unknown = step === undefined || !world.unknown.has(step) || findStep(request, step)?.state !== 'completed' ? undefined : world.placeholders.at(['output', step, ...path].join('.'))
    return unknown?.type === 'boolean' && typeof values.get(JSON.stringify(at)) === 'boolean' ? replacedAt(shown, at, { unknown: unknown.unknown, type: unknown.type }) : shown
  }, world.placeholders.shown(config))
}

/** Why a step was skipped that nobody prepared: a fallback that is not needed. */
export const skippedWithout = (id: string, request: PreparationReport['request']): string | undefined => {
  const row = findStep(request, id)
  return row?.state === 'skipped' && findPlanned(request, id) !== undefined ? row.why : undefined
}
