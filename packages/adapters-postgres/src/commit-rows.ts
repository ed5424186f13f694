import type { Commit, IdempotencyKey, LogLine } from '@pao/core/ports'
import { priorityRank } from './priority.js'
import { hex, int4, int8, moment, optional, text, texts, uuid } from './wire/checked.js'
import type { Columns, Row } from './wire/columns.js'

type ServiceRequest = Commit['after']
type Step = ServiceRequest['steps'][number]

/** A document that no statement looks into. */
const json = (value: unknown): string => JSON.stringify(value)

const optionalMoment = optional(moment)
const optionalHex = optional(hex)
const optionalInt4 = optional(int4)
const optionalInt8 = optional(int8)
const optionalText = optional(text)

const isEnded = (request: ServiceRequest): boolean => ['completed', 'cancelled', 'rejected', 'aborted'].includes(request.status.state)

/** Does not compile when a member was left over for which there is no column. */
const hasColumns = (rest: Readonly<Record<string, never>>): void => void rest

/** Members of a step that has never run. */
const UNTOUCHED_MEMBERS = 6

/** What a submission and a later commit have in common: the request's row and the history row. */
const changeColumns = [
  ['id', 'uuid'], ['commit_id', 'uuid'], ['version', 'int4'], ['first_version', 'int4'], ['status', 'text'], ['status_data', 'json'], ['approvals', 'json'], ['ledger', 'json'],
  ['revision', 'int4'], ['ended_at', 'timestamptz'], ['wake_at', 'timestamptz'], ['owner', 'uuid'], ['claim', 'text'], ['lease_ms', 'int4'],
  ['at', 'timestamptz'], ['actor', 'text'], ['types', 'text'], ['events', 'json'], ['events_hash', 'bytea'], ['hash', 'bytea'],
] as const satisfies Columns

const changeRow = (commit: Commit): Row => {
  const { after, entry } = commit
  const { id, version, accepted: _accepted, revision, status, steps: _steps, superseded: _superseded, approvals, ledger, ...rest } = after
  hasColumns(rest)
  return [
    uuid(id), uuid(commit.commitId), int4(version), int4(entry.firstVersion), status.state, json(status), json(approvals), json(ledger),
    int4(revision.number), isEnded(after) ? moment(entry.at) : undefined, optionalMoment(commit.wakeAt), uuid(commit.owner), commit.claim, optionalInt4(commit.leaseMs),
    moment(entry.at), optionalText(entry.actor), texts(entry.types), json(eventsOf(commit)), hex(entry.eventsHash), hex(entry.hash),
  ]
}

export const commitColumns = [...changeColumns, ['expected', 'int4'], ['epoch', 'int4']] as const satisfies Columns

export const commitRow = (commit: Commit): Row => [...changeRow(commit), int4(commit.expectedVersion), optionalInt4(commit.epoch)]

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

export const submissionColumns = [
  ...changeColumns, ['accepted', 'json'], ['subject_kind', 'text'], ['subject_id', 'text'], ['subject_version', 'text'], ['definition_hash', 'bytea'],
  ['requester_id', 'text'], ['teams', 'text'], ['correlation_id', 'text'], ['priority', 'int4'], ['created_at', 'timestamptz'],
  ['principal', 'text'], ['route', 'text'], ['key', 'text'], ['body_hash', 'bytea'],
] as const satisfies Columns

export const submissionRow = (commit: Commit, idempotency: IdempotencyKey | undefined): Row => {
  const { accepted } = commit.after
  const { subject, requester, ownerTeam } = accepted
  return [
    ...changeRow(commit), json(accepted), subject.kind, text(subject.id), text(subject.version), hex(subject.definitionHash),
    text(requester.id), texts(ownerTeam === undefined ? requester.teams : [...requester.teams, ownerTeam]), text(accepted.correlationId), priorityRank(accepted.priority), moment(accepted.at),
    optionalText(idempotency?.principal), optionalText(idempotency?.route), optionalText(idempotency?.key), optionalHex(idempotency?.bodyHash),
  ]
}

export const stepColumns = [
  ['request_id', 'uuid'], ['step_id', 'text'], ['iteration', 'int4'], ['position', 'int4'], ['superseded', 'bool'], ['action_type', 'text'], ['state', 'text'],
  ['executions', 'int4'], ['data', 'json'], ['output', 'json'], ['started_at', 'timestamptz'], ['ended_at', 'timestamptz'],
] as const satisfies Columns

const stepRow = (request: ServiceRequest, step: Step, position: number, superseded: boolean): Row => {
  const output = 'output' in step ? step.output : undefined
  return [
    uuid(request.id), text(step.id), int4(step.iteration), position, superseded, request.revision.plan.steps.find(({ id }) => id === step.id)?.action ?? '', step.state,
    int4(step.executions), json(output === undefined ? step : { ...step, output: undefined }), output === undefined ? undefined : json(output),
    'startedAt' in step ? moment(step.startedAt) : undefined, 'endedAt' in step ? moment(step.endedAt) : undefined,
  ]
}

/** Of a new request, steps that have not begun are not written: the plan says of them all that there is to say. `requestOf` puts them back. */
const isUntouched = (request: ServiceRequest, step: Step, place: number): boolean =>
  step.state === 'pending' && step.iteration === 1 && Object.keys(step).length === UNTOUCHED_MEMBERS && step.executions === 0 && step.failures === 0
  && step.references.length === 0 && request.revision.plan.steps[place]?.id === step.id

/** Whether a row of this iteration is there for certain: only what is pending may have none. */
const hasRow = (earlier: Step | undefined, { id, iteration }: Step): boolean =>
  earlier !== undefined && earlier.state !== 'pending' && earlier.id === id && earlier.iteration === iteration

export interface StepRows {
  /** Of which there is a row already. */
  readonly known: readonly Row[]
  /** Of which there may be one. */
  readonly others: readonly Row[]
}

/** The steps that are not, at their place, the very ones that were there before. */
export const changedStepRows = ({ before, after }: Commit): StepRows => {
  const [known, others]: [Row[], Row[]] = [[], []]
  const add = (step: Step, earlier: Step | undefined, place: number, superseded: boolean): void => {
    if (earlier === step || (before === undefined && !superseded && isUntouched(after, step, place))) return
    (hasRow(earlier, step) ? known : others).push(stepRow(after, step, place, superseded))
  }
  for (const [place, step] of after.steps.entries()) add(step, before?.steps[place], place, false)
  for (const [place, step] of after.superseded.entries()) add(step, before?.superseded[place], place, true)
  return { known, others }
}

export const revisionColumns = [
  ['request_id', 'uuid'], ['number', 'int4'], ['input', 'json'], ['variables', 'json'], ['plan', 'json'], ['plan_digest', 'text'], ['deadline', 'timestamptz'], ['timeout_ms', 'int8'], ['sealed', 'json'],
] as const satisfies Columns

/** None when the revision is the very one that was there before. */
export const revisionRows = ({ before, after }: Commit): readonly Row[] => {
  const { number, input, sealed, variables, plan, planDigest, deadline, timeoutMs, ...rest } = after.revision
  hasColumns(rest)
  if (before?.revision === after.revision) return []
  return [[
    uuid(after.id), int4(number), json(input), json(variables), json(plan), text(planDigest), optionalMoment(deadline), optionalInt8(timeoutMs), sealed === undefined ? undefined : json(sealed),
  ]]
}

export const signalColumns = [['request_id', 'uuid'], ['service', 'text'], ['reference', 'text'], ['step_id', 'text'], ['iteration', 'int4']] as const satisfies Columns

export const signalRows = ({ after, effects }: Commit): readonly Row[] =>
  effects.flatMap((effect) => effect.type !== 'expect-signal' ? [] : [[
    uuid(after.id), text(effect.reference.service), text(effect.reference.id), text(effect.step), after.steps.find(({ id }) => id === effect.step)?.iteration ?? 1,
  ]])

interface LogRun { readonly step: string; readonly iteration: number; readonly execution: number; readonly lines: unknown[] }

/** One run for each execution's lines that follow one another, in their order. */
const logRuns = (logs: readonly LogLine[]): readonly LogRun[] => {
  const runs: LogRun[] = []
  for (const { step, iteration, execution, ...line } of logs) {
    const last = runs.at(-1)
    if (last?.step === step && last.iteration === iteration && last.execution === execution) last.lines.push(line)
    else runs.push({ step, iteration, execution, lines: [line] })
  }
  return runs
}

export const logColumns = [['request_id', 'uuid'], ['step_id', 'text'], ['iteration', 'int4'], ['execution', 'int4'], ['lines', 'json']] as const satisfies Columns

/** One row for each run of lines of the same execution. */
export const logRows = (requestId: string, logs: readonly LogLine[]): readonly Row[] =>
  logs.length === 0 ? [] : logRuns(logs).map(({ step, iteration, execution, lines }) => [uuid(requestId), text(step), int4(iteration), int4(execution), json(lines)])
