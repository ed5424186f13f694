import { hashOfJson } from '../../canonical-json.js'
import { type Condition, evaluateCondition } from '../../expression/condition.js'
import { type Json, isJsonObject } from '../../json.js'
import type { Prepare, Preparation as Prepared } from '../../request/advance.js'
import { findPlanned, findStep } from '../../request/request-rows.js'
import type { ServiceRequest } from '../../request/service-request.js'
import { stepStart } from '../../request/step-start.js'
import type { Mode } from '../../request/step.js'
import type { Blueprint } from '../blueprint.js'
import { type PreparedStep, prepareStep } from '../prepare-step.js'
import { readConditionField, renderStep, variablesOf } from '../variables.js'
import { type Assumptions, assumable } from './assumptions.js'
import { type SimulatedWorld, outputPathOf } from './simulated-world.js'
import { stepNamed } from './unknown-outputs.js'

/** One condition of a step, with what it read and decided. */
export interface DecidedCondition {
  readonly condition: Condition
  /** Absent: there is no such value. */
  readonly value?: Json
  /** The path of the unknown value that it reads. Absent: what it reads is known. */
  readonly unknown?: string
  /** Absent: another one has decided already. */
  readonly holds?: boolean
}

/** How a step was prepared. */
export interface PreparationReport {
  readonly step: string
  readonly mode: Mode
  /** Before it: what its templates and conditions read. */
  readonly request: ServiceRequest
  readonly conditions: readonly DecidedCondition[]
  readonly answer: Prepared
  /** Its config as the action gets it. Absent: it is skipped, or cannot be rendered. */
  readonly config?: Json
  /** As the action's schema decoded it. Absent as `config`, and where it does not fit. */
  readonly decoded?: PreparedStep
  /** Why nobody can say yet whether the config is right: it reads what is not known. */
  readonly undecided?: string
}

/** One way in which unknown values may be. */
export interface Preparing {
  readonly prepare: Prepare
  readonly reports: PreparationReport[]
  readonly assumed: Assumptions
  readonly prepared: ReadonlyMap<string, PreparedStep>
  /** For each value that had to be assumed, how many examples there were and which was taken. */
  readonly asked: readonly { readonly options: number; readonly taken: number }[]
}

/** The value that a condition reads, and whether it is unknown. */
const readingOf = (world: SimulatedWorld, request: ServiceRequest, blueprint: Blueprint, step: string, condition: Condition): Omit<DecidedCondition, 'holds'> => {
  const value = readConditionField(variablesOf(request, blueprint), condition.field)
  if (value === undefined) return { condition }
  const path = outputPathOf(world.plan, blueprint, condition.field)
  if (path !== undefined && world.placeholders.at(path) !== undefined && [...world.unknown].some((id) => path.startsWith(`output.${id}.`))) return { condition, value, unknown: path }
  // What a bundle makes a component's field of may hold an unknown value: as long as it is unknown, so is the field.
  const [within] = world.placeholders.within(value)
  return within === undefined ? { condition, value } : { condition, value, unknown: `${step}: ${condition.field}` }
}

/** With unknown values in the shape of URLs: some places of a template take nothing else. */
const withUrls = ({ placeholders }: SimulatedWorld, request: ServiceRequest): ServiceRequest => {
  const { revision } = request
  const variables = isJsonObject(revision.variables) ? { ...revision.variables, env: placeholders.asUrls(revision.variables['env'] ?? {}) } : revision.variables
  return { ...request, revision: { ...revision, variables }, steps: request.steps.map((row) => row.state === 'completed' ? { ...row, output: placeholders.asUrls(row.output) } : row) }
}

const isAboutConfig = (answer: Prepared): boolean => answer.type === 'step-failed' && (answer.failure.code === 'RENDER_FAILED' || answer.failure.code === 'CONFIG_INVALID')

const isUnknownOutput = (world: SimulatedWorld, request: ServiceRequest, id: string | undefined): boolean =>
  id !== undefined && world.unknown.has(id) && findStep(request, id)?.state === 'completed'

/**
 * Whether anything that the step's templates read is unknown. A failure to render or to fit the schema says nothing then: the step starts, and what it
 * would get is told as undecided.
 */
const readsUnknown = (world: SimulatedWorld, request: ServiceRequest, blueprint: Blueprint): boolean => {
  if (blueprint.view?.readsOutput === true) return world.plan.steps.some(({ id }) => isUnknownOutput(world, request, id))
  const { env, fields } = variablesOf(request, blueprint)
  return [blueprint.config, ...(blueprint.addition === undefined ? [] : [blueprint.addition])].some(({ references }) => references.some(({ scope, path: [name] }) => {
    if (scope === 'output') return name === undefined || isUnknownOutput(world, request, stepNamed(world.plan, blueprint, name))
    const whole = scope === 'env' ? env : scope === 'fields' ? fields : {}
    return world.placeholders.within(name === undefined ? whole : whole[name] ?? null).length > 0
  }))
}

const startedAnyway = (request: ServiceRequest, step: string, mode: Mode, at: number): Prepared | undefined => {
  const inputHash = findStep(request, step)?.inputHash ?? hashOfJson({ unknown: step })
  const start = stepStart(request, step, mode, inputHash)
  if (start.kind !== 'start') return undefined
  return { type: 'step-started', at, step, execution: start.execution, mode: start.mode, inputHash, deadline: at + (findPlanned(request, step)?.timeoutMs ?? 0) }
}

/**
 * Prepares steps as production does. Where a condition reads an unknown value, one is assumed: the first example that there is, or the one that
 * `given` names by its place. `before`: what was assumed on the way here, and the configs of steps that were prepared.
 */
export const preparing = (world: SimulatedWorld, before: { readonly assumed: Assumptions; readonly prepared: ReadonlyMap<string, PreparedStep> }, given: readonly number[]): Preparing => {
  const assumed = new Map(before.assumed)
  const prepared = new Map(before.prepared)
  const reports: PreparationReport[] = []
  const asked: { options: number; taken: number }[] = []

  const assume = (path: string, condition: Condition, type: Parameters<typeof assumable>[0]): Json => {
    const known = assumed.get(path)
    if (known !== undefined) return known
    const examples = assumable(type, world.conditions.get(path) ?? [condition])
    const taken = given[asked.length] ?? 0
    asked.push({ options: examples.length, taken })
    const value = examples[taken] ?? null
    assumed.set(path, value)
    return value
  }

  /** What is known decides first, so that nothing is assumed that does not matter. */
  const decide = (request: ServiceRequest, blueprint: Blueprint, step: string): readonly DecidedCondition[] => {
    const readings = blueprint.conditions.map((condition) => readingOf(world, request, blueprint, step, condition))
    const known = readings.map((reading): DecidedCondition => reading.unknown === undefined ? { ...reading, holds: evaluateCondition(reading.condition, reading.value) } : reading)
    let skipped = known.some(({ holds }) => holds === false)
    return known.map((reading) => {
      if (reading.unknown === undefined || skipped) return reading
      const holds = evaluateCondition(reading.condition, assume(reading.unknown, reading.condition, world.placeholders.at(reading.unknown) ?? { type: 'any' }))
      skipped = !holds
      return { ...reading, holds }
    })
  }

  const render = (request: ServiceRequest, step: string, blueprint: Blueprint): Pick<PreparationReport, 'config'> => {
    const rendered = renderStep(request, blueprint, { id: step, iteration: findStep(request, step)?.iteration ?? 1 })
    return rendered.ok ? { config: rendered.value } : {}
  }

  /** As production answers; where that is no answer because a value is unknown, with URLs in its place, and where that is none either, started. */
  const answerOf = (request: ServiceRequest, step: string, mode: Mode, at: number, blueprint: Blueprint): Omit<PreparationReport, 'step' | 'mode' | 'request' | 'conditions'> => {
    const production = (shown: ServiceRequest): Prepared => prepareStep({ request: shown, step, mode, at, blueprint, jitter: 0, prepared })
    const told = (shown: ServiceRequest, answer: Prepared) => {
      const decoded = prepared.get(step)
      return { answer, ...(answer.type === 'step-skipped' ? {} : render(shown, step, blueprint)), ...(answer.type === 'step-started' && decoded !== undefined ? { decoded } : {}) }
    }
    const first = production(request)
    if (!isAboutConfig(first) || !readsUnknown(world, request, blueprint)) return told(request, first)
    const urls = withUrls(world, request)
    const second = production(urls)
    if (!isAboutConfig(second)) return told(urls, second)
    const forced = startedAnyway(request, step, mode, at)
    return forced === undefined ? told(request, first) : { answer: forced, ...render(request, step, blueprint), ...(first.type === 'step-failed' ? { undecided: first.failure.message } : {}) }
  }

  const prepare: Prepare = (request, step, mode, at) => {
    const report = (made: Omit<PreparationReport, 'step' | 'mode' | 'request'>): Prepared => {
      reports.push({ step, mode, request, ...made })
      return made.answer
    }
    const blueprint = world.blueprints(step)
    if (blueprint === undefined) return report({ conditions: [], answer: prepareStep({ request, step, mode, at, blueprint, jitter: 0, prepared }) })
    const conditions = mode === 'run' ? decide(request, blueprint, step) : []
    const open = conditions.some(({ unknown, holds }) => unknown !== undefined && holds !== undefined)
    if (open && conditions.some(({ holds }) => holds === false)) return report({ conditions, answer: { type: 'step-skipped', at, step, why: 'condition' } })
    // Production would decide with the placeholder; with what is assumed it is decided already.
    return report({ conditions, ...answerOf(request, step, mode, at, open ? { ...blueprint, conditions: [] } : blueprint) })
  }

  return { prepare, reports, assumed, prepared, asked }
}
