import { Buffer } from 'node:buffer'
import type { Instant, Json, JsonObject } from '@pao/core/action'
import { isJsonObject } from '@pao/core/action'
import { parseJql } from './jql.js'
import type { JqlClause } from './jql.js'
import { isLinkType } from './link-types.js'
import type { FakeAnswer, FakeCall } from './loopback-server.js'
import { linksView } from './ticket-links.js'
import { searchable, ticketView, transitionsView, transitionTarget } from './ticket-view.js'
import { isTicketStatus } from './tickets.js'
import type { Ticket, Tickets } from './tickets.js'

/** What the playground's connection signs in with. The token is hidden wherever it turns up, so it must be no word that stands elsewhere. */
export const playgroundCredentials = { email: 'playground@localhost', token: 'token-3f0c8d51b7e24a96' } as const

/** A new ticket is found by a search only so much later, as with the real one; a read by its key shows it at once. */
const INDEX_LAG_MS = 3000

const errors = (status: number, messages: readonly string[], fields: Readonly<Record<string, string>> = {}): FakeAnswer =>
  ({ status, body: { errorMessages: messages, errors: fields } })

const notFound = (): FakeAnswer => errors(404, ['Issue does not exist or you do not have permission to see it.'])

const text = (value: Json | undefined): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined)
const object = (value: Json | undefined): JsonObject => (value !== undefined && isJsonObject(value) ? value : {})
const list = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? value as readonly Json[] : [])
const texts = (value: Json | undefined): readonly string[] | undefined => (Array.isArray(value) ? list(value).map(String) : undefined)
const commaList = (value: string | null): readonly string[] | undefined => value?.split(',').map((name) => name.trim()).filter((name) => name !== '')

const isDocument = (value: Json | undefined): boolean => {
  const document = object(value)
  return document['type'] === 'doc' && document['version'] === 1 && Array.isArray(document['content'])
}

const fieldErrors = (fields: JsonObject): Record<string, string> => {
  const found: Record<string, string> = {}
  const summary = text(fields['summary'])
  if (text(object(fields['project'])['key']) === undefined) found['project'] = 'Specify a valid project ID or key'
  const type = object(fields['issuetype'])
  if (text(type['name']) === undefined && text(type['id']) === undefined) found['issuetype'] = 'Specify an issue type'
  if (summary === undefined) found['summary'] = 'You must specify a summary of the issue.'
  else if (summary.length > 255) found['summary'] = 'Summary must be less than 255 characters.'
  else if (/[\r\n]/.test(summary)) found['summary'] = 'The summary is invalid because it contains newline characters.'
  if (fields['description'] !== undefined && fields['description'] !== null && !isDocument(fields['description'])) {
    found['description'] = 'Operation value must be an Atlassian Document (see the Atlassian Document Format)'
  }
  if (list(fields['labels']).some((label) => /\s/.test(String(label)))) found['labels'] = 'The label contains spaces which is invalid.'
  return found
}

const properties = (body: JsonObject): JsonObject =>
  Object.fromEntries(list(body['properties']).map(object).flatMap((property) => {
    const key = text(property['key'])
    return key === undefined ? [] : [[key, property['value'] ?? null]]
  }))

const fits = (ticket: Ticket, tickets: Tickets, { field, operator, values }: JqlClause): boolean | undefined => {
  const own = searchable(ticket, tickets, field)?.map((value) => value.toLowerCase())
  const wanted = values.map((value) => value.toLowerCase())
  if (own === undefined) return undefined
  if (operator === '~') return own.some((value) => value.includes(wanted[0] ?? ''))
  const equal = own.some((value) => wanted.includes(value))
  return operator === '!=' ? !equal : equal
}

/** The part of Jira Cloud that PAO calls, over the playground's tickets. Answers keep to Jira's own description of its API. */
export const fakeJira = (tickets: Tickets, now: () => Instant) => {
  const create = (body: JsonObject, baseUrl: string): FakeAnswer => {
    const fields = object(body['fields'])
    const wrong = fieldErrors(fields)
    if (Object.keys(wrong).length > 0) return errors(400, [], wrong)
    const ticket = tickets.create(String(object(fields['project'])['key']), fields, properties(body))
    return { status: 201, body: { id: ticket.id, key: ticket.key, self: `${baseUrl}/rest/api/3/issue/${ticket.id}` } }
  }

  const search = (body: JsonObject, baseUrl: string): FakeAnswer => {
    const clauses = parseJql(text(body['jql']) ?? '')
    if (clauses === undefined) return errors(400, ['Unbounded or unreadable JQL queries are not allowed here.'])
    const consistent = new Set(list(body['reconcileIssues']).map(String))
    const indexed = tickets.all().filter(({ id, createdAt }) => consistent.has(id) || now() - createdAt >= INDEX_LAG_MS)
    const matches: Ticket[] = []
    for (const ticket of indexed) {
      const verdicts = clauses.map((clause) => fits(ticket, tickets, clause))
      const unknown = clauses[verdicts.indexOf(undefined)]
      if (unknown !== undefined) return errors(400, [`Field '${unknown.field}' does not exist or you do not have permission to view it.`])
      if (verdicts.every((verdict) => verdict === true)) matches.push(ticket)
    }
    const start = Number(text(body['nextPageToken']) ?? 0)
    const end = start + Math.min(Number(body['maxResults'] ?? 50), 100)
    const fields = texts(body['fields'])
    const wanted = { ...(fields === undefined ? {} : { fields }), ...(texts(body['properties']) === undefined ? {} : { properties: texts(body['properties']) ?? [] }) }
    return {
      status: 200,
      body: {
        issues: matches.slice(start, end).map((ticket) => (fields === undefined ? { id: ticket.id } : ticketView(ticket, tickets, baseUrl, wanted))),
        isLast: end >= matches.length,
        ...(end >= matches.length ? {} : { nextPageToken: String(end) }),
      },
    }
  }

  /** Both ends are named by key or by id. */
  const link = (body: JsonObject): FakeAnswer => {
    const type = text(object(body['type'])['name']) ?? ''
    const [inward, outward] = ['inwardIssue', 'outwardIssue'].map((end) => tickets.find(text(object(body[end])['key']) ?? text(object(body[end])['id']) ?? ''))
    if (!isLinkType(type)) return errors(404, [`No issue link type with name '${type}' found.`])
    if (inward === undefined || outward === undefined) return notFound()
    tickets.link({ type, inward: inward.key, outward: outward.key })
    return { status: 201 }
  }

  const onTicket = (call: FakeCall, ticket: Ticket, rest: string, baseUrl: string): FakeAnswer => {
    const body = object(call.body)
    const what = `${call.method} ${rest}`
    if (what === 'GET ') {
      const [fields, wantedProperties] = [commaList(call.query.get('fields')), commaList(call.query.get('properties'))]
      return { status: 200, body: ticketView(ticket, tickets, baseUrl, { ...(fields === undefined ? {} : { fields }), ...(wantedProperties === undefined ? {} : { properties: wantedProperties }) }) }
    }
    if (what === 'PUT ') {
      tickets.save({ ...ticket, fields: { ...ticket.fields, ...object(body['fields']) }, properties: { ...ticket.properties, ...properties(body) } })
      return { status: 204 }
    }
    if (what === 'DELETE ') {
      tickets.remove(ticket)
      return { status: 204 }
    }
    if (what === 'GET /transitions') return { status: 200, body: transitionsView(baseUrl) }
    if (what === 'POST /transitions') {
      const target = transitionTarget(text(object(body['transition'])['id']) ?? '')
      if (target === undefined) return errors(400, ['It seems that you have tried to perform an illegal workflow operation.'])
      tickets.move(ticket.key, target)
      return { status: 204 }
    }
    if (what === 'GET /comment') return { status: 200, body: { comments: ticket.comments, total: ticket.comments.length, maxResults: 5000, startAt: 0 } }
    if (what === 'POST /comment') {
      if (!isDocument(body['body'])) return errors(400, ['Comment body is not valid!'])
      const comment = { id: String(ticket.comments.length + 1), body: body['body'] ?? null, created: new Date(now()).toISOString() }
      tickets.save({ ...ticket, comments: [...ticket.comments, comment] })
      return { status: 201, body: comment }
    }
    return onProperty(call, ticket, /^\/properties\/([^/]+)$/.exec(rest)?.[1])
  }

  const onProperty = (call: FakeCall, ticket: Ticket, key: string | undefined): FakeAnswer => {
    if (key === undefined) return errors(404, ['There is nothing at this address.'])
    const name = decodeURIComponent(key)
    const known = Object.hasOwn(ticket.properties, name)
    if (call.method === 'GET') return known ? { status: 200, body: { key: name, value: ticket.properties[name] ?? null } } : notFound()
    if (call.method !== 'PUT' || call.body === undefined) return errors(400, ['The property has no value.'])
    tickets.save({ ...ticket, properties: { ...ticket.properties, [name]: call.body } })
    return { status: known ? 200 : 201 }
  }

  const serverInfo = (baseUrl: string): FakeAnswer => ({
    status: 200,
    body: { baseUrl, version: '1001.0.0-PLAYGROUND', versionNumbers: [1001, 0, 0], deploymentType: 'Cloud', serverTime: new Date(now()).toISOString(), serverTitle: 'PAO playground: not a real Jira' },
  })

  const browse = (key: string, baseUrl: string): FakeAnswer => {
    const ticket = tickets.find(key)
    if (ticket === undefined) return notFound()
    return { status: 200, body: { playground: 'PAO playground: not a real Jira', key: ticket.key, status: tickets.status(ticket).name, fields: ticket.fields, links: linksView(ticket.key, tickets, baseUrl), comments: ticket.comments } }
  }

  const resolve = (call: FakeCall, key: string): FakeAnswer => {
    const status = text(object(call.body)['status']) ?? 'Done'
    if (!isTicketStatus(status)) return errors(400, ['The status is To Do, In Progress, Done or Won\'t Do.'])
    return tickets.move(key, status) ? { status: 200, body: { key, status } } : notFound()
  }

  return (call: FakeCall, baseUrl: string): FakeAnswer => {
    const [, action, key] = /^\/(browse|playground\/tickets)\/([^/]+)(?:\/resolve)?$/.exec(call.path) ?? []
    if (action === 'browse' && key !== undefined) return browse(key, baseUrl)
    if (action !== undefined && key !== undefined && call.method === 'POST') return resolve(call, key)
    const expected = `Basic ${Buffer.from(`${playgroundCredentials.email}:${playgroundCredentials.token}`).toString('base64')}`
    if (call.header('authorization') !== expected) return errors(401, ['Client must be authenticated to access this resource.'])
    const what = `${call.method} ${call.path}`
    if (what === 'POST /rest/api/3/issue') return create(object(call.body), baseUrl)
    if (what === 'POST /rest/api/3/issueLink') return link(object(call.body))
    if (what === 'POST /rest/api/3/search/jql') return search(object(call.body), baseUrl)
    if (what === 'GET /rest/api/3/serverInfo') return serverInfo(baseUrl)
    if (what === 'GET /rest/api/3/myself') {
      return { status: 200, body: { self: `${baseUrl}/rest/api/3/user?accountId=playground`, accountId: 'playground', accountType: 'app', active: true, displayName: 'PAO playground', emailAddress: playgroundCredentials.email } }
    }
    const [, idOrKey, rest] = /^\/rest\/api\/3\/issue\/([^/]+)(\/.*)?$/.exec(call.path) ?? []
    const ticket = idOrKey === undefined ? undefined : tickets.find(decodeURIComponent(idOrKey))
    return ticket === undefined ? notFound() : onTicket(call, ticket, rest ?? '', baseUrl)
  }
}
