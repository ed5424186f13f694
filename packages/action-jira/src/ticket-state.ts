import { fatal, isJsonObject } from '@pao/core/action'
import type { Instant, Json, JsonObject } from '@pao/core/action'
import type { JiraConnection } from './connection.js'
import { callJira, jiraUrl, objectOf, refusal } from './jira-api.js'
import type { CallContext } from './jira-api.js'

/** A ticket as it is known from its creation on. */
export interface Ticket {
  readonly id: string
  readonly key: string
}

/** What a ticket shows: still open, ended well or not, or not there any more. */
export interface TicketState {
  readonly outcome: 'open' | 'resolved' | 'rejected' | 'gone'
  readonly status: string
  readonly resolution?: string
  /** Jira's own id of the ticket. Absent: Jira does not show it. */
  readonly id?: string
}

/** Names, in lower case and with straight apostrophes, that say that the work will not be done. Source: api-and-data 3.4. */
const REJECTED: ReadonlySet<string> = new Set(['won\'t do', 'wont do', 'won\'t fix', 'cancelled', 'canceled', 'rejected', 'declined'])

const isRejection = (name: string | undefined): boolean => name !== undefined && REJECTED.has(name.trim().toLowerCase().replaceAll('\u2019', '\''))

const nameOf = (value: Json | undefined): string | undefined => {
  const name = isJsonObject(value ?? null) ? (value as JsonObject)['name'] : undefined
  return typeof name === 'string' ? name : undefined
}

const isDone = (status: Json | undefined): boolean => {
  const category = isJsonObject(status ?? null) ? (status as JsonObject)['statusCategory'] : undefined
  return isJsonObject(category ?? null) && (category as JsonObject)['key'] === 'done'
}

/** Reads `fields.status` and `fields.resolution`. A resolution that a reopened ticket kept ends nothing. */
const stateOf = (issue: JsonObject): TicketState | undefined => {
  const fields = issue['fields']
  const status = isJsonObject(fields ?? null) ? (fields as JsonObject)['status'] : undefined
  const name = nameOf(status)
  if (name === undefined) return undefined
  const resolution = nameOf((fields as JsonObject)['resolution'])
  const done = isDone(status)
  const rejected = isRejection(name) || (done && isRejection(resolution))
  const { id } = issue
  return {
    outcome: rejected ? 'rejected' : done ? 'resolved' : 'open', status: name,
    ...(resolution === undefined ? {} : { resolution }), ...(typeof id === 'string' ? { id } : {}),
  }
}

/** Whether the account still sees other tickets of the project: only then does a missing one mean that it was deleted. */
const seesProject = async (context: CallContext, connection: JiraConnection, ticket: string): Promise<boolean> => {
  const response = await callJira(context, connection, {
    method: 'POST', path: '/rest/api/3/search/jql', body: { jql: `project = "${ticket.replace(/-\d+$/, '')}"`, maxResults: 1, fields: ['status'] },
  })
  const issues = response.status === 200 ? objectOf(response)?.['issues'] : undefined
  return Array.isArray(issues) && issues.length > 0
}

/** The pages' address of a ticket. */
export const browseUrl = (connection: JiraConnection, key: string): string => jiraUrl(connection, `/browse/${encodeURIComponent(key)}`)

/**
 * Reads a ticket. One that Jira does not show is `gone` if its project is still seen; else the account may have lost its permission, and
 * that is a failure, so that the last known state stays.
 */
export const readTicket = async (context: CallContext, connection: JiraConnection, key: string, now: Instant): Promise<TicketState> => {
  const what = `reading ${key}`
  const response = await callJira(context, connection, { method: 'GET', path: `/rest/api/3/issue/${encodeURIComponent(key)}?fields=status,resolution` })
  if (response.status === 404 && await seesProject(context, connection, key)) return { outcome: 'gone', status: 'deleted' }
  if (response.status !== 200) throw refusal(response, connection, what, true, now)
  const state = stateOf(objectOf(response) ?? {})
  if (state === undefined) throw fatal('JIRA_ANSWER', `Jira (${connection.name}): ${what} answered something that is not a ticket`)
  return state
}
