import type { PlannedCost } from '../../action/action.js'
import type { ActionRegistry } from '../../catalog/action-registry.js'
import type { FulfillmentMode } from '../../catalog/catalog-item.js'
import { estimatedSeconds } from '../../catalog/estimated-seconds.js'
import type { LoadedItem } from '../../catalog/loaded-item.js'
import type { InputProblem } from '../../form/input-problem.js'
import type { Instant, Json, JsonObject } from '../../json.js'
import { isJsonObject } from '../../json.js'
import type { Person } from '../../request/person.js'
import type { Plan } from '../../request/plan.js'
import type { RequestState } from '../../request/request-status.js'
import { checkInput, readInput } from '../check-input.js'
import { masked } from '../dry-run.js'
import { type Situation, branchesOf } from './branches.js'
import { type Variant, follow, settled, variantsOf } from './course.js'
import { type OutcomeTree, MOST_SITUATIONS, outcomeTree } from './outcome-tree.js'
import { type PastDurations, type StepTiming, timingOf, wholeTiming } from './past-durations.js'
import { createPlaceholders } from './placeholders.js'
import type { PreparationReport } from './preparing.js'
import { planIn, simulatedAcceptance } from './simulated-draft.js'
import { type SimulatedStep, simulatedStep, skippedWithout } from './simulated-step.js'
import { createWorld } from './simulated-world.js'

/** What is to be simulated. */
export interface Simulation {
  /** A served item (`catalog.get(id)`), or one that nobody serves yet (`checkDocument(…).item`). */
  readonly loaded: LoadedItem
  /** The installed actions: `catalog.options.actions`. */
  readonly actions: ActionRegistry
  /** Who would ask. */
  readonly caller: Person
  /** When it would be asked. */
  readonly at: Instant
  /** The values of the form, by field id. They are used as they are where they do not fit it. */
  readonly fields?: JsonObject
  /** The same by group. Only one of both may be given. */
  readonly input?: JsonObject
  readonly environment?: string
  readonly correlationId?: string
  /** Default: the mode that the item runs in. A bundle has one mode. */
  readonly mode?: FulfillmentMode
  /** Values of process variables by name. A name of `envNames` that is not here is unknown. Default: none. */
  readonly env?: JsonObject
  /** Names of process variables that templates may read: `catalog.options.templateEnv`. Default: none. */
  readonly envNames?: readonly string[]
  /** What steps would give, by their ids. Default: their outputs are unknown. */
  readonly assume?: JsonObject
  /** `each-step`: what becomes of the request when each step goes wrong, in each way and in every combination. Default `none`. */
  readonly failures?: 'none' | 'each-step'
  /** How long steps have taken before. Default: nothing is known. */
  readonly durations?: PastDurations
  /** Most situations of the tree of outcomes. Default and most 5,000. */
  readonly mostSituations?: number
}

/** What a document says that its item costs. Nothing is added up: how often a unit is used is not known here. */
export interface DocumentCost {
  readonly base?: Json
  readonly units?: Json
}

/** What would be done. */
export interface SimulatedFulfillment {
  readonly kind: 'simulated'
  readonly mode: FulfillmentMode
  readonly modeReason?: string
  /** The input after defaults, hidden fields dropped, passwords masked. */
  readonly input: JsonObject
  /** Why the form would refuse it. Empty: it would not. */
  readonly problems: readonly InputProblem[]
  /** How the request ends when nothing goes wrong. */
  readonly ends: RequestState
  /** In the order in which they are carried out. */
  readonly steps: readonly SimulatedStep[]
  readonly timing: StepTiming
  /** `planned`: what actions say, by step. `document`: what the document says. */
  readonly cost: { readonly planned: readonly (PlannedCost & { readonly step: string })[]; readonly document?: DocumentCost }
  /** Where the request would wait for people or for something outside. */
  readonly waits: readonly { readonly step: string; readonly why: string }[]
  /** Absent with `failures: none`. */
  readonly outcomes?: OutcomeTree
}

/** Why nothing was simulated. */
export interface SimulationRefusal {
  readonly kind: 'refused'
  readonly problems: readonly InputProblem[]
}

const problem = (field: string, constraint: string, message: string, pointer: string): InputProblem => ({ field, constraint, message, pointer })

const checkAssumed = ({ actions, assume = {} }: Simulation, plan: Plan): readonly InputProblem[] => Object.entries(assume).flatMap(([id, output]): readonly InputProblem[] => {
  const at = `/assume/${id.replaceAll('~', '~0').replaceAll('/', '~1')}`
  const planned = plan.steps.find((step) => step.id === id)
  if (planned === undefined) return [problem(`assume.${id}`, 'enum', `there is no step ${id.slice(0, 64)}; there are ${plan.steps.map((step) => step.id).slice(0, 20).join(', ')}`, at)]
  const checked = actions.get(planned.action)?.output.schema['~standard'].validate(output)
  // A schema that answers later cannot be asked here; the engine asks it when the step has run.
  if (checked === undefined || checked instanceof Promise) return []
  return (checked.issues ?? []).slice(0, 5).map(({ message }) => problem(`assume.${id}`, 'output', `${planned.action} cannot give this: ${message}`, at))
})

const documentCost = ({ item: { metadata } }: LoadedItem): { readonly document?: DocumentCost } => {
  const cost = metadata['cost']
  if (!isJsonObject(cost) || (cost['base_cost'] === undefined && cost['unit_cost'] === undefined)) return {}
  const { base_cost: base, unit_cost: units } = cost
  return { document: { ...(base === undefined ? {} : { base }), ...(units === undefined ? {} : { units }) } }
}

interface Course {
  readonly end: Situation
  readonly reports: ReadonlyMap<string, PreparationReport>
}

/** The course in which nothing goes wrong; a step that may wait does. */
const expectedCourse = (world: Parameters<typeof branchesOf>[0], root: Variant): Course => {
  const reports = new Map<string, PreparationReport>()
  let current = root
  for (;;) {
    for (const report of current.reports) if (!reports.has(report.step)) reports.set(report.step, report)
    const branches = branchesOf(world, current.situation)
    const next = ['waits', 'signal-comes', 'time-comes', 'succeeds'].flatMap((good) => branches.filter(({ happens }) => happens === good))[0]
    const followed = next === undefined ? undefined : follow(world, current.situation, next)[0]
    if (followed === undefined) return { end: current.situation, reports }
    current = followed
  }
}

const waitsOf = (steps: readonly SimulatedStep[]): SimulatedFulfillment['waits'] =>
  steps.filter(({ mayWait, would }) => mayWait && (would === 'runs' || would === 'may-run')).map(({ id, action }) => ({ step: id, why: `${action} may wait for something outside` }))

const checkedInput = ({ loaded, fields, input }: Simulation): { readonly input: JsonObject; readonly problems: readonly InputProblem[] } => {
  const read = readInput(loaded, { ...(fields === undefined ? {} : { fields }), ...(input === undefined ? {} : { input }) })
  const checked = checkInput(loaded, read)
  return { input: masked(checked.ok ? checked.value : read.fields, loaded.sealedFields), problems: checked.ok ? [] : checked.problems }
}

/**
 * What a submission would do: the production plan, the machine and the rendering, with each action's `plan` in place of its `run`. Pure and synchronous:
 * nothing is written, called or looked up, and no action gets anything to do so with. Values that are known only when steps have run are placeholders
 * with their path and type. The same arguments give the same answer.
 */
export const simulateFulfillment = (simulation: Simulation): SimulatedFulfillment | SimulationRefusal => {
  const { loaded, actions, caller, at, environment, correlationId = 'simulated', assume = {}, env = {}, envNames = [], failures = 'none', durations = new Map(), mostSituations = MOST_SITUATIONS } = simulation
  const mode = simulation.mode ?? loaded.item.fulfillment.mode
  const plan = planIn(loaded, mode)
  if (plan.steps.length === 0) return { kind: 'refused', problems: [problem('mode', 'enum', `${loaded.item.id} has no ${mode} actions`, '/mode')] }
  if (loaded.components !== undefined && mode !== loaded.item.fulfillment.mode) return { kind: 'refused', problems: [problem('mode', 'enum', `the bundle runs in mode ${loaded.item.fulfillment.mode}`, '/mode')] }
  const wrong = checkAssumed(simulation, plan)
  if (wrong.length > 0) return { kind: 'refused', problems: wrong }
  const { input, problems } = checkedInput(simulation)
  const placeholders = createPlaceholders(JSON.stringify([input, assume, env]))
  const world = createWorld({ loaded, actions, caller, at, plan, assume }, placeholders)
  const unknownEnv = Object.fromEntries(envNames.filter((name) => !Object.hasOwn(env, name)).map((name) => [name, placeholders.make({ kind: 'string' }, `env.${name}`)]))
  const acceptance = simulatedAcceptance(loaded, plan, {
    caller, at, correlationId, input, env: loaded.envOf({ ...unknownEnv, ...env }), ...(environment === undefined ? {} : { environment }),
  })
  const roots = variantsOf(world, undefined, acceptance).flatMap((variant) => settled(world, variant))
  const [first] = roots
  const { end, reports } = expectedCourse(world, first as Variant)
  const steps = plan.steps.map(({ id }) => {
    const skipped = skippedWithout(id, end.request)
    return simulatedStep(world, id, { report: reports.get(id), ...(skipped === undefined ? {} : { skipped }) }, timingOf(durations, id))
  })
  const promised = estimatedSeconds(loaded.item, mode)
  return {
    kind: 'simulated', mode, ...(plan.modeReason === undefined ? {} : { modeReason: plan.modeReason }), input: placeholders.shown(input) as JsonObject, problems,
    ends: end.request.status.state, steps,
    timing: wholeTiming(steps.filter(({ would }) => would === 'runs' || would === 'may-run').map(({ timing }) => timing), promised),
    cost: { planned: steps.flatMap(({ id, plan: planned }) => planned?.cost === undefined ? [] : [{ step: id, ...planned.cost }]), ...documentCost(loaded) },
    waits: waitsOf(steps),
    ...(failures === 'none' ? {} : { outcomes: outcomeTree(world, roots, Math.min(Math.max(1, mostSituations), MOST_SITUATIONS)) }),
  }
}
