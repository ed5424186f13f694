import { ActionFailure, classifyStatus, isJsonObject, unknownOutcome } from '@pao/core/action'
import type { HttpClient, HttpResponse, Instant, Json, JsonObject } from '@pao/core/action'
import type { JiraConnection } from './connection.js'

/** What a call to Jira needs of the context that it is made in. */
export interface CallContext {
  readonly http: HttpClient
  readonly signal: AbortSignal
  secret(name: string): Promise<string>
  /** Absent where nothing is logged. */
  sensitive?(value: string): void
}

export interface JiraCall {
  readonly method: 'GET' | 'POST' | 'PUT'
  /** Below the connection's address, with its query. */
  readonly path: string
  readonly body?: JsonObject
}

/** The address of a path at Jira, or of a page. */
export const jiraUrl = (connection: JiraConnection, path: string): string => `${connection.baseUrl.replace(/\/+$/, '')}${path}`

const authorization = async (context: CallContext, connection: JiraConnection): Promise<string> => {
  const encoded = Buffer.from(`${connection.email}:${await context.secret(connection.tokenSecret)}`).toString('base64')
  context.sensitive?.(encoded)
  return `Basic ${encoded}`
}

/** One call. A status is never an error here. */
export const callJira = async (context: CallContext, connection: JiraConnection, call: JiraCall): Promise<HttpResponse> => context.http.request({
  url: jiraUrl(connection, call.path), method: call.method, signal: context.signal,
  headers: {
    accept: 'application/json', authorization: await authorization(context, connection),
    ...(call.body === undefined ? {} : { 'content-type': 'application/json' }),
  },
  ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
})

/** The answer as an object; `undefined` where it is none, as the page of a proxy. */
export const objectOf = (response: HttpResponse): JsonObject | undefined => {
  try {
    const body = response.json()
    return isJsonObject(body) ? body : undefined
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

/** What Jira says is wrong: its messages, and one for each field. */
const explanation = (response: HttpResponse): string => {
  const { errorMessages, errors } = objectOf(response) ?? {}
  const messages = Array.isArray(errorMessages) ? (errorMessages as readonly Json[]).filter((message) => typeof message === 'string') : []
  const fields = isJsonObject(errors ?? null) ? Object.entries(errors as JsonObject).map(([field, message]) => `${field}: ${String(message)}`) : []
  return [...messages, ...fields].join('; ').slice(0, 1_000)
}

const CURES: Readonly<Record<number, string>> = {
  401: 'the e-mail address or API token of the connection is not accepted',
  403: 'the account of the connection may not do this',
}

/** The failure that an unexpected answer means. `repeatable`: whether the same call may simply be made again. */
export const refusal = (response: HttpResponse, connection: JiraConnection, what: string, repeatable: boolean, now: Instant): ActionFailure => {
  const classified = classifyStatus(response, `Jira (${connection.name}): ${what}`, repeatable, now)
  const said = [CURES[response.status], explanation(response)].filter((part) => part !== undefined && part !== '').join('; ')
  return new ActionFailure({ ...classified, ...(said === '' ? {} : { message: `${classified.message}: ${said}` }) })
}

/** The answer of a write was a success that cannot be read. */
export const unreadable = (connection: JiraConnection, what: string): ActionFailure =>
  unknownOutcome('JIRA_ANSWER', `Jira (${connection.name}): ${what} answered something that is not what Jira answers`)
