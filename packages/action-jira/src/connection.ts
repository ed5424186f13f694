import { fatal } from '@pao/core/action'

/** A Jira Cloud site and how PAO signs in to it. */
export interface JiraConnection {
  /** Named by documents (`connection.instance`) and by references (`jira:<name>`). Unique. */
  readonly name: string
  /** For example `https://example.atlassian.net`. */
  readonly baseUrl: string
  /** Account that the API token belongs to. */
  readonly email: string
  /** Name of the secret that holds the API token. */
  readonly tokenSecret: string
  /** Keys of projects that it serves. Absent: none by name, and then it is the default. */
  readonly projects?: readonly string[]
  /** Milliseconds between two reads of a ticket that is waited for. Default 300,000. */
  readonly pollEveryMs?: number
  /** What ends a step where its document does not say. Default `resolved`. */
  readonly completeOn?: 'resolved' | 'created'
}

/** What a config says of its connection. `project`: absent where it is not known yet. */
export interface Route {
  readonly instance?: string | undefined
  readonly useDefault?: boolean | undefined
  readonly project?: string | undefined
}

/** The connection that serves everything that no other one claims: the first without `projects`, else the first. */
const defaultOf = (connections: readonly JiraConnection[]): JiraConnection | undefined =>
  connections.find(({ projects }) => projects === undefined) ?? connections[0]

/** The connection of a config: by name, else by project, else the default. `undefined`: there is none. */
export const routed = (connections: readonly JiraConnection[], route: Route): JiraConnection | undefined => {
  if (route.instance !== undefined && route.instance !== '') return connections.find(({ name }) => name === route.instance)
  const claimed = route.useDefault === true || route.project === undefined
    ? undefined
    : connections.find(({ projects = [] }) => projects.includes(route.project ?? ''))
  return claimed ?? defaultOf(connections)
}

/** Why there is no connection, and what to do. */
export const missingConnection = (connections: readonly JiraConnection[], route: Route): string => connections.length === 0
  ? 'no Jira connection is configured; who runs the server must set one up (JIRA_BASE_URL, JIRA_EMAIL and JIRA_API_TOKEN, or PAO_JIRA_CONNECTIONS)'
  : `there is no Jira connection named ${JSON.stringify(route.instance)}; there are ${connections.map(({ name }) => name).join(', ')}`

export const requireConnection = (connections: readonly JiraConnection[], route: Route): JiraConnection => {
  const found = routed(connections, route)
  if (found === undefined) throw fatal('JIRA_CONNECTION', missingConnection(connections, route))
  return found
}

const SERVICE = 'jira:'

export const serviceOf = (connection: JiraConnection): string => `${SERVICE}${connection.name}`

/** The connection that a reference was made through. It may have been taken away since. */
export const connectionOfService = (connections: readonly JiraConnection[], service: string): JiraConnection => {
  const found = connections.find((connection) => serviceOf(connection) === service)
  if (found === undefined) throw fatal('JIRA_CONNECTION', `the Jira connection ${JSON.stringify(service.slice(SERVICE.length))}, through which the ticket was made, is not configured any more`)
  return found
}
