import type { Fault } from './process.js'
import { type Random, randomOf } from './random.js'

/** How one execution of a step goes, as the outside and the plugin decide it. */
export const behaviours = [
  'ok', 'slow', 'checkpointed', 'busy', 'refused', 'error-before', 'error-after', 'lost', 'unsent', 'throws', 'garbage', 'hangs', 'hangs-after',
  'dies-before', 'dies-after', 'parks-for-time', 'parks-for-signal', 'parks-and-escalates',
] as const
export type Behaviour = (typeof behaviours)[number]

/** How the outside treats a step, over all its executions; `ok` when a list has no more. */
export interface StepScript {
  readonly findable: boolean
  readonly runs: readonly Behaviour[]
  /** Resumptions and compensations, one after the other. */
  readonly others: readonly ('ok' | 'busy' | 'lost' | 'refused')[]
}

export interface PlannedFault {
  readonly method: string
  /** The nth call of it, over all processes, from 0. */
  readonly call: number
  readonly fault: Fault
}

export const acts = [
  'retry', 'retry-edited', 'retry-redo', 'abort', 'abort-and-undo', 'cancel', 'cancel-and-undo', 'escalate', 'resolve', 'signal', 'signal', 'news', 'approve', 'reject', 'look', 'read', 'stop', 'kill',
] as const
export type Act = (typeof acts)[number]

export interface PlannedAct {
  readonly at: number
  readonly what: Act
  /** Which of the live processes is asked. */
  readonly process: number
}

/** What a submission by an outside writer asks of the plan that no document says yet. Absent: submitted through the API. */
export interface PlanShape {
  /** Steps at once. */
  readonly limit: number
  /** Whether the steps wait for one another. */
  readonly chained: boolean
  readonly onFailure: 'keep' | 'compensate'
  readonly approvals: number
}

export interface Submission {
  readonly at: number
  readonly process: number
  /** 0 is of another team. */
  readonly person: number
  /** First sends what the form refuses, under the same key. */
  readonly careless: boolean
  /** Does not ask again when no answer comes. */
  readonly givesUp: boolean
  readonly plan?: PlanShape
}

/** All that chance decides in one run. The same scenario is the same run. */
export interface Scenario {
  readonly seed: number
  readonly item: number
  readonly steps: readonly StepScript[]
  readonly submissions: readonly Submission[]
  readonly faults: readonly PlannedFault[]
  readonly acts: readonly PlannedAct[]
  /** The second process serves no catalog: it knows only what requests are pinned to. */
  readonly blind: boolean
  /** How often a process looks for what is due. Absent: as `OPTIONS` says. */
  readonly pollMs?: number
  /** There is one process only; each that ends is replaced. Absent: two. */
  readonly alone?: true
}

export const LEASE_MS = 6_000
/** The longest that an answer is kept waiting. */
export const LATEST_MS = 4_000

/** Methods that each request calls, and those that only some do: the nth call of these is soon beyond the last. */
const usual = ['requests.commit', 'requests.commit', 'requests.commit', 'requests.commit', 'requests.load', 'http.request', 'http.request', 'cipher.digest'] as const
const rare = [
  'requests.submit', 'requests.find', 'requests.recall', 'checkpoints.load', 'checkpoints.save', 'logs.append', 'secrets.get', 'cipher.seal', 'cipher.open', 'claims.release',
  'claims.renew', 'definitions.find', 'definitions.keep',
] as const
const steady = ['claims.claimDue', 'claims.claimLost', 'claims.nextDue'] as const

/** Every method that may fail, each once. */
export const faultPoints: readonly string[] = [...new Set([...usual, ...rare, ...steady])]

const faultOf = (random: Random): Fault => {
  const kind = random.below(12)
  if (kind < 6) return { kind: random.pick(['throw-before', 'throw-after', 'twice']) }
  if (kind < 8) return { kind: random.pick(['die-before', 'die-after']) }
  if (kind < 10) return { kind: random.pick(['late-before', 'late-after']), ms: 1 + random.below(LATEST_MS) }
  return { kind: random.pick(['freeze-before', 'freeze-after']), ms: random.pick([500, LEASE_MS + 1_500, 3 * LEASE_MS]) }
}

const plannedFault = (random: Random): PlannedFault => {
  const which = random.below(20)
  if (which < 9) return { method: random.pick(usual), call: random.below(10), fault: faultOf(random) }
  if (which < 17) return { method: random.pick(rare), call: random.below(3), fault: faultOf(random) }
  return { method: random.pick(steady), call: random.below(24), fault: faultOf(random) }
}

/** Those that take a store's or a person's part come more often. */
const behaviourOf = (random: Random): Behaviour => random.chance(0.25) ? random.pick(['checkpointed', 'checkpointed', 'parks-for-signal', 'slow']) : random.pick(behaviours)

const scriptOf = (random: Random): StepScript => ({
  findable: random.chance(0.6), runs: random.list(3, () => behaviourOf(random)), others: random.list(2, () => random.pick(['ok', 'busy', 'lost', 'refused'])),
})

const planOf = (random: Random): PlanShape => ({
  limit: 1 + random.below(3), chained: random.chance(0.3), onFailure: random.pick(['keep', 'compensate']), approvals: random.chance(0.4) ? 1 + random.below(2) : 0,
})

const submissionOf = (random: Random): Submission => ({
  at: random.below(3_000), process: random.below(4), person: random.below(3), careless: random.chance(0.15), givesUp: random.chance(0.1), ...(random.chance(0.35) ? { plan: planOf(random) } : {}),
})

/** The scenario that a seed stands for. */
export const scenarioOf = (seed: number): Scenario => {
  const random = randomOf(seed)
  const submissions = [submissionOf(random), ...(random.chance(0.2) ? [submissionOf(random)] : [])]
  const blind = random.chance(0.04)
  // What is called in few worlds only fails in most of these.
  const special: readonly PlannedFault[] = [
    ...(blind ? [{ method: 'definitions.find', call: random.below(3), fault: faultOf(random) }] : []),
    ...(submissions.some(({ careless }) => careless) ? [{ method: 'requests.recall', call: 0, fault: faultOf(random) }] : []),
  ]
  return {
    seed, item: random.below(1_000), steps: Array.from({ length: 3 }, () => scriptOf(random)), submissions, blind,
    faults: [...random.list(8, () => plannedFault(random)), ...special],
    ...(!blind && random.chance(0.4) ? { alone: true as const } : {}),
    acts: random.list(4, () => ({ at: random.below(25_000), what: random.pick(acts), process: random.below(4) })),
  }
}
