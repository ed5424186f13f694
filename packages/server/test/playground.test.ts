import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { playgroundCredentials } from '../src/playground/fake-jira.js'
import { parseJql } from '../src/playground/jql.js'
import { openJournal } from '../src/playground/journal.js'
import { PROVISIONING_VARIABLE, startPlayground } from '../src/playground/playground.js'
import type { Playground } from '../src/playground/playground.js'
import { answerProblems } from './jira-answers.js'

const START = Date.UTC(2026, 10, 23)

const directory = async (): Promise<string> => {
  const path = await mkdtemp(join(tmpdir(), 'pao-playground-'))
  onTestFinished(() => rm(path, { recursive: true, force: true }))
  return path
}

const playing = async (options: { readonly dataDirectory?: string; readonly resolveSeconds?: number } = {}) => {
  const clock = { at: START }
  const dataDirectory = options.dataDirectory ?? await directory()
  const playground = await startPlayground({ dataDirectory, resolveSeconds: options.resolveSeconds ?? 10, now: () => clock.at })
  onTestFinished(() => playground.stop())
  return { playground, clock, dataDirectory }
}

const credentials = `Basic ${Buffer.from(`${playgroundCredentials.email}:${playgroundCredentials.token}`).toString('base64')}`

const send = async (url: string, method: string, body?: unknown, headers: Record<string, string> = {}) => {
  const response = await fetch(url, { method, headers: { 'content-type': 'application/json', connection: 'close', ...headers }, ...(body === undefined ? {} : { body: JSON.stringify(body) }) })
  const text = await response.text()
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests read answers freely
  return { status: response.status, headers: response.headers, json: (text === '' ? undefined : JSON.parse(text)) as any }
}

/** Every answer of the fake is one that Jira itself could give. */
const jira = async (playground: Playground, method: string, path: string, body?: unknown) => {
  const answer = await send(`${playground.jira.url}/rest/api/3${path}`, method, body, { authorization: credentials })
  expect(answerProblems(method, `/rest/api/3${path.replace(/\?.*/, '')}`, answer.status, answer.json)).toEqual([])
  return answer
}

const document = { type: 'doc', version: 1, content: [{ type: 'paragraph', content: [{ type: 'text', text: 'Hello' }] }] }
const issue = { fields: { project: { key: 'DBA' }, issuetype: { name: 'Task' }, summary: 'PostgreSQL: orders', description: document, labels: ['pao-1'] }, properties: [{ key: 'pao', value: { key: 'req-1:ticket:1' } }] }

describe('the fake Jira', () => {
  test('makes a ticket, shows it at once and finds it only later', async () => {
    const { playground, clock } = await playing()
    const made = await jira(playground, 'POST', '/issue', issue)
    expect(made).toMatchObject({ status: 201, json: { id: '10001', key: 'DBA-1', self: `${playground.jira.url}/rest/api/3/issue/10001` } })
    expect((await jira(playground, 'POST', '/issue', issue)).json.key).toBe('DBA-2')
    expect((await jira(playground, 'GET', '/issue/DBA-1?fields=status,summary&properties=pao')).json).toMatchObject({
      key: 'DBA-1', fields: { summary: 'PostgreSQL: orders', status: { name: 'To Do', statusCategory: { key: 'new' } } }, properties: { pao: { key: 'req-1:ticket:1' } },
    })
    const search = async (jql: string, more = {}) => (await jira(playground, 'POST', '/search/jql', { jql, fields: ['summary'], ...more })).json.issues.map(({ key }: { key: string }) => key)
    expect(await search('project = DBA AND labels = "pao-1"')).toEqual([])
    expect(await search('labels = "pao-1"', { reconcileIssues: [10001] })).toEqual(['DBA-1'])
    clock.at += 3000
    expect(await search('project = DBA AND labels = "pao-1" ORDER BY created DESC')).toEqual(['DBA-1', 'DBA-2'])
    expect(await search('issue.property[pao].key = "req-1:ticket:1" AND key in (DBA-2, DBA-9)')).toEqual(['DBA-2'])
    expect(await search('labels = other')).toEqual([])
    expect((await jira(playground, 'POST', '/search/jql', { jql: 'labels = "pao-1"', maxResults: 1 })).json).toEqual({ issues: [{ id: '10001' }], isLast: false, nextPageToken: '1' })
    for (const jql of ['', 'ORDER BY created', 'nonsense = 1', 'labels = ', 'labels = a OR labels = b']) expect((await jira(playground, 'POST', '/search/jql', { jql })).status).toBe(400)
  })

  test('links tickets, each pair once, and shows either end the other', async () => {
    const { playground } = await playing()
    for (const _ of [1, 2, 3]) await jira(playground, 'POST', '/issue', issue)
    const link = async (name: string, inward: string, outward: string) => (await jira(playground, 'POST', '/issueLink', { type: { name }, inwardIssue: { key: inward }, outwardIssue: { key: outward } })).status
    expect([await link('Blocks', 'DBA-1', 'DBA-2'), await link('Blocks', 'DBA-1', 'DBA-2'), await link('Relates', 'DBA-2', 'DBA-3')]).toEqual([201, 201, 201])
    expect([await link('Nonsense', 'DBA-1', 'DBA-2'), await link('Blocks', 'DBA-1', 'DBA-9')]).toEqual([404, 404])
    const links = async (key: string) => (await jira(playground, 'GET', `/issue/${key}?fields=issuelinks`)).json.fields.issuelinks
    expect(await links('DBA-1')).toEqual([expect.objectContaining({ id: '10001', type: expect.objectContaining({ name: 'Blocks', outward: 'blocks' }), outwardIssue: expect.objectContaining({ key: 'DBA-2' }) })])
    expect(await links('DBA-2')).toMatchObject([{ type: { inward: 'is blocked by' }, inwardIssue: { key: 'DBA-1', fields: { summary: 'PostgreSQL: orders' } } }, { outwardIssue: { key: 'DBA-3' } }])
    expect((await send(`${playground.jira.url}/browse/DBA-1`, 'GET')).json.links).toHaveLength(1)
  })

  test('resolves a ticket by itself, or by a call', async () => {
    const { playground, clock } = await playing({ resolveSeconds: 10 })
    for (const _ of [1, 2, 3]) await jira(playground, 'POST', '/issue', issue)
    const status = async (key: string) => { const { fields } = (await jira(playground, 'GET', `/issue/${key}`)).json; return [fields.status.name, fields.resolution?.name ?? null] }
    expect(playground.resolve('DBA-2', "Won't Do")).toBe('moved')
    expect(playground.resolve('DBA-9', 'Done')).toBe('unknown-ticket')
    expect(playground.resolve('DBA-1', 'Over')).toBe('unknown-status')
    expect((await send(`${playground.jira.url}/playground/tickets/DBA-3/resolve`, 'POST')).json).toEqual({ key: 'DBA-3', status: 'Done' })
    expect([await status('DBA-1'), await status('DBA-2'), await status('DBA-3')]).toEqual([['To Do', null], ["Won't Do", "Won't Do"], ['Done', 'Done']])
    clock.at += 5000
    expect(await status('DBA-1')).toEqual(['In Progress', null])
    clock.at += 5000
    expect([await status('DBA-1'), await status('DBA-2')]).toEqual([['Done', 'Done'], ["Won't Do", "Won't Do"]])
  })

  test('moves by a transition, takes comments and properties', async () => {
    const { playground } = await playing()
    await jira(playground, 'POST', '/issue', issue)
    const { transitions } = (await jira(playground, 'GET', '/issue/DBA-1/transitions')).json
    const done = transitions.find(({ name }: { name: string }) => name === 'Done')
    expect(done.to.statusCategory.key).toBe('done')
    expect((await jira(playground, 'POST', '/issue/DBA-1/transitions', { transition: { id: done.id } })).status).toBe(204)
    expect((await jira(playground, 'POST', '/issue/DBA-1/transitions', { transition: { id: '99' } })).status).toBe(400)
    expect((await jira(playground, 'GET', '/issue/10001')).json.fields.status.name).toBe('Done')
    expect((await jira(playground, 'POST', '/issue/DBA-1/comment', { body: document })).status).toBe(201)
    expect((await jira(playground, 'POST', '/issue/DBA-1/comment', { body: 'text' })).status).toBe(400)
    expect((await jira(playground, 'GET', '/issue/DBA-1/comment')).json.total).toBe(1)
    expect((await jira(playground, 'PUT', '/issue/DBA-1/properties/other', { a: 1 })).status).toBe(201)
    expect((await jira(playground, 'GET', '/issue/DBA-1/properties/other')).json).toEqual({ key: 'other', value: { a: 1 } })
    expect((await jira(playground, 'GET', '/issue/DBA-1/properties/none')).status).toBe(404)
    expect((await jira(playground, 'GET', '/myself')).json.emailAddress).toBe('playground@localhost')
    expect((await jira(playground, 'GET', '/serverInfo')).json).toMatchObject({ deploymentType: 'Cloud', serverTitle: expect.stringContaining('playground') })
  })

  test.each([
    [{ ...issue.fields, summary: '' }, 'summary'], [{ ...issue.fields, summary: 'x'.repeat(256) }, 'summary'], [{ ...issue.fields, summary: 'a\nb' }, 'summary'],
    [{ ...issue.fields, description: 'text' }, 'description'], [{ ...issue.fields, labels: ['a b'] }, 'labels'], [{ ...issue.fields, project: {} }, 'project'], [{ ...issue.fields, issuetype: null }, 'issuetype'],
  ])('refuses what Jira refuses: %#', async (fields, wrong) => {
    const { playground } = await playing()
    const answer = await jira(playground, 'POST', '/issue', { fields })
    expect([answer.status, Object.keys(answer.json.errors)]).toEqual([400, [wrong]])
  })

  test('asks for its credentials', async () => {
    const { playground } = await playing()
    expect((await send(`${playground.jira.url}/rest/api/3/myself`, 'GET')).status).toBe(401)
    expect((await jira(playground, 'GET', '/issue/DBA-1')).status).toBe(404)
  })
})

describe('the fake provisioning API', () => {
  const make = (playground: Playground, path: string, body: unknown, key?: string) => send(`${playground.provisioningUrl}/v1/${path}`, 'POST', body, key === undefined ? {} : { 'idempotency-key': key })

  test('makes, shows, lists and deletes', async () => {
    const { playground } = await playing()
    const made = await make(playground, 'databases', { name: 'orders', engine: 'postgresql', size: 20, admin_password: 'CANARY' })
    expect(made).toMatchObject({ status: 201, json: { status: 'available', name: 'orders', endpoint: 'orders.db.playground.internal:5432', size: 20 } })
    expect(JSON.stringify(made.json)).not.toContain('CANARY')
    const url = `${playground.provisioningUrl}${made.headers.get('location')}`
    expect((await send(url, 'GET')).json).toEqual(made.json)
    expect((await send(`${playground.provisioningUrl}/v1/databases`, 'GET')).json.items).toHaveLength(1)
    expect([(await send(url, 'DELETE')).status, (await send(url, 'GET')).status]).toEqual([204, 404])
    for (const path of ['apps', 'buckets', 'queues', 'dns-records', 'secrets']) expect((await make(playground, path, { name: 'x' })).json).toMatchObject({ name: 'x', status: 'available', endpoint: expect.any(String) })
    expect((await make(playground, 'elephants', { name: 'x' })).status).toBe(404)
    expect((await make(playground, 'databases', { name: 'a b' })).status).toBe(422)
  })

  test('honours Idempotency-Key', async () => {
    const { playground } = await playing()
    const first = await make(playground, 'queues', { name: 'q' }, 'k')
    const again = await make(playground, 'queues', { name: 'q' }, 'k')
    expect([again.status, again.json, again.headers.get('idempotency-replayed')]).toEqual([201, first.json, 'true'])
    expect((await make(playground, 'queues', { name: 'other' }, 'k')).status).toBe(422)
    expect((await send(`${playground.provisioningUrl}/v1/queues`, 'GET')).json.items).toHaveLength(1)
  })

  test('flaky- fails once, also for the same key; refused- fails for ever', async () => {
    const { playground } = await playing()
    expect([(await make(playground, 'databases', { name: 'flaky-a' }, 'k')).status, (await make(playground, 'databases', { name: 'flaky-a' }, 'k')).status]).toEqual([503, 201])
    expect((await make(playground, 'databases', { name: 'flaky-b' })).status).toBe(503)
    for (const _ of [1, 2]) expect(await make(playground, 'databases', { name: 'refused-a' })).toMatchObject({ status: 422, json: { error: { code: 'NAME_REFUSED' } } })
  })
})

describe('what it keeps', () => {
  test('outlives it, at the same addresses', async () => {
    const { playground, dataDirectory } = await playing()
    await jira(playground, 'POST', '/issue', issue)
    const first = await send(`${playground.provisioningUrl}/v1/queues`, 'POST', { name: 'q' }, { 'idempotency-key': 'k' })
    await playground.stop()
    const { playground: second } = await playing({ dataDirectory })
    expect([second.jira.url, second.provisioningUrl]).toEqual([playground.jira.url, playground.provisioningUrl])
    expect((await jira(second, 'GET', '/issue/DBA-1')).status).toBe(200)
    expect((await jira(second, 'POST', '/issue', issue)).json.key).toBe('DBA-2')
    expect((await send(`${second.provisioningUrl}/v1/queues`, 'POST', { name: 'q' }, { 'idempotency-key': 'k' })).json).toEqual(first.json)
  })

  test('goes elsewhere when its place is taken, and names exactly its own addresses', async () => {
    const { playground, dataDirectory } = await playing()
    await playground.stop()
    const squatter = createServer().listen(Number(new URL(playground.jira.url).port), '127.0.0.1')
    onTestFinished(() => { squatter.close() })
    await new Promise((resolve) => squatter.once('listening', resolve))
    const { playground: second } = await playing({ dataDirectory })
    expect(second.jira.url).not.toBe(playground.jira.url)
    expect(second.egress).toEqual([new URL(second.jira.url).host, new URL(second.provisioningUrl).host])
    expect(second.env).toEqual({ [PROVISIONING_VARIABLE]: second.provisioningUrl })
  })

  test('a line that a kill cut off is forgotten, the lines before it are not', async () => {
    const file = join(await directory(), 'deep', 'journal.jsonl')
    const journal = openJournal(file)
    journal.set('a', 1)
    journal.set('b', { c: [2] })
    journal.set('a', 3)
    journal.delete('b')
    await appendFile(file, '["d",{"x":')
    const again = openJournal(file)
    expect([again.get('a'), again.get('b'), again.get('d'), again.list('')]).toEqual([3, undefined, undefined, [3]])
    expect(await readFile(file, 'utf8')).toBe('["a",3]\n')
  })
})

test('JQL is read by clauses', () => {
  expect(parseJql('project = "D BA" and labels in (a, "b\\"c") AND summary ~ \'x y\' order by created desc')).toEqual([
    { field: 'project', operator: '=', values: ['D BA'] }, { field: 'labels', operator: 'in', values: ['a', 'b"c'] }, { field: 'summary', operator: '~', values: ['x y'] },
  ])
  for (const jql of ['a = b c', 'a in (b', 'a in b', 'a b c', '"unclosed', 'a = b AND', 'a >= b']) expect(parseJql(jql)).toBeUndefined()
})
