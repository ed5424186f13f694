import type { Json, JsonObject } from '@pao/core/action'
import { isJsonObject } from '@pao/core/action'
import { linksView } from './ticket-links.js'
import { statuses } from './tickets.js'
import type { Ticket, Tickets, TicketStatus } from './tickets.js'

/** Jira's spelling of a time: an offset without a colon. */
const jiraTime = (at: number): string => new Date(at).toISOString().replace('Z', '+0000')

const statusView = (name: TicketStatus, baseUrl: string): JsonObject => {
  const { id, category } = statuses[name]
  return {
    self: `${baseUrl}/rest/api/3/status/${id}`, id, name, description: '',
    statusCategory: { self: `${baseUrl}/rest/api/3/statuscategory/${category.id}`, ...category },
  }
}

const resolutionView = (name: TicketStatus, baseUrl: string): Json =>
  statuses[name].category.key === 'done' ? { self: `${baseUrl}/rest/api/3/resolution/${statuses[name].id}`, id: statuses[name].id, name, description: '' } : null

const allFields = (ticket: Ticket, tickets: Tickets, baseUrl: string): JsonObject => {
  const { name, since } = tickets.status(ticket)
  const resolution = resolutionView(name, baseUrl)
  return {
    labels: [], description: null, assignee: null, priority: { id: '3', name: 'Medium' },
    ...ticket.fields,
    created: jiraTime(ticket.createdAt),
    updated: jiraTime(since),
    status: statusView(name, baseUrl),
    resolution,
    resolutiondate: resolution === null ? null : jiraTime(since),
    issuelinks: linksView(ticket.key, tickets, baseUrl),
    comment: { comments: ticket.comments, total: ticket.comments.length, maxResults: ticket.comments.length, startAt: 0 },
  }
}

const pick = (object: JsonObject, wanted: readonly string[] | undefined): JsonObject =>
  wanted === undefined || wanted.includes('*all') || wanted.includes('*navigable')
    ? object
    : Object.fromEntries(Object.entries(object).filter(([name]) => wanted.includes(name)))

/** An issue as Jira shows it. `fields` absent: all of them; `properties` absent: none. */
export const ticketView = (
  ticket: Ticket, tickets: Tickets, baseUrl: string,
  wanted: { readonly fields?: readonly string[]; readonly properties?: readonly string[] },
): JsonObject => ({
  id: ticket.id, key: ticket.key, self: `${baseUrl}/rest/api/3/issue/${ticket.id}`,
  fields: pick(allFields(ticket, tickets, baseUrl), wanted.fields),
  ...(wanted.properties === undefined ? {} : { properties: pick(ticket.properties, wanted.properties) }),
})

/** The moves that a ticket can make: to every status. */
export const transitionsView = (baseUrl: string): JsonObject => ({
  transitions: Object.entries(statuses).map(([name], index) => ({
    id: String(10 * index + 11), name, hasScreen: false, isGlobal: true, isInitial: false, isConditional: false,
    to: statusView(name as TicketStatus, baseUrl),
  })),
})

/** The status that a transition id leads to. */
export const transitionTarget = (id: string): TicketStatus | undefined =>
  (Object.keys(statuses) as TicketStatus[])[(Number(id) - 11) / 10]

/** Texts that a query's field is compared with. Undefined: the field is not known here. */
export const searchable = (ticket: Ticket, tickets: Tickets, field: string): readonly string[] | undefined => {
  const own = (name: string): readonly string[] => {
    const value = ticket.fields[name]
    return isJsonObject(value ?? null) ? Object.values(value as JsonObject).map(String) : [value ?? []].flat().map(String)
  }
  const property = /^issue\.property\[([^\]]+)\]\.(.+)$/i.exec(field)
  if (property !== null) {
    const [, key = '', path = ''] = property
    const found = path.split('.').reduce<Json | undefined>((value, name) => (value !== undefined && isJsonObject(value) ? value[name] : undefined), ticket.properties[key])
    return found === undefined ? [] : [found].flat().map(String)
  }
  switch (field.toLowerCase()) {
    case 'key': case 'issuekey': return [ticket.key]
    case 'id': case 'issue': return [ticket.id, ticket.key]
    case 'project': return own('project')
    case 'labels': return own('labels')
    case 'issuetype': case 'type': return own('issuetype')
    case 'summary': return own('summary')
    case 'status': return [tickets.status(ticket).name]
    default: return undefined
  }
}
