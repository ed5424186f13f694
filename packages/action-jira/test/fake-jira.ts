import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { HttpRequest, Json, JsonObject } from '@pao/core/action'
import { isJsonObject } from '@pao/core/action'
import type { SentCall } from '@pao/testing'
import { answerProblems, requestProblems } from './jira-contract.js'

interface FakeIssue {
  readonly id: string
  key: string
  readonly fields: JsonObject
  readonly properties: JsonObject
  readonly createdAt: number
  status: { readonly name: string; readonly category: 'new' | 'indeterminate' | 'done' }
  resolution?: string
}

interface FakeLink {
  readonly type: string
  readonly inward: string
  readonly outward: string
}

export interface FakeJiraOptions {
  readonly email: string
  readonly token: string
  readonly now: () => number
  /** Milliseconds after which a search finds a new issue. */
  readonly indexLagMs: number
  /** Projects that exist. */
  readonly projects: readonly string[]
}

/** What the server does with the next call that fits, before or after it was carried out. */
type Fault = 'reset-before' | 'reset-after' | 'hang' | { readonly status: number; readonly body?: string; readonly headers?: Readonly<Record<string, string>>; readonly after?: boolean }

interface FakeCall {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly authorization: string | undefined
  readonly body: Json | undefined
  /** As it was sent. */
  readonly sent: SentCall
}

interface FakeAnswer {
  readonly status: number
  readonly body?: Json
}

const object = (value: Json | undefined): JsonObject => isJsonObject(value ?? null) ? value as JsonObject : {}
const list = (value: Json | undefined): readonly Json[] => Array.isArray(value) ? value as readonly Json[] : []
const errors = (status: number, messages: readonly string[], fields: Readonly<Record<string, string>> = {}): FakeAnswer => ({ status, body: { errorMessages: messages, errors: fields } })

/** What Jira Cloud does with the calls of `jira-ticket`, without any transport: state, rules, and an index that lags behind. */
const fakeJira = (options: FakeJiraOptions) => {
  const issues: FakeIssue[] = []
  const links: FakeLink[] = []

  const linkView = ({ key }: FakeIssue): readonly Json[] => links.flatMap(({ type, inward, outward }, index) => {
    const view = { id: String(index + 1), type: { name: type } }
    return [...(inward === key ? [{ ...view, outwardIssue: { key: outward } }] : []), ...(outward === key ? [{ ...view, inwardIssue: { key: inward } }] : [])]
  })

  const view = (issue: FakeIssue, wanted: readonly Json[] | undefined, properties: readonly Json[]): JsonObject => {
    const all: JsonObject = {
      ...issue.fields,
      status: { id: '1', name: issue.status.name, statusCategory: { id: 2, key: issue.status.category, name: issue.status.category } },
      resolution: issue.resolution === undefined ? null : { id: '1', name: issue.resolution },
      issuelinks: linkView(issue),
    }
    const fields = wanted === undefined ? all : Object.fromEntries(Object.entries(all).filter(([name]) => wanted.includes(name)))
    const shown = Object.fromEntries(Object.entries(issue.properties).filter(([name]) => properties.includes(name)))
    return { id: issue.id, key: issue.key, self: `https://fake.test/rest/api/3/issue/${issue.id}`, fields, ...(properties.length === 0 ? {} : { properties: shown }) }
  }

  const fieldErrors = (fields: JsonObject): Readonly<Record<string, string>> => {
    const found: Record<string, string> = {}
    const summary = fields['summary']
    if (!options.projects.includes(String(object(fields['project'])['key']))) found['project'] = 'valid project is required'
    if (typeof summary !== 'string' || summary === '') found['summary'] = 'You must specify a summary of the issue.'
    else if (summary.length > 255) found['summary'] = 'Summary must be less than 255 characters.'
    if (list(fields['labels']).some((label) => /\s/.test(String(label)))) found['labels'] = 'The label contains spaces which is invalid.'
    if (object(fields['priority'])['name'] === 'Nonsense') found['priority'] = 'The priority selected is invalid.'
    return found
  }

  const create = (body: JsonObject): FakeAnswer => {
    const fields = object(body['fields'])
    const wrong = fieldErrors(fields)
    if (Object.keys(wrong).length > 0) return errors(400, [], wrong)
    const properties = Object.fromEntries(list(body['properties']).map((property) => [String(object(property)['key']), object(property)['value'] ?? null]))
    const number = issues.length + 1
    const issue: FakeIssue = {
      id: String(10_000 + number), key: `${String(object(fields['project'])['key'])}-${number}`, fields, properties, createdAt: options.now(), status: { name: 'To Do', category: 'new' },
    }
    issues.push(issue)
    return { status: 201, body: { id: issue.id, key: issue.key, self: `https://fake.test/rest/api/3/issue/${issue.id}` } }
  }

  const search = (body: JsonObject): FakeAnswer => {
    const [, field, value] = /^(labels|project) = "([^"]+)"$/.exec(String(body['jql'])) ?? []
    if (field === undefined || value === undefined) return errors(400, ['Unbounded JQL queries are not allowed here.'])
    if (field === 'project' && !options.projects.includes(value)) return errors(400, [`The value '${value}' does not exist for the field 'project'.`])
    const found = issues.filter((issue) => options.now() - issue.createdAt >= options.indexLagMs)
      .filter(({ fields }) => field === 'labels' ? list(fields['labels']).includes(value) : object(fields['project'])['key'] === value)
    return { status: 200, body: { issues: found.map((issue) => view(issue, list(body['fields']), list(body['properties']))).slice(0, Number(body['maxResults'] ?? 50)), isLast: true } }
  }

  /** Takes a parent that is an epic of a project that there is, and nothing else. */
  const edit = (issue: FakeIssue, body: JsonObject): FakeAnswer => {
    const parent = issues.find(({ key }) => key === object(object(body['fields'])['parent'])['key'])
    if (parent === undefined || object(parent.fields['issuetype'])['name'] !== 'Epic') return errors(400, [], { parentId: 'Given parent work item does not belong to appropriate hierarchy.' })
    issues.splice(issues.indexOf(issue), 1, { ...issue, fields: { ...issue.fields, parent: { key: parent.key } } })
    return { status: 204 }
  }

  /** A link that exists is answered as made. */
  const link = (body: JsonObject): FakeAnswer => {
    const [type, inward, outward] = [object(body['type'])['name'], object(body['inwardIssue'])['key'], object(body['outwardIssue'])['key']].map(String) as [string, string, string]
    if (!['Blocks', 'Relates'].includes(type)) return errors(404, [`No issue link type with name '${type}' found.`])
    if (![inward, outward].every((key) => issues.some((issue) => issue.key === key))) return errors(404, ['Issue does not exist or you do not have permission to see it.'])
    if (!links.some((one) => one.type === type && one.inward === inward && one.outward === outward)) links.push({ type, inward, outward })
    return { status: 201 }
  }

  const handle = (call: FakeCall): FakeAnswer => {
    const expected = `Basic ${Buffer.from(`${options.email}:${options.token}`).toString('base64')}`
    if (call.authorization !== expected) return errors(401, ['Client must be authenticated to access this resource.'])
    if (call.method === 'POST' && call.path === '/rest/api/3/issue') return create(object(call.body))
    if (call.method === 'POST' && call.path === '/rest/api/3/issueLink') return link(object(call.body))
    if (call.method === 'POST' && call.path === '/rest/api/3/search/jql') return search(object(call.body))
    if (call.method === 'GET' && call.path === '/rest/api/3/myself') return { status: 200, body: { accountId: 'abc', accountType: 'app', active: true } }
    const key = /^\/rest\/api\/3\/issue\/([^/]+)$/.exec(call.path)?.[1]
    const issue = issues.find((each) => each.key === key || each.id === key)
    if (call.method === 'PUT' && issue !== undefined) return edit(issue, object(call.body))
    if (call.method !== 'GET' || issue === undefined) return errors(404, ['Issue does not exist or you do not have permission to see it.'])
    return { status: 200, body: view(issue, call.query.get('fields')?.split(','), call.query.get('properties')?.split(',') ?? []) }
  }

  return { issues, links, handle }
}

/** The fake without a server: a vendor for the contract of actions. `violations` must stay empty, as below. */
export const jiraVendor = (options: Omit<FakeJiraOptions, 'now'>) => {
  let now = 0
  const fake = fakeJira({ ...options, now: () => now })
  const violations: string[] = []
  const http = ({ method, url, headers = {}, body }: HttpRequest, at: number): FakeAnswer => {
    now = at
    const { pathname: path, searchParams: query } = new URL(url)
    const sent: SentCall = { method, path, query, headers, ...(body === undefined ? {} : { body }) }
    const answer = fake.handle({ method, path, query, authorization: headers['authorization'], body: body === undefined ? undefined : JSON.parse(body) as Json, sent })
    violations.push(...requestProblems(sent), ...answerProblems(method, path, answer.status, answer.body))
    return answer
  }
  return { ...fake, http, violations }
}

const read = async (request: IncomingMessage): Promise<FakeCall> => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const url = new URL(request.url ?? '/', 'http://fake.test')
  const text = Buffer.concat(chunks).toString()
  const { method = '', headers } = request
  const sent: SentCall = {
    method, path: url.pathname, query: url.searchParams, headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)])), ...(text === '' ? {} : { body: text }),
  }
  return { method, path: url.pathname, query: url.searchParams, authorization: headers.authorization, body: text === '' ? undefined : JSON.parse(text) as Json, sent }
}

/**
 * The fake behind a real HTTP server on loopback. Every request is validated against Jira's own description of its API, every answer too:
 * `violations` must stay empty. `faults` are used up one a call, in order; `undefined` in it lets a call through.
 */
export const serveFakeJira = async (options: FakeJiraOptions) => {
  const fake = fakeJira(options)
  const violations: string[] = []
  const calls: FakeCall[] = []
  const faults: (Fault | undefined)[] = []

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const call = await read(request)
    calls.push(call)
    violations.push(...requestProblems(call.sent))
    const fault = faults.shift()
    if (fault === 'hang') return
    if (fault === 'reset-before') { request.socket.resetAndDestroy(); return }
    if (typeof fault === 'object' && fault.after !== true) { response.writeHead(fault.status, fault.headers).end(fault.body ?? ''); return }
    const { status, body } = fake.handle(call)
    violations.push(...answerProblems(call.method, call.path, status, body))
    if (fault === 'reset-after') { request.socket.resetAndDestroy(); return }
    if (typeof fault === 'object') { response.writeHead(fault.status, fault.headers).end(fault.body ?? ''); return }
    response.writeHead(status, { 'content-type': 'application/json' }).end(body === undefined ? '' : JSON.stringify(body))
  }
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => { violations.push(String(error)); response.destroy() })
  })
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve) })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const close = (): Promise<void> => new Promise((resolve) => { server.closeAllConnections(); server.close(() => { resolve() }) })
  return { ...fake, url, calls, faults, violations, close }
}
