import { canonicalJson } from '../../canonical-json.js'
import type { Json, JsonObject } from '../../json.js'
import { type RequestAction, allowedActions } from '../../request/allowed-actions.js'
import { failureContext } from '../../request/failure-context.js'
import type { ServiceRequest } from '../../request/service-request.js'
import { type Happening, type Situation, type SituationKind, branchesOf, kindOf } from './branches.js'
import { type Variant, follow } from './course.js'
import { type RequestOutline, type StepOutline, outlineOf } from './outline.js'
import type { SimulatedWorld } from './simulated-world.js'

/** What can happen next in a situation, and where it leads. */
export interface OutcomeBranch {
  readonly happens: Happening
  /** Absent: it happens to the request. */
  readonly step?: string
  /** What the execution that ends so was doing: `run`, `resume`, `reconcile`, `compensate`. */
  readonly mode?: string
  /** Unknown values that decide conditions on the way, each with an example. Absent: none does. */
  readonly when?: JsonObject
  /** Milliseconds that it takes at least. Absent: none. */
  readonly atLeastMs?: number
  /** Number of the situation that follows. */
  readonly to: number
}

/** What the people who look after a request can do in a situation. */
export interface PeoplesActions {
  readonly requester: readonly RequestAction[]
  /** Members of the team that owns the item. */
  readonly owner: readonly RequestAction[]
}

/** Something that exists, or may exist, when the request stops here. */
export interface LeftBehind {
  readonly step: string
  readonly action: string
  /** `high`: nobody knows whether something is there. `medium`: it must be removed by hand. `low`: the action can take it back. */
  readonly priority: 'high' | 'medium' | 'low'
}

/** A situation: where the request stands, and all that can happen next. Two ways that lead to the same situation share it. */
export interface OutcomeSituation extends Pick<RequestOutline, 'state' | 'cause' | 'needsPerson'> {
  readonly kind: SituationKind
  readonly steps: readonly StepOutline[]
  /** Empty: nothing more happens by itself. */
  readonly branches: readonly OutcomeBranch[]
  /** Present where a person decides. */
  readonly canDo?: PeoplesActions
  /** Present where a person decides, or everything has ended. */
  readonly left?: readonly LeftBehind[]
  /** True: it was not followed further, because the limit was reached. */
  readonly cut?: true
}

/** A situation in which nothing more happens by itself, and one of the shortest ways to it. */
export interface OutcomeEnd {
  readonly situation: number
  readonly state: RequestOutline['state']
  /** The branches that lead here, from the first. */
  readonly way: readonly Omit<OutcomeBranch, 'to'>[]
}

/** Everything that can become of a request. */
export interface OutcomeTree {
  /** By number. */
  readonly situations: readonly OutcomeSituation[]
  /** Where it may begin: one, or one for each way in which unknown values decide. */
  readonly roots: readonly Omit<OutcomeBranch, 'happens' | 'step' | 'mode'>[]
  readonly ends: readonly OutcomeEnd[]
  /** Why not every way was followed. Absent: all were. */
  readonly truncated?: string
}

/** How many situations a tree has at most. */
export const MOST_SITUATIONS = 5_000

interface Origin {
  readonly situation: number
  readonly branch: Omit<OutcomeBranch, 'to'>
}

interface Seen {
  readonly number: number
  /** The earliest that there is: whatever can still happen later can happen then too. */
  readonly situation: Situation
  readonly from: Origin | undefined
}

interface Growing {
  readonly world: SimulatedWorld
  readonly most: number
  readonly seen: Map<string, Seen>
  /** Keys of those that are still to be followed, the earliest first. */
  readonly open: string[]
  readonly grown: OutcomeSituation[]
  cut: boolean
}

/** Situations with the same key go on in the same ways. */
const keyOf = ({ request, assumed }: Situation): string => canonicalJson({ outline: outlineOf(request), assumed: Object.fromEntries(assumed) })

const canDo = ({ caller }: SimulatedWorld, request: ServiceRequest): PeoplesActions => ({
  requester: allowedActions(request, { person: caller, requester: true, owner: false, admin: false }),
  owner: allowedActions(request, { person: caller, requester: false, owner: true, admin: false }),
})

/** A situation without its branches. */
const situationView = (world: SimulatedWorld, situation: Situation): Omit<OutcomeSituation, 'branches'> => {
  const { request } = situation
  const { state, cause, needsPerson, steps } = outlineOf(request)
  const kind = kindOf(situation)
  const left = failureContext(request)?.cleanupRequired.map(({ step, action, priority }) => ({ step, action, priority }))
  return {
    kind, state, steps, ...(cause === undefined ? {} : { cause }), ...(needsPerson === undefined ? {} : { needsPerson }),
    ...(kind === 'person' ? { canDo: canDo(world, request) } : {}), ...(left === undefined ? {} : { left }),
  }
}

const whenOf = ({ when }: Pick<Variant, 'when'>): Pick<OutcomeBranch, 'when'> =>
  when.length === 0 ? {} : { when: Object.fromEntries(when.map(({ path, value }): [string, Json] => [path, value])) }

/** What time a situation is followed at. Without a deadline time decides nothing: then what takes fewer steps to reach comes first. */
const timeOf = ({ world }: Growing, { at }: Situation): number => world.timeoutMs === undefined ? 0 : at

/** Behind all that are as early. */
const enqueue = (growing: Growing, key: string, situation: Situation): void => {
  const { open, seen } = growing
  const isLater = (other: Seen | undefined): boolean => other !== undefined && timeOf(growing, other.situation) > timeOf(growing, situation)
  let place = open.length
  while (place > 0 && isLater(seen.get(open[place - 1] ?? ''))) place -= 1
  open.splice(place, 0, key)
}

/** The number of a situation. Undefined: there are too many. */
const numberOf = (growing: Growing, { situation }: Variant, from: Origin | undefined): number | undefined => {
  const key = keyOf(situation)
  const known = growing.seen.get(key)
  if (known !== undefined) {
    const place = timeOf(growing, situation) < timeOf(growing, known.situation) ? growing.open.indexOf(key) : -1
    if (place >= 0) {
      growing.open.splice(place, 1)
      growing.seen.set(key, { number: known.number, situation, from })
      enqueue(growing, key, situation)
    }
    return known.number
  }
  if (growing.seen.size >= growing.most) {
    growing.cut = true
    return undefined
  }
  const number = growing.seen.size
  growing.seen.set(key, { number, situation, from })
  enqueue(growing, key, situation)
  return number
}

const grow = (growing: Growing, number: number, situation: Situation): OutcomeSituation => {
  const { world } = growing
  const branches: OutcomeBranch[] = []
  let cut = false
  for (const branch of branchesOf(world, situation)) {
    const { happens, step, mode } = branch
    for (const variant of follow(world, situation, branch)) {
      const ms = happens === 'deadline-passes' ? 0 : variant.situation.at - situation.at
      const shown = { happens, ...(step === undefined ? {} : { step }), ...(mode === undefined ? {} : { mode }), ...whenOf(variant), ...(ms === 0 ? {} : { atLeastMs: ms }) }
      const to = numberOf(growing, variant, { situation: number, branch: shown })
      if (variant.cut === true) growing.cut = true
      if (to === undefined || variant.cut === true) cut = true
      if (to !== undefined) branches.push({ ...shown, to })
    }
  }
  return { ...situationView(world, situation), branches, ...(cut ? { cut: true } : {}) }
}

const wayTo = (from: readonly (Origin | undefined)[], number: number): OutcomeEnd['way'] => {
  const way: Omit<OutcomeBranch, 'to'>[] = []
  for (let step = from[number]; step !== undefined; step = from[step.situation]) way.unshift(step.branch)
  return way
}

/** A failed request whose effects can be taken back stops by itself too: what a person does then is one of its branches. */
const isEnd = ({ kind, cut }: OutcomeSituation): boolean => cut !== true && (kind === 'person' || kind === 'final' || kind === 'stuck')

/**
 * Follows every way in which a request can go, what is soon reached first: what is left out at `most` situations is what takes the longest to reach.
 * `roots`: how it may begin.
 */
export const outcomeTree = (world: SimulatedWorld, roots: readonly Variant[], most = MOST_SITUATIONS): OutcomeTree => {
  const growing: Growing = { world, most, seen: new Map(), open: [], grown: [], cut: roots.some((root) => root.cut === true) }
  const begun = roots.flatMap((root) => {
    const to = numberOf(growing, root, undefined)
    return to === undefined ? [] : [{ ...whenOf(root), to }]
  })
  for (let next = growing.open.shift(); next !== undefined; next = growing.open.shift()) {
    const seen = growing.seen.get(next)
    if (seen !== undefined) growing.grown[seen.number] = grow(growing, seen.number, seen.situation)
  }
  const { grown, cut } = growing
  const from = [...growing.seen.values()].sort((left, right) => left.number - right.number).map((seen) => seen.from)
  return {
    situations: grown, roots: begun,
    ends: grown.flatMap((situation, number) => isEnd(situation) ? [{ situation: number, state: situation.state, way: wayTo(from, number) }] : []),
    ...(cut ? { truncated: grown.length < most ? 'conditions on unknown values can be decided in too many ways: some were left out' : `there are more than ${most} situations: what takes longer to reach than those was left out` } : {}),
  }
}
