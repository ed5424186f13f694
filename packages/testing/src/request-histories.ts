import { transition } from '@pao/core'
import type { RequestEffect, RequestEvent, ServiceRequest } from '@pao/core'
import fc from 'fast-check'
import { aRequestAccepted } from './machine/events.js'

/** Numbers from fast-check, one for each decision, so that a history shrinks and repeats. */
type Decide = (below: number) => number

interface Walk {
  readonly request: ServiceRequest
  readonly effects: readonly RequestEffect[]
  readonly at: number
}

type Step = ServiceRequest['steps'][number]

const by = (reason: string, at: number): { readonly by: { readonly id: string; readonly teams: readonly string[]; readonly roles: readonly string[] }; readonly reason: string; readonly at: number } =>
  ({ by: { id: 'ada', teams: ['payments'], roles: [] }, reason, at })

const failureOf = (decide: Decide) => ({ kind: (['retryable', 'fatal', 'unknown'] as const)[decide(3)] ?? 'fatal', phase: 'run' as const, code: 'HTTP_503', message: 'it broke' })

const wait = (step: string, at: number) => ({ kind: 'signal' as const, reference: { service: 'jira:main', id: `T-${step}` }, until: at + 60_000, onTimeout: 'escalate' as const })

/** How a running execution may end. */
const endings = ({ id: step, executions: execution, ...row }: Step, at: number, decide: Decide): readonly RequestEvent[] => {
  if (row.state === 'compensating') return [{ type: 'step-compensated', at, step, execution }]
  if (row.state !== 'in_progress') return []
  const ends: readonly RequestEvent[] = [
    { type: 'step-succeeded', at, step, execution, output: { of: step, execution } }, { type: 'step-parked', at, step, execution, waitFor: wait(step, at) },
    { type: 'step-failed', at, step, execution, failure: failureOf(decide), jitter: 0.5 }, { type: 'step-interrupted', at, step, execution, why: 'owner-lost' },
  ]
  const found: readonly RequestEvent[] = [
    { type: 'step-reconciled', at, step, execution, verdict: { present: { found: step } } }, { type: 'step-reconciled', at, step, execution, verdict: 'absent' },
    { type: 'step-reconciled', at, step, execution, verdict: { unsure: 'nobody knows' } }, { type: 'step-interrupted', at, step, execution, why: 'shutdown' },
  ]
  return row.mode === 'reconcile' ? found : ends
}

/** What waits for the outside or for a time. */
const wakings = (row: Step, at: number): readonly RequestEvent[] => {
  if (row.state === 'retrying') return [{ type: 'timer-fired', at: Math.max(at, row.dueAt) }]
  if (row.state !== 'waiting') return []
  const late: RequestEvent = { type: 'timer-fired', at: Math.max(at, row.waitFor.until) }
  return row.waitFor.kind === 'signal' ? [{ type: 'signal-received', at, reference: row.waitFor.reference, delivery: `d-${at}`, payload: { status: 'Done' } }, late] : [late]
}

/** The answers of the shell to what it is asked to prepare. */
const preparations = ({ request, effects, at }: Walk): readonly RequestEvent[] => effects.flatMap((effect): readonly RequestEvent[] => {
  if (effect.type !== 'prepare-step') return []
  const { step, mode } = effect
  const execution = (request.steps.find(({ id }) => id === step)?.executions ?? 0) + 1
  const modes = mode === 'run' ? ['run', 'reconcile'] as const : [mode]
  return modes.map((one) => ({ type: 'step-started', at, step, execution, mode: one, inputHash: `input ${request.revision.number} of ${step}`, deadline: at + 30_000 }))
})

const decisions = ({ request, at }: Walk, decide: Decide): readonly RequestEvent[] => {
  const compensate = decide(2) === 1
  switch (request.status.state) {
    case 'queued': return [{ type: 'request-started', at }]
    case 'pending_approval': return [{ type: 'approval-decided', stage: request.status.stage, planDigest: request.revision.planDigest, verdict: decide(4) === 0 ? 'reject' : 'approve', cause: { ...by('looked at', at), by: { id: 'grace', teams: [], roles: [] } } }]
    case 'failed': {
      const resolved = request.status.failure.needsPerson.map((step) => ({ step, effect: 'absent' as const }))
      return [
        { type: 'retry-requested', cause: by('again', at), redo: [], resolved }, { type: 'abort-requested', cause: by('enough', at), compensate }, { type: 'escalation-requested', cause: by('help', at) },
      ]
    }
    case 'escalated': return [{ type: 'escalation-resolved', cause: by('settled', at), verdict: compensate ? 'aborted' : 'completed' }]
    default: return []
  }
}

/** What may happen next; most of it fits. What the shell must answer at once stands alone. */
const candidates = (walk: Walk, decide: Decide): readonly RequestEvent[] => {
  const { request, at } = walk
  const prepared = preparations(walk)
  if (prepared.length > 0) return prepared
  const rare: readonly RequestEvent[] = decide(12) === 0 ? [{ type: 'cancel-requested', cause: by('not needed', at), compensate: decide(2) === 1 }] : []
  return [...rare, ...request.steps.flatMap((row) => [...endings(row, at, decide), ...wakings(row, at)]), ...decisions(walk, decide)]
}

/** Takes one of what may happen, beginning at a chance place, that the machine accepts. */
const next = (walk: Walk, decide: Decide): { readonly event: RequestEvent; readonly walk: Walk } | undefined => {
  const all = candidates(walk, decide)
  const first = all.length === 0 ? 0 : decide(all.length)
  for (const event of [...all.slice(first), ...all.slice(0, first)]) {
    const answer = transition(walk.request, event)
    if (!('rejection' in answer)) return { event, walk: { ...answer, at: ('cause' in event ? event.cause.at : event.at) + 1_000 } }
  }
  return undefined
}

const stage = { stage: 1, need: 1, approvers: [{ kind: 'user' as const, name: 'grace' }], onTimeout: 'reject' as const, state: 'not-open' as const, decisions: [] }

const acceptance = (decide: Decide): Extract<RequestEvent, { type: 'request-accepted' }> => {
  const accepted = aRequestAccepted({ steps: ['a', 'b', 'c'].slice(0, 1 + decide(3)), room: decide(2) === 1, at: 1_700_000_000_000 })
  const { plan, planDigest } = accepted.revision
  const steps = plan.steps.map((step) => ({
    ...step, compensable: decide(3) > 0, effect: (['create', 'idempotent', 'none'] as const)[decide(3)] ?? 'create', ...(decide(2) === 0 ? {} : { dependsOn: [] }),
    ...(decide(2) === 0 ? {} : { retry: { attempts: 1, delayMs: 1_000, backoff: 'linear' as const, maxDelayMs: 5_000, on: ['error', 'timeout'] } }),
  }))
  return { ...accepted, id: '018bcfe5-6800-7000-8000-000000000000', approvals: decide(4) === 0 ? [{ ...stage, planDigest }] : [], revision: { ...accepted.revision, plan: { ...plan, steps, limit: 1 + decide(2) } } }
}

const historyOf = (choices: readonly number[]): readonly RequestEvent[] => {
  let used = 0
  const decide: Decide = (below) => {
    const choice = choices[used % choices.length] ?? 0
    used += 1
    return (choice + used * 7_919) % below
  }
  const accepted = acceptance(decide)
  const events: RequestEvent[] = [accepted]
  const begun = transition(undefined, accepted)
  let walk: Walk | undefined = 'rejection' in begun ? undefined : { ...begun, at: accepted.at + 1_000 }
  while (walk !== undefined && events.length < choices.length) {
    const went = next(walk, decide)
    if (went !== undefined) events.push(went.event)
    walk = went?.walk
  }
  return events
}

/**
 * Logs of events that the machine accepts, from acceptance on, up to any moment: `replay` gives the request. They reach every state. A log
 * may stop between `prepare-step` and its answer.
 */
export const requestHistories: fc.Arbitrary<readonly RequestEvent[]> = fc.array(fc.nat({ max: 9_999 }), { minLength: 1, maxLength: 40 }).map(historyOf)
