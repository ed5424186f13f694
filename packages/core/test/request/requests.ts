import type { Json } from '../../src/json.js'
import type { ApprovalStage } from '../../src/request/approval-stage.js'
import type { Cause, Person } from '../../src/request/person.js'
import type { Plan, PlannedStep } from '../../src/request/plan.js'
import type { RequestEvent } from '../../src/request/request-event.js'
import type { Revision } from '../../src/request/service-request.js'
import type { Mode, StepFailure } from '../../src/request/step.js'
import type { Reference, WaitFor } from '../../src/request/wait-for.js'

/** Acceptance in all examples. */
export const start = 1_000_000

export const person = (id: string, ...teams: readonly string[]): Person => ({ id, email: `${id}@example.org`, teams, roles: [] })
export const ada = person('ada', 'payments')
export const because = (reason: string, at = start + 500_000, by: Cause['by'] = ada): Cause => ({ by, reason, at })

export const planned = (id: string, more: Partial<PlannedStep> = {}): PlannedStep => ({
  id, action: 'rest-api', dependsOn: [], critical: true, effect: 'create', compensable: true, timeoutMs: 30_000, onFailure: 'fail', ...more,
})

export const planOf = (steps: readonly PlannedStep[], more: Partial<Plan> = {}): Plan => ({ mode: 'automatic', steps, limit: 1, quota: [], ...more })

export const revisionOf = (plan: Plan, more: Partial<Revision> = {}): Revision => ({
  number: 1, input: { size: 'small' }, variables: {}, plan, planDigest: 'digest-1', ...more,
})

export const stageOf = (stage: number, more: Partial<ApprovalStage> = {}): ApprovalStage => ({
  stage, planDigest: 'digest-1', need: 1, approvers: [{ kind: 'user', name: 'grace' }], onTimeout: 'reject', state: 'not-open', decisions: [], ...more,
})

type Accepting = Extract<RequestEvent, { type: 'request-accepted' }>

export const accepted = (plan: Plan, more: Partial<Accepting> = {}): RequestEvent => ({
  type: 'request-accepted', id: '0192-request', at: start, room: true, approvals: [], revision: revisionOf(plan),
  accepted: {
    at: start, requester: ada, correlationId: 'corr-1', priority: 'normal',
    subject: { kind: 'item', id: 'postgresql', version: '1.0.0', definitionHash: 'hash' },
  },
  ...more,
})

type Timing = { readonly at?: number; readonly execution?: number }

export const began = (step: string, { at = start + 1_000, execution = 1, mode = 'run' as Mode, inputHash = `input of ${step}` } = {}): RequestEvent =>
  ({ type: 'step-started', at, step, execution, mode, inputHash, deadline: at + 30_000 })
export const succeeded = (step: string, output: Json = { of: step }, { at = start + 2_000, execution = 1 }: Timing = {}): RequestEvent =>
  ({ type: 'step-succeeded', at, step, execution, output })

export const failure = (kind: StepFailure['kind'], more: Partial<StepFailure> = {}): StepFailure => ({ kind, phase: 'run', code: 'HTTP_503', message: 'it broke', ...more })
export const failed = (step: string, what: StepFailure = failure('fatal'), { at = start + 2_000, execution = 1 }: Timing = {}): RequestEvent =>
  ({ type: 'step-failed', at, step, execution, failure: what, jitter: 0 })

export const ticket: Reference = { service: 'jira:main', id: 'OPS-1', url: 'https://jira.example.org/browse/OPS-1' }
export const untilSignal = (more: Partial<Extract<WaitFor, { kind: 'signal' }>> = {}): WaitFor =>
  ({ kind: 'signal', reference: ticket, until: start + 900_000, onTimeout: 'fail', ...more })
export const parked = (step: string, waitFor: WaitFor = untilSignal(), { at = start + 2_000, execution = 1 }: Timing = {}): RequestEvent =>
  ({ type: 'step-parked', at, step, execution, waitFor })
export const reconciled = (step: string, verdict: Extract<RequestEvent, { type: 'step-reconciled' }>['verdict'], { at = start + 60_000, execution = 2 }: Timing = {}): RequestEvent =>
  ({ type: 'step-reconciled', at, step, execution, verdict })
export const interrupted = (step: string, why: 'shutdown' | 'cancel' | 'owner-lost', { at = start + 2_000, execution = 1 }: Timing = {}): RequestEvent =>
  ({ type: 'step-interrupted', at, step, execution, why })
export const signal = (payload: Json = { status: 'Done' }, at = start + 100_000): RequestEvent => ({ type: 'signal-received', at, reference: ticket, delivery: 'd-1', payload })
export const timer = (at: number): RequestEvent => ({ type: 'timer-fired', at })
export const retry = (more: Partial<Extract<RequestEvent, { type: 'retry-requested' }>> = {}): RequestEvent =>
  ({ type: 'retry-requested', cause: because('try again'), redo: [], resolved: [], ...more })
export const cancel = (compensate = false): RequestEvent => ({ type: 'cancel-requested', cause: because('not needed'), compensate })
export const abort = (compensate = false): RequestEvent => ({ type: 'abort-requested', cause: because('give up'), compensate })
export const approve = (stage = 1, who = person('grace'), more: Partial<Extract<RequestEvent, { type: 'approval-decided' }>> = {}): RequestEvent =>
  ({ type: 'approval-decided', stage, planDigest: 'digest-1', verdict: 'approve', cause: because('fine', start + 10_000, who), ...more })
