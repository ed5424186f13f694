import { claimEvents } from '../../src/request/claim-events.js'
import { nextWake } from '../../src/request/next-wake.js'
import { startableSteps } from '../../src/request/next-step.js'
import type { Person } from '../../src/request/person.js'
import type { Plan, PlannedStep } from '../../src/request/plan.js'
import type { RequestEvent, ReconcileVerdict, ResolvedStep } from '../../src/request/request-event.js'
import type { ServiceRequest } from '../../src/request/service-request.js'
import { stepStart } from '../../src/request/step-start.js'
import { runningRows, unresolvedSteps, type RunningRow } from '../../src/request/step-state.js'
import type { StepFailure } from '../../src/request/step.js'
import type { WaitFor } from '../../src/request/wait-for.js'
import { accepted, ada, because, person, planned, planOf, revisionOf, stageOf, start } from './requests.js'

/** Choices come from fast-check, so that a walk shrinks and repeats. */
export interface Dice {
  /** What goes wrong more often than usual in this walk, so that rare corners are reached too. */
  readonly mood: 'calm' | 'crashing' | 'escalating' | 'cancelling' | 'editing'
  below(n: number): number
  of<T>(first: T, ...others: readonly T[]): T
  chance(percent: number): boolean
}

export function dice(choices: readonly number[]): Dice {
  let next = 0
  const below = (n: number) => {
    const choice = choices[next % Math.max(choices.length, 1)] ?? 0
    next += 1
    return (choice + next * 7919) % n
  }
  const of = <T>(first: T, ...others: readonly T[]): T => [first, ...others][below(others.length + 1)] ?? first
  return { mood: of<Dice['mood']>('calm', 'crashing', 'escalating', 'cancelling', 'editing'), below, of, chance: (percent) => below(100) < percent }
}

const grace = person('grace', 'platform')
const linus = person('linus', 'security')

function randomStep(d: Dice, id: string, earlier: readonly string[], all: readonly string[]): PlannedStep {
  return planned(id, {
    dependsOn: d.chance(3) ? ['nowhere'] : earlier.filter(() => d.chance(d.mood === 'cancelling' || d.mood === 'crashing' ? 5 : 30)),
    effect: d.of('none', 'idempotent', 'create', 'create', 'by-config'),
    compensable: d.chance(d.mood === 'cancelling' ? 30 : 75),
    onFailure: d.of<PlannedStep['onFailure']>('fail', d.mood === 'crashing' ? 'continue' : 'fail', 'continue', { fallback: d.of('a', ...all) }),
    ...(d.chance(50) && { retry: { attempts: d.below(3), delayMs: 1_000, backoff: d.of('linear', 'exponential', 'fibonacci'), maxDelayMs: 5_000, on: ['timeout', 'error'] } }),
  })
}

export function randomPlan(d: Dice): Plan {
  const ids = ['a', 'b', 'c', 'd'].slice(0, d.below(5))
  const steps = ids.map((id, i) => randomStep(d, id, ids.slice(0, i), ids))
  const quota = d.chance(50) ? [{ team: 'payments', resource: 'db', environment: 'dev', amount: 1 }] : []
  return planOf(steps, { limit: d.mood === 'calm' ? d.of(1, 2, 3) : 3, quota, ...(d.chance(40) && { onFailure: 'compensate' }) })
}

const randomStages = (d: Dice, planDigest: string) =>
  Array.from({ length: d.below(3) }, (_, i) => stageOf(i + 1, {
    planDigest, need: 1 + d.below(2), approvers: [{ kind: 'user', name: 'grace' }, { kind: 'group', name: 'security' }],
    onTimeout: d.of('reject', 'escalate', 'approve'), ...(d.chance(70) && { deadline: start + 50_000 }), ...(d.chance(50) && { escalateTo: [{ kind: 'user', name: 'linus' }] }),
  }))

export function randomAcceptance(d: Dice): RequestEvent {
  const deadline = d.chance(25) ? { deadline: start + 40_000 } : d.chance(30) ? { timeoutMs: 40_000 } : {}
  return accepted(planOf([]), { revision: revisionOf(randomPlan(d), deadline), approvals: d.chance(30) ? randomStages(d, 'digest-1') : [], room: d.chance(60) })
}

const randomFailure = (d: Dice): StepFailure => ({
  kind: d.mood === 'cancelling' ? 'unknown' : d.of('retryable', 'fatal', 'unknown'), phase: d.of('run', 'timeout', 'prepare'), code: 'HTTP_503', message: 'broke', ...(d.chance(20) && { retryAfterMs: 2_000 }),
})

const randomWait = (d: Dice, step: string, at: number): WaitFor => {
  const until = at + 1_000 + d.below(d.mood === 'escalating' ? 2_000 : 60_000)
  if (d.chance(20)) return { kind: 'time', until }
  if (d.chance(20)) return { kind: 'service', service: 'jira:main', why: d.of('breaker-open', 'rate-limit'), until }
  return { kind: 'signal', reference: { service: 'jira:main', id: `T-${step}` }, until, onTimeout: d.mood === 'escalating' ? 'escalate' : d.of('fail', 'escalate'), ...(d.chance(60) && { pollEveryMs: 5_000 }) }
}

const randomVerdict = (d: Dice, step: string, at: number): ReconcileVerdict =>
  d.mood === 'cancelling' && d.chance(60) ? { unsure: 'nobody knows' } : d.of<ReconcileVerdict>({ present: { found: step } }, 'absent', 'absent', { unsure: 'the index lags' }, { unsure: 'the index lags', askAgainAt: at + 5_000 },
    { parked: { kind: 'signal', reference: { service: 'jira:main', id: `T-${step}` }, until: at + 60_000, onTimeout: 'fail' } })

function outcome(d: Dice, row: RunningRow, at: number): RequestEvent {
  const { id: step, execution } = row
  const broken: RequestEvent = { type: 'step-failed', at, step, execution, failure: randomFailure(d), jitter: d.below(100) / 100 }
  const gone: RequestEvent = { type: 'step-interrupted', at, step, execution, why: d.mood === 'crashing' ? 'owner-lost' : d.of('shutdown', 'cancel', 'owner-lost') }
  if (d.mood === 'crashing' && d.chance(70)) return gone
  if (d.chance(30)) return d.of<RequestEvent>(broken, broken, gone)
  if (row.state === 'compensating') return { type: 'step-compensated', at, step, execution }
  if (row.mode === 'reconcile') return { type: 'step-reconciled', at, step, execution, verdict: randomVerdict(d, step, at) }
  return d.chance(d.mood === 'calm' ? 30 : 50) ? { type: 'step-parked', at, step, execution, waitFor: randomWait(d, step, at) } : { type: 'step-succeeded', at, step, execution, output: { of: step, execution } }
}

/** What the shell would answer to prepare-step. */
export function prepared(d: Dice, request: ServiceRequest, step: string, mode: 'run' | 'resume' | 'reconcile' | 'compensate', at: number): RequestEvent {
  const inputHash = `input ${request.revision.number % 3} of ${step}`
  const begun = stepStart(request, step, mode, inputHash)
  const row = request.steps.find((other) => other.id === step)
  if (d.chance(10) || begun.kind !== 'start') {
    return { type: 'step-failed', at, step, execution: (row?.executions ?? 0) + 1, failure: { ...randomFailure(d), phase: 'prepare' }, jitter: 0 }
  }
  if (d.chance(15)) return { type: 'step-skipped', at, step, why: d.of('condition', 'fallback-not-needed') }
  return { type: 'step-started', at, step, execution: begun.execution, mode: begun.mode, inputHash, deadline: at + 10_000 }
}

function retried(d: Dice, request: ServiceRequest, at: number): RequestEvent {
  const resolved = unresolvedSteps(request).map((step): ResolvedStep =>
    ({ step, effect: d.of<ResolvedStep['effect']>({ present: { told: step } }, 'absent', { parked: { kind: 'signal', reference: { service: 'jira:main', id: `T-${step}` }, until: at + 30_000, onTimeout: 'fail' } }) }))
  const redo = d.chance(20) ? request.steps.filter((row) => row.state === 'completed' && d.chance(60)).map((row) => row.id) : []
  const number = request.revision.number + 1
  const planDigest = d.chance(50) ? `digest-${number}` : request.revision.planDigest
  const edited = d.chance(d.mood === 'editing' ? 90 : 30) ? { revision: { ...request.revision, number, planDigest, ...(d.chance(20) && { plan: randomPlan(d) }) }, approvals: d.chance(50) ? randomStages(d, planDigest) : [] } : {}
  return { type: 'retry-requested', cause: because('again', at), redo, resolved, ...edited }
}

function people(d: Dice, request: ServiceRequest, at: number): readonly RequestEvent[] {
  const cause = because('so it is', at)
  const stage = request.status.state === 'pending_approval' ? request.status.stage : 1
  const { planDigest } = request.revision
  const decided = (verdict: 'approve' | 'reject', by: Person = d.of(grace, linus, person('joan'))): RequestEvent => ({ type: 'approval-decided', stage, planDigest, verdict, cause: { ...cause, by } })
  switch (request.status.state) {
    case 'pending_approval': return [
      decided('approve'), decided('approve'), decided('approve'), decided(d.of('approve', 'reject')), { type: 'approval-delegated', stage, to: 'joan', cause: { ...cause, by: grace } },
      { ...decided('approve', person('joan')), onBehalfOf: 'grace' } as RequestEvent, { type: 'approval-deadline-passed', stage, at: Math.max(at, start + 50_000) },
      ...(d.chance(10) ? [{ type: 'cancel-requested', cause, compensate: d.chance(50) } as const] : []),
    ]
    case 'queued':
    case 'in_progress': {
      const eager = d.mood === 'cancelling' && runningRows(request).length > 1
      const asked: RequestEvent = { type: 'cancel-requested', cause, compensate: eager || d.chance(70) }
      return eager ? [asked, asked, asked] : d.chance(4) ? [asked] : []
    }
    case 'failed': return d.mood === 'crashing' && d.chance(70) ? [{ type: 'abort-requested', cause, compensate: true }] : [
      retried(d, request, at), retried(d, request, at), retried(d, request, at), { type: 'abort-requested', cause, compensate: d.chance(70) },
      ...(d.chance(30) ? [{ type: 'escalation-requested', cause } as const] : []),
    ]
    case 'escalated': return [
      { type: 'escalation-opened', at, ticket: { service: 'jira:main', id: 'SUP-1' } },
      { type: 'escalation-resolved', cause: { ...cause, by: ada }, verdict: d.of('completed', 'aborted') },
    ]
    case 'submitted': case 'cancelling': case 'completed': case 'cancelled': case 'rejected': case 'aborted': return []
  }
}

/** Events that the state is likely to accept. */
export function fittingEvents(d: Dice, request: ServiceRequest, at: number): readonly RequestEvent[] {
  const preparations = startableSteps(request, at).map(({ step, mode }) => prepared(d, request, step, mode, at))
  const outcomes = runningRows(request).map((row) => outcome(d, row, at))
  const outside = request.steps.flatMap((row) => row.references).flatMap((reference): readonly RequestEvent[] => [
    { type: 'signal-received', at, reference, delivery: 'd', payload: { status: 'Done' } },
    { type: 'external-status-changed', at, reference, status: 'In Review', ...(d.chance(50) && { nextPollAt: at + 3_000 }) },
  ])
  const woken = nextWake(request, at)
  const claimed = d.chance(15) || request.status.state === 'queued' ? claimEvents(request, at).slice(0, 1) : []
  const timed: readonly RequestEvent[] = woken === undefined || request.status.state === 'pending_approval' ? [] : [{ type: 'timer-fired', at: Math.max(at, woken) }]
  return [...preparations, ...preparations, ...outcomes, ...outcomes, ...(d.chance(40) ? outside : []), ...(outcomes.length > 0 && d.chance(d.mood === 'escalating' ? 20 : 80) ? [] : timed), ...claimed, ...people(d, request, at)]
}

/** Any event of any type about any step: garbage, but typed. */
export function strayEvent(d: Dice, at: number): RequestEvent {
  const step = d.of('a', 'b', 'c', 'd', 'nowhere')
  const execution = d.below(4)
  const cause = because('stray', at, d.of<Person | 'system'>(ada, grace, linus, 'system'))
  const reference = { service: 'jira:main', id: d.of('T-a', 'T-b', 'T-x') }
  const makers: readonly (() => RequestEvent)[] = [
    () => randomAcceptance(d),
    () => ({ type: 'request-started', at }),
    () => ({ type: 'timer-fired', at }),
    () => ({ type: 'approval-decided', stage: d.below(3), planDigest: d.of('digest-1', 'digest-2'), verdict: d.of('approve', 'reject'), cause, ...(d.chance(30) && { onBehalfOf: 'grace' }) }),
    () => ({ type: 'approval-delegated', stage: d.below(3), to: d.of('joan', 'grace'), cause }),
    () => ({ type: 'approval-deadline-passed', stage: d.below(3), at }),
    () => ({ type: 'step-skipped', at, step, why: d.of('condition', 'fallback-not-needed') }),
    () => ({ type: 'step-started', at, step, execution, mode: d.of('run', 'resume', 'reconcile', 'compensate'), inputHash: d.of('x', `input 1 of ${step}`), deadline: at + d.below(10_000) }),
    () => ({ type: 'step-succeeded', at, step, execution, output: null }),
    () => ({ type: 'step-parked', at, step, execution, waitFor: randomWait(d, step, at) }),
    () => ({ type: 'step-failed', at, step, execution, failure: randomFailure(d), jitter: d.of(0, 0.5, 7, -1) }),
    () => ({ type: 'step-reconciled', at, step, execution, verdict: randomVerdict(d, step, at) }),
    () => ({ type: 'step-compensated', at, step, execution }),
    () => ({ type: 'step-interrupted', at, step, execution, why: d.of('shutdown', 'cancel', 'owner-lost') }),
    () => ({ type: 'signal-received', at, reference, delivery: 'd', payload: null }),
    () => ({ type: 'external-status-changed', at, reference, status: 'Open' }),
    () => ({ type: 'retry-requested', cause, redo: d.chance(50) ? [step] : [], resolved: d.chance(50) ? [{ step, effect: 'absent' }] : [], ...(d.chance(30) && { revision: revisionOf(randomPlan(d), { number: d.below(4) }) }) }),
    () => ({ type: 'cancel-requested', cause, compensate: d.chance(50) }),
    () => ({ type: 'abort-requested', cause, compensate: d.chance(50) }),
    () => ({ type: 'escalation-requested', cause }),
    () => ({ type: 'escalation-opened', at, ticket: reference }),
    () => ({ type: 'escalation-resolved', cause, verdict: d.of('completed', 'aborted') }),
  ]
  return (makers[d.below(makers.length)] ?? (() => randomAcceptance(d)))()
}

/** Where time goes next: stands still, moves a little, or to the next wake. */
export const laterThan = (d: Dice, request: ServiceRequest | undefined, at: number): number =>
  d.chance(40) ? at : d.chance(80) ? at + d.below(1_500) : Math.max(at, (request === undefined ? undefined : nextWake(request, at)) ?? at)
