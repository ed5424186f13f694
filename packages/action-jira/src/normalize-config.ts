import { isJsonObject } from '@pao/core/action'
import type { Json, JsonObject, NormalizedConfig } from '@pao/core/action'

const object = (value: Json | undefined): JsonObject => isJsonObject(value ?? null) ? value as JsonObject : {}

const TICKET_NAMES: Readonly<Record<string, string>> = {
  issueType: 'issue_type', summaryTemplate: 'summary_template', descriptionTemplate: 'description_template', customFields: 'custom_fields', epicKey: 'epic_key',
  fixVersions: 'fix_versions', summary: 'summary_template', description: 'description_template',
}
const TICKET_MEMBERS: ReadonlySet<string> = new Set([
  'project', 'issue_type', 'summary_template', 'description_template', 'priority', 'labels', 'components', 'epic_key', 'custom_fields', 'assignee', 'reporter', 'fix_versions',
])
const WORKFLOW_NAMES: Readonly<Record<string, string>> = {
  completeOn: 'complete_on', transitionOnCreate: 'transition_on_create', watchStatus: 'watch_status', expectedResolutionTime: 'expected_resolution_time',
}

const LINK_NAMES: Readonly<Record<string, string>> = { linkType: 'link_type', inwardIssue: 'inward_issue', outwardIssue: 'outward_issue' }

/** Canonical names; a member that is written canonically wins over its older spelling. */
const renamed = (bag: JsonObject, names: Readonly<Record<string, string>>): JsonObject => {
  const entries = Object.entries(bag)
  const older = entries.filter(([name]) => Object.hasOwn(names, name)).map(([name, value]) => [names[name], value] as const)
  return Object.fromEntries([...older, ...entries.filter(([name]) => !Object.hasOwn(names, name))])
}

const isTicketMember = (name: string): boolean => TICKET_MEMBERS.has(name) || Object.hasOwn(TICKET_NAMES, name)

const only = (bag: JsonObject, wanted: (name: string) => boolean): JsonObject => Object.fromEntries(Object.entries(bag).filter(([name]) => wanted(name)))

/** Texts that YAML reads as numbers, as a version or a label may be. */
const asText = (value: Json): Json => typeof value === 'number' || typeof value === 'boolean' ? String(value) : value
const TEXTS = ['project', 'issue_type', 'summary_template', 'priority', 'epic_key', 'assignee', 'reporter']

const ticketOf = (written: JsonObject): JsonObject => {
  const flat = renamed(only(written, isTicketMember), TICKET_NAMES)
  const older = renamed(object(written['template']), TICKET_NAMES)
  const fields = renamed(object(written['fields']), TICKET_NAMES)
  const own = renamed(object(written['ticket']), TICKET_NAMES)
  const ticket = { ...flat, ...older, ...fields, ...own }
  const custom = { ...object(fields['custom_fields']), ...object(own['custom_fields'] ?? ticket['custom_fields']) }
  return Object.fromEntries(Object.entries({ ...ticket, ...(Object.keys(custom).length === 0 ? {} : { custom_fields: custom }) })
    .map(([name, value]) => [name, TEXTS.includes(name) ? asText(value) : value]))
}

type Warn = (path: readonly string[], message: string) => void

const workflowOf = (written: JsonObject, warn: Warn): Json | undefined => {
  if (!isJsonObject(written['workflow'] ?? null)) return written['workflow']
  const workflow = renamed(object(written['workflow']), WORKFLOW_NAMES)
  const { watch_status: watched, ...rest } = workflow
  if (watched !== false || rest['complete_on'] !== undefined) return rest
  warn(['workflow', 'watch_status'], 'watch_status: false is read as complete_on: created: the step ends once the ticket exists')
  return { ...rest, complete_on: 'created' }
}

const READ: ReadonlySet<string> = new Set(['ticket', 'fields', 'template', 'workflow', 'connection', 'linking', 'parent_ticket', 'parentTicket'])

const linkOf = (written: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(renamed(written, LINK_NAMES)).map(([name, value]) => [name, asText(value)]))

/** One link, or a list of them. */
const linkingOf = ({ linking }: JsonObject): Json | undefined => {
  const links = isJsonObject(linking ?? null) ? [linking as JsonObject] : linking
  return Array.isArray(links) ? (links as readonly Json[]).map((link) => isJsonObject(link) ? linkOf(link) : link) : links
}

/** What is of the wrong type stays as it is, for the schema to name. */
const connectionOf = ({ connection }: JsonObject): Json | undefined => {
  if (typeof connection === 'string') return { instance: connection }
  return isJsonObject(connection ?? null) ? renamed(connection as JsonObject, { useDefault: 'use_default' }) : connection
}

/** Brings the spellings of a `jira-ticket` config that its history knows into the canonical one. */
export const normalizeConfig = (written: JsonObject): NormalizedConfig => {
  const warnings: { path: readonly string[]; message: string }[] = []
  const warn: Warn = (path, message) => { warnings.push({ path, message }) }
  const ticket = ticketOf(written)
  const workflow = workflowOf(written, warn)
  const [connection, linking, parent] = [connectionOf(written), linkingOf(written), written['parent_ticket'] ?? written['parentTicket']]
  if (ticket['issue_type'] === undefined) warn(['ticket'], 'no issue_type is given: Task')
  return {
    config: {
      ...only(written, (name) => !READ.has(name) && !isTicketMember(name)),
      ticket,
      ...(connection === undefined ? {} : { connection }),
      ...(workflow === undefined ? {} : { workflow }),
      ...(linking === undefined ? {} : { linking }),
      ...(parent === undefined ? {} : { parent_ticket: asText(parent) }),
    },
    warnings,
  }
}
