import type { Commit, IdempotencyKey, LogLine } from '@pao/core/ports'
import { priorityRank } from './priority.js'

type ServiceRequest = Commit['after']
type Step = ServiceRequest['steps'][number]

/** A row as `jsonb_to_recordset` reads it: members are columns, absent ones null. */
export type JsonRow = Readonly<Record<string, unknown>>

/** The last moment that was written: the rows of one change share few of them. */
let lastMoment: { readonly at: number; readonly text: string } | undefined

const timestamp = (at: number | undefined): string | undefined => {
  if (at === undefined) return undefined
  if (lastMoment?.at !== at) lastMoment = { at, text: new Date(at).toISOString() }
  return lastMoment.text
}

/** A document that no statement looks into travels as its text. */
const text = (value: unknown): string | undefined => value === undefined ? undefined : JSON.stringify(value)

const isEnded = (request: ServiceRequest): boolean => ['completed', 'cancelled', 'rejected', 'aborted'].includes(request.status.state)

/** Does not compile when a member was left over for which there is no column. */
const hasColumns = (rest: Readonly<Record<string, never>>): void => void rest

/** Members of a step that has never run. */
const UNTOUCHED_MEMBERS = 6

/** Most changes have no rows of most kinds: nothing is sent for them. */
const some = (rows: readonly JsonRow[]): readonly JsonRow[] | undefined => rows.length === 0 ? undefined : rows

/** What a submission and a later commit have in common: the request's row, the history row and the rows that hang on them. */
const changeRow = (commit: Commit): JsonRow => {
  const { after, entry } = commit
  const { id, version, accepted, revision, status, steps, superseded, approvals, ledger, ...rest } = after
  hasColumns(rest)
  return {
    id,
    commit_id: commit.commitId,
    version,
    first_version: entry.firstVersion,
    status: status.state,
    status_data: text(status),
    approvals: text(approvals),
    ledger: text(ledger),
    revision: revision.number,
    ended_at: isEnded(after) ? timestamp(entry.at) : undefined,
    wake_at: timestamp(commit.wakeAt),
    owner: commit.owner,
    claim: commit.claim,
    lease_ms: commit.leaseMs,
    at: timestamp(entry.at),
    actor: entry.actor,
    types: entry.types,
    events: text(eventsOf(commit)),
    events_hash: entry.eventsHash,
    hash: entry.hash,
    steps: some(changedStepRows(commit)),
    revisions: some(revisionRows(commit)),
    signals: some(signalRows(commit)),
    logs: some(logRows(commit.logs)),
  }
}

export const commitRow = (commit: Commit): JsonRow => ({ ...changeRow(commit), expected: commit.expectedVersion, epoch: commit.epoch })

/**
 * The events without what the request's own rows hold: the acceptance, and input, variables and plan of the first revision, which never
 * change. `historyEntryOf` puts them back.
 */
const eventsOf = ({ after, entry: { events } }: Commit): readonly unknown[] => {
  const [first, ...others] = events
  if (first?.type !== 'request-accepted' || first.accepted !== after.accepted || first.revision !== after.revision) return events
  const { accepted: _accepted, revision: { input: _input, variables: _variables, plan: _plan, ...revision }, ...event } = first
  return [{ ...event, revision }, ...others]
}

export const submissionRow = (commit: Commit, idempotency: IdempotencyKey | undefined): JsonRow => {
  const { accepted } = commit.after
  const { subject, requester, ownerTeam } = accepted
  return {
    ...changeRow(commit),
    accepted: text(accepted),
    subject_kind: subject.kind,
    subject_id: subject.id,
    subject_version: subject.version,
    definition_hash: subject.definitionHash,
    requester_id: requester.id,
    teams: ownerTeam === undefined ? requester.teams : [...requester.teams, ownerTeam],
    correlation_id: accepted.correlationId,
    priority: priorityRank(accepted.priority),
    created_at: timestamp(accepted.at),
    principal: idempotency?.principal,
    route: idempotency?.route,
    key: idempotency?.key,
    body_hash: idempotency?.bodyHash,
  }
}

const stepRow = (request: ServiceRequest, step: Step, position: number, superseded: boolean): JsonRow => {
  const { output, ...data } = 'output' in step ? step : { ...step, output: undefined }
  return {
    step_id: step.id,
    iteration: step.iteration,
    position,
    superseded,
    action_type: request.revision.plan.steps.find(({ id }) => id === step.id)?.action ?? '',
    state: step.state,
    executions: step.executions,
    data: text(data),
    output: text(output),
    started_at: 'startedAt' in step ? timestamp(step.startedAt) : undefined,
    ended_at: 'endedAt' in step ? timestamp(step.endedAt) : undefined,
  }
}

/** Of a new request, steps that have not begun are not written: the plan says of them all that there is to say. `requestOf` puts them back. */
const isUntouched = (request: ServiceRequest, step: Step, place: number): boolean =>
  step.state === 'pending' && step.iteration === 1 && Object.keys(step).length === UNTOUCHED_MEMBERS && step.executions === 0 && step.failures === 0
  && step.references.length === 0 && request.revision.plan.steps[place]?.id === step.id

/** The steps that are not, at their place, the very ones that were there before. */
const changedStepRows = ({ before, after }: Commit): readonly JsonRow[] => [
  ...after.steps.flatMap((step, place) => before?.steps[place] === step || (before === undefined && isUntouched(after, step, place)) ? [] : [stepRow(after, step, place, false)]),
  ...after.superseded.flatMap((step, place) => before?.superseded[place] === step ? [] : [stepRow(after, step, place, true)]),
]

/** None when the revision is the very one that was there before. */
const revisionRows = ({ before, after }: Commit): readonly JsonRow[] => {
  const { number, input, sealed, variables, plan, planDigest, deadline, timeoutMs, ...rest } = after.revision
  hasColumns(rest)
  if (before?.revision === after.revision) return []
  return [{ number, input: text(input), variables: text(variables), plan: text(plan), plan_digest: planDigest, deadline: timestamp(deadline), timeout_ms: timeoutMs, sealed: text(sealed) }]
}

const signalRows = ({ after, effects }: Commit): readonly JsonRow[] =>
  effects.flatMap((effect) => effect.type !== 'expect-signal' ? [] : [{
    service: effect.reference.service,
    reference: effect.reference.id,
    step_id: effect.step,
    iteration: after.steps.find(({ id }) => id === effect.step)?.iteration ?? 1,
  }])

interface LogRun { readonly step: string; readonly iteration: number; readonly execution: number; readonly lines: JsonRow[] }

/** One row for each run of lines of the same execution, in their order. */
export const logRows = (logs: readonly LogLine[]): readonly JsonRow[] => {
  const runs: LogRun[] = []
  for (const { step, iteration, execution, ...line } of logs) {
    const last = runs.at(-1)
    if (last?.step === step && last.iteration === iteration && last.execution === execution) last.lines.push(line)
    else runs.push({ step, iteration, execution, lines: [line] })
  }
  return runs.map((run) => ({ step_id: run.step, iteration: run.iteration, execution: run.execution, lines: run.lines }))
}
