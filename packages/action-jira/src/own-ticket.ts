import { isJsonObject } from '@pao/core/action'
import type { ActionContext, Json, JsonObject } from '@pao/core/action'
import type { JiraConnection } from './connection.js'
import { callJira, objectOf, refusal, unreadable } from './jira-api.js'
import { MARKER_PROPERTY, markerLabel, newIssue } from './new-issue.js'
import type { TicketConfig } from './ticket-config.js'
import type { Ticket } from './ticket-state.js'

type Context = ActionContext<TicketConfig>

const ticketIn = (issue: JsonObject | undefined): Ticket | undefined => {
  const { id, key } = issue ?? {}
  return typeof id === 'string' && typeof key === 'string' ? { id, key } : undefined
}

/** Makes the ticket of this step. */
export const createTicket = async (context: Context, connection: JiraConnection): Promise<Ticket> => {
  const what = 'creating a ticket'
  const body = newIssue(context)
  const response = await callJira(context, connection, { method: 'POST', path: '/rest/api/3/issue', body })
  if (response.status !== 201 && response.status !== 200) throw refusal(response, connection, what, false, context.now())
  const ticket = ticketIn(objectOf(response))
  if (ticket === undefined) throw unreadable(connection, what)
  context.log.info(`ticket ${ticket.key} was created in Jira (${connection.name})`)
  return ticket
}

/** `undefined`: the ticket has no mark that can be read, as where properties are not answered. */
const markOf = (issue: JsonObject): Json | undefined => {
  const properties = issue['properties']
  const mark = isJsonObject(properties ?? null) ? (properties as JsonObject)[MARKER_PROPERTY] : undefined
  return isJsonObject(mark ?? null) ? (mark as JsonObject)['key'] : undefined
}

const byAge = (one: JsonObject, other: JsonObject): number => Number(one['id']) - Number(other['id'])

/** Of what carries the label: the one whose property names this step; else the oldest without one, for a cloned ticket keeps its labels. */
const ownOf = (issues: readonly JsonObject[], key: string): JsonObject | undefined =>
  issues.find((issue) => markOf(issue) === key) ?? [...issues].sort(byAge).find((issue) => markOf(issue) === undefined)

/**
 * Looks for the ticket of this step by its label, in every project: people move tickets. `undefined` says no more than that Jira's index
 * does not know it yet.
 */
export const findTicket = async (context: Context, connection: JiraConnection): Promise<Ticket | undefined> => {
  const response = await callJira(context, connection, {
    method: 'POST', path: '/rest/api/3/search/jql',
    body: { jql: `labels = "${markerLabel(context.key)}"`, fields: ['status'], properties: [MARKER_PROPERTY], maxResults: 50 },
  })
  const issues = objectOf(response)?.['issues']
  if (response.status !== 200 || !Array.isArray(issues)) throw refusal(response, connection, 'searching for the ticket', true, context.now())
  return ticketIn(ownOf((issues as readonly Json[]).filter(isJsonObject), context.key))
}
