import type { HistoryEntry, Person, RequestView, ServiceRequest, Step } from '@pao/core'
import type { Json } from '@pao/core/action'
import { isJsonObject } from '@pao/core/action'
import type { CatalogView } from './catalog-view.js'
import { allowedActions } from './permissions.js'
import { progress } from './progress.js'
import { publicRequestId } from './request-id.js'
import { externalStatus, failureView, isoTime, stepView } from './step-view.js'
import { firstStarts, timeline } from './timeline.js'

/** What a view needs to know beside the request. */
export interface Reader {
  readonly person: Person
  readonly catalog: Pick<CatalogView, 'estimatedSeconds' | 'find'>
  /** Whether the fakes of the playground carry requests out. */
  readonly playground: boolean
}

export const MASK = '********'

const maskText = (text: string): string => (text.startsWith('sealed:') ? MASK : text)

/** An input with what was typed into password fields masked: it is stored sealed, and never shown. */
export const masked = (value: Json): Json => {
  if (typeof value === 'string') return maskText(value)
  if (Array.isArray(value)) return value.map((item: Json) => masked(item))
  return isJsonObject(value) ? Object.fromEntries(Object.entries(value).map(([name, item]) => [name, masked(item)])) : value
}

const ended: ReadonlySet<string> = new Set(['completed', 'cancelled', 'rejected', 'aborted', 'failed', 'escalated'])

/** True when nothing more happens to the request unless a person does something. */
export const hasEnded = ({ status }: ServiceRequest): boolean => ended.has(status.state)

const estimatedCompletion = ({ accepted, revision }: ServiceRequest, catalog: Reader['catalog']): string | null => {
  const seconds = catalog.estimatedSeconds(accepted.subject, revision.plan.mode)
  return seconds === undefined ? null : isoTime(accepted.at + seconds * 1000)
}

const active: ReadonlySet<Step['state']> = new Set(['in_progress', 'waiting', 'retrying', 'compensating'])

const currentStep = ({ steps, status }: ServiceRequest): Step | undefined =>
  steps.find((step) => active.has(step.state)) ??
  (status.state === 'failed' || status.state === 'escalated' ? steps.find((step) => step.state === 'failed' && !step.tolerated) : undefined) ??
  (ended.has(status.state) ? undefined : steps.find((step) => step.state === 'pending'))

const actionOf = ({ revision }: ServiceRequest, id: string): string => revision.plan.steps.find((step) => step.id === id)?.action ?? ''

const currentAction = ({ request, observed }: RequestView) => {
  const step = currentStep(request)
  if (step === undefined) return null
  const outside = externalStatus(step, observed)
  const reference = step.references.at(-1)
  return {
    index: request.steps.indexOf(step),
    id: step.id,
    type: actionOf(request, step.id),
    status: step.state,
    ...('startedAt' in step ? { startedAt: isoTime(step.startedAt) } : {}),
    ...(step.state === 'waiting' ? { startedAt: isoTime(step.since) } : {}),
    ...(reference === undefined ? {} : { externalReference: reference }),
    ...(outside === undefined ? {} : { externalStatus: outside }),
  }
}

const requestExternalStatus = ({ request, observed }: RequestView) => {
  const seen = request.steps.flatMap((step) => {
    const status = externalStatus(step, observed)
    return status === undefined ? [] : [{ step: step.id, ...status }]
  })
  return seen.at(-1) ?? null
}

/** What failed, what exists outside, and what a person must find out. Null: nothing failed. */
const failureContext = (request: ServiceRequest) => {
  const report = 'failure' in request.status ? request.status.failure : undefined
  if (report === undefined) return null
  return {
    at: isoTime(report.at),
    cause: report.cause,
    failedActions: report.steps.map((id) => {
      const step = request.steps.find((candidate) => candidate.id === id)
      return { step: id, action: actionOf(request, id), ...(step === undefined ? {} : failureView(step)) }
    }),
    existing: request.steps.filter((step) => step.state === 'completed' || step.references.length > 0)
      .map((step) => ({ step: step.id, references: step.references, ...(step.state === 'completed' ? { output: step.output } : {}) })),
    needsPerson: report.needsPerson,
  }
}

/** What every answer about a request carries. */
const summaryView = (view: RequestView, { person, catalog, playground }: Reader) => {
  const { request, createdAt, updatedAt, endedAt } = view
  const { accepted, revision, status } = request
  const decided = 'cause' in status ? { reason: status.cause.reason } : {}
  return {
    id: publicRequestId(request.id),
    catalogItemId: accepted.subject.id,
    catalogItemVersion: accepted.subject.version,
    status: status.state,
    version: request.version,
    mode: revision.plan.mode,
    modeReason: revision.plan.modeReason ?? null,
    environment: accepted.environment ?? null,
    correlationId: accepted.correlationId,
    requester: { id: accepted.requester.id, teams: accepted.requester.teams },
    ...decided,
    createdAt: isoTime(createdAt),
    updatedAt: isoTime(updatedAt),
    completedAt: endedAt === undefined ? null : isoTime(endedAt),
    progress: progress(request),
    estimatedCompletionAt: estimatedCompletion(request, catalog),
    allowedActions: allowedActions(request, person),
    currentAction: currentAction(view),
    externalStatus: requestExternalStatus(view),
    ...(playground ? { playground: true } : {}),
  }
}

/** A row of a list. */
export const listView = summaryView

/** The polling target: where it stands, and why when it failed. */
export const statusView = (view: RequestView, reader: Reader) => ({
  ...summaryView(view, reader),
  failure: failureContext(view.request),
})

const references = ({ steps }: ServiceRequest) =>
  steps.flatMap((step) => step.references.map((reference) => ({ step: step.id, ...reference })))

const outputs = ({ steps }: ServiceRequest): Readonly<Record<string, Json>> =>
  Object.fromEntries(steps.flatMap((step) => (step.state === 'completed' ? [[step.id, step.output]] : [])))

/** Everything about a request but its log lines. */
export const requestView = (view: RequestView, reader: Reader, history?: readonly HistoryEntry[]) => {
  const { request, observed } = view
  const starts = firstStarts(history ?? [])
  return {
    ...statusView(view, reader),
    priority: request.accepted.priority,
    revision: request.revision.number,
    input: masked(request.revision.input),
    steps: request.steps.map((step) => stepView(step, actionOf(request, step.id), observed, starts.get(step.id))),
    outputs: outputs(request),
    references: references(request),
    ...(history === undefined ? {} : { timeline: timeline(history) }),
  }
}

/** A strong validator of a view: the version, and the newest observation that no version has yet. */
export const requestTag = ({ request, observed }: RequestView): string => {
  const newest = Math.max(0, ...[...observed.values()].map(({ asOf }) => asOf))
  return newest === 0 ? `"${request.version}"` : `"${request.version}.${newest.toString(36)}"`
}

/** The version in an `If-Match`. Undefined: any; null: it names no version of a request. */
export const versionOfTag = (header: string | undefined): number | undefined | null => {
  if (header === undefined || header.trim() === '*') return undefined
  const match = /^\s*"?(\d{1,9})(?:\.[0-9a-z]+)?"?\s*$/.exec(header)
  return match === null ? null : Number(match[1])
}
