import { MASK, failureContext, isFinal, progress } from '@pao/core'
import type { CurrentAction, HistoryEntry, InputWarning, Person, RequestView, ServiceRequest } from '@pao/core'
import type { Json } from '@pao/core/action'
import { isJsonObject } from '@pao/core/action'
import { componentsView, parentTicketView } from './components-view.js'
import { offeredActions } from './permissions.js'
import { publicRequestId } from './request-id.js'
import type { ServedCatalog } from './served-catalog.js'
import { externalStatus, isoTime, stepView } from './step-view.js'
import { firstStarts, timeline } from './timeline.js'

/** What a view needs to know beside the request. */
export interface Reader {
  readonly person: Person
  readonly catalog: Pick<ServedCatalog, 'estimatedSeconds' | 'current'>
  /** Whether the fakes of the playground carry requests out. */
  readonly playground: boolean
}


const isSealed = (value: Json): boolean => typeof value === 'string' && /^sealed:[^:]+:/.test(value)

/** The input, with what was typed into password fields masked: it is stored encrypted, and never shown, not even so. */
const inputView = ({ input, sealed = [] }: ServiceRequest['revision']): Json => {
  if (!isJsonObject(input)) return input
  return Object.fromEntries(Object.entries(input).map(([name, value]) => [name, sealed.includes(name) || isSealed(value) ? MASK : value]))
}

/** True when nothing more happens to the request unless a person does something. */
export const hasEnded = (request: ServiceRequest): boolean => isFinal(request) || request.status.state === 'failed' || request.status.state === 'escalated'

const estimatedCompletion = (request: ServiceRequest, catalog: Reader['catalog']): string | null => {
  const seconds = catalog.estimatedSeconds(request)
  return seconds === undefined ? null : isoTime(request.accepted.at + seconds * 1000)
}

const actionOf = ({ revision }: ServiceRequest, id: string): string => revision.plan.steps.find((step) => step.id === id)?.action ?? ''

const actionView = ({ request, observed }: RequestView, action: CurrentAction) => {
  const step = request.steps[action.index]
  const outside = step === undefined ? undefined : externalStatus(step, observed)
  const { startedAt, ...rest } = action
  return {
    ...rest,
    ...(startedAt === undefined ? {} : { startedAt: isoTime(startedAt) }),
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

/** What failed, what exists outside, what is to be cleaned up, and which steps a person must look into. Null: nothing failed. */
const failureView = (request: ServiceRequest) => {
  const context = failureContext(request)
  if (context === undefined) return null
  const { requestId: _, at, failedActions, ...rest } = context
  return {
    at: isoTime(at), ...rest,
    failedActions: failedActions.map(({ failure, ...action }) => ({ ...action, ...failure })),
    needsPerson: failedActions.filter(({ needsPerson }) => needsPerson).map(({ step }) => step),
  }
}

/** What every answer about a request carries. */
const summaryView = (view: RequestView, { person, catalog, playground }: Reader) => {
  const { request, createdAt, updatedAt, endedAt } = view
  const { accepted, revision, status } = request
  const { currentAction, ...counts } = progress(request)
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
    progress: counts,
    estimatedCompletionAt: estimatedCompletion(request, catalog),
    allowedActions: offeredActions(request, person),
    currentAction: currentAction === undefined ? null : actionView(view, currentAction),
    externalStatus: requestExternalStatus(view),
    ...(playground ? { playground: true } : {}),
  }
}

/** A row of a list. */
export const listView = summaryView

/** The polling target: where it stands, and why when it failed. */
export const statusView = (view: RequestView, reader: Reader) => ({
  ...summaryView(view, reader),
  failure: failureView(view.request),
})

const references = ({ steps }: ServiceRequest) =>
  steps.flatMap((step) => step.references.map((reference) => ({ step: step.id, ...reference })))

const outputs = ({ steps }: ServiceRequest): Readonly<Record<string, Json>> =>
  Object.fromEntries(steps.flatMap((step) => (step.state === 'completed' ? [[step.id, step.output]] : [])))

/** What could not be made sure of the input that counts now: of the acceptance, or of the last edit. */
const warningsIn = (history: readonly HistoryEntry[]): readonly InputWarning[] => {
  const told = history.flatMap(({ events }) => events).filter((event) => event.type === 'request-accepted' || (event.type === 'retry-requested' && event.revision !== undefined)).at(-1)
  return told !== undefined && 'warnings' in told ? told.warnings ?? [] : []
}

/** Everything about a request but its log lines. */
export const requestView = (view: RequestView, reader: Reader, history?: readonly HistoryEntry[]) => {
  const { request, observed } = view
  const starts = firstStarts(history ?? [])
  const [components, parentTicket] = [componentsView(request), parentTicketView(request)]
  return {
    ...statusView(view, reader),
    priority: request.accepted.priority,
    revision: request.revision.number,
    input: inputView(request.revision),
    steps: request.steps.map((step) => stepView(step, actionOf(request, step.id), observed, starts.get(step.id))),
    ...(components === undefined ? {} : { components }),
    ...(parentTicket === undefined ? {} : { parentTicket }),
    outputs: outputs(request),
    references: references(request),
    ...(history === undefined ? {} : { warnings: warningsIn(history), timeline: timeline(history) }),
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
