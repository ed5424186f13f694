import { createHash } from 'node:crypto'
import { fatal, isJsonObject } from '@pao/core/action'
import type { Json, JsonObject, PlanContext, RequestFacts } from '@pao/core/action'
import { documentOf } from './document.js'
import type { TicketConfig } from './ticket-config.js'

/** The issue property that names the step whose ticket this is. */
export const MARKER_PROPERTY = 'pao.request'

/** The label that a search finds the ticket of a step by: Jira finds labels, and not properties that no app declares. */
export const markerLabel = (key: string): string => `pao-${createHash('sha256').update(key).digest('hex').slice(0, 16)}`

const LONGEST_SUMMARY = 255

const summaryOf = (written: string): string => {
  const summary = written.replace(/\s+/g, ' ').trim()
  if (summary === '') throw fatal('TICKET_SUMMARY', 'the summary of the ticket is empty; Jira was not called')
  if (summary.length > LONGEST_SUMMARY) throw fatal('TICKET_SUMMARY', `the summary of the ticket has ${summary.length} characters, Jira takes at most ${LONGEST_SUMMARY}; Jira was not called`)
  return summary
}

const flat = (value: Json): readonly string[] => {
  if (value === null) return []
  if (Array.isArray(value)) return (value as readonly Json[]).flatMap(flat)
  if (isJsonObject(value)) throw fatal('TICKET_LIST', 'labels, components and versions of a ticket are texts; Jira was not called')
  return [String(value).trim()]
}

/** The texts of a list, or of one text with commas, without the empty ones and repetitions. */
const textsOf = (value: Json | undefined): readonly string[] => {
  const texts = typeof value === 'string' ? value.split(',').map((text) => text.trim()) : flat(value ?? null)
  return [...new Set(texts.filter((text) => text !== ''))]
}

const labelsOf = (config: TicketConfig, key: string): readonly string[] => {
  const labels = textsOf(config.ticket.labels)
  const unusable = labels.find((label) => /\s/.test(label) || label.length > 255)
  if (unusable !== undefined) throw fatal('TICKET_LABEL', `Jira takes no label with spaces or of more than 255 characters: ${JSON.stringify(unusable.slice(0, 60))}; Jira was not called`)
  return [...labels, markerLabel(key)]
}

const personOf = (field: string, id: string): JsonObject => {
  if (id.includes('@')) throw fatal('TICKET_PERSON', `the ${field} of a ticket is an account id: Jira Cloud does not know people by e-mail address; Jira was not called`)
  return { id }
}

/** What is said where the document says nothing: what was asked, and by whom. */
const defaultDescription = (request: RequestFacts): string => [
  `${request.subject.name} (${request.subject.id} ${request.subject.version}) was requested.`,
  [
    `Requested by: ${request.requester.email ?? request.requester.id}`,
    ...(request.requester.teams.length === 0 ? [] : [`Teams: ${request.requester.teams.join(', ')}`]),
    ...(request.environment === undefined ? [] : [`Environment: ${request.environment}`]),
    `Request: req-${request.id.replace(/^req-/, '')}`,
    `Step: ${request.step}`,
  ].join('\n'),
].join('\n\n')

const descriptionOf = (config: TicketConfig, request: RequestFacts): JsonObject => {
  const written = documentOf(config.ticket.description_template ?? null)
  return (written['content'] as readonly Json[]).length === 0 ? documentOf(defaultDescription(request)) : written
}

const named = (names: readonly string[]): readonly JsonObject[] => names.map((name) => ({ name }))

/** Members that hold something: Jira refuses the empty text where it wants an object, and a field that is not on its screen. */
const present = (fields: Readonly<Record<string, Json | undefined>>): JsonObject =>
  Object.fromEntries(Object.entries(fields).flatMap(([name, value]) => value === undefined || (Array.isArray(value) && value.length === 0) ? [] : [[name, value]]))

const given = (text: string | undefined): string | undefined => text === undefined || text.trim() === '' ? undefined : text.trim()

const optionalFields = ({ ticket }: TicketConfig): JsonObject => {
  const [priority, epic, assignee, reporter] = [given(ticket.priority), given(ticket.epic_key), given(ticket.assignee), given(ticket.reporter)]
  return present({
    ...ticket.custom_fields,
    priority: priority === undefined ? undefined : { name: priority },
    parent: epic === undefined ? undefined : { key: epic },
    assignee: assignee === undefined ? undefined : personOf('assignee', assignee),
    reporter: reporter === undefined ? undefined : personOf('reporter', reporter),
    components: named(textsOf(ticket.components)),
    fixVersions: named(textsOf(ticket.fix_versions)),
  })
}

export const projectOf = (config: TicketConfig): string => {
  const project = config.ticket.project.trim()
  if (!/^[A-Z][A-Z0-9_]+$/.test(project)) throw fatal('TICKET_PROJECT', `${JSON.stringify(project.slice(0, 40))} is not the key of a Jira project; Jira was not called`)
  return project
}

export const summaryText = (config: TicketConfig): string => summaryOf(config.ticket.summary_template)

/** The body of the call that creates the ticket, with the marks by which it is found again. */
export const newIssue = ({ config, key, request }: PlanContext<TicketConfig>): JsonObject => ({
  fields: {
    ...optionalFields(config),
    project: { key: projectOf(config) },
    issuetype: { name: given(config.ticket.issue_type) ?? 'Task' },
    summary: summaryOf(config.ticket.summary_template),
    description: descriptionOf(config, request),
    labels: labelsOf(config, key),
  },
  properties: [{ key: MARKER_PROPERTY, value: { key, request: request.id, step: request.step } }],
})
