import { describe, expect, test, vi } from 'vitest'
import type { Orchestrator } from '@pao/core'
import type { RequestQuery } from '@pao/core/ports'
import { componentsView } from '../src/components-view.js'
import { encodeCursor } from '../src/cursor.js'
import { api, ID, NOW, orchestrator, serviceRequest, stored, view } from './api-fixture.js'
import { expectProblem } from './problem-expectation.js'

const reading = (request = serviceRequest(), observed = new Map()) => api({ orchestrator: orchestrator({ find: (id) => Promise.resolve(id === ID ? view(request, observed) : undefined) }) })
const owner = { 'X-PAO-User': 'ada' }

describe('GET /requests/{id}', () => {
  test('tells where it stands, what failed and what exists', async () => {
    const answer = await reading().call('GET', `/api/v1/requests/req-${ID}`, { headers: owner })
    expect(answer.status).toBe(200)
    expect(answer.json).toMatchObject({
      id: `req-${ID}`, status: 'failed', allowedActions: ['retry', 'abort'], version: 7,
      currentAction: { index: 1, id: 'configure', type: 'rest-api', status: 'failed' },
      failure: {
        cause: 'step', needsPerson: [], failedActions: [{ step: 'configure', action: 'rest-api', code: 'HTTP_503', message: 'POST answered 503' }],
        partialResources: [{ step: 'create', output: { id: 'db-1' } }], cleanupRequired: [{ step: 'create', priority: 'medium', automated: false }],
      },
      outputs: { create: { id: 'db-1' } }, input: { name: 'orders-db', password: '••••••' }, timeline: [],
    })
    expect(answer.json.steps.map((step: { id: string; status: string }) => [step.id, step.status])).toEqual([['create', 'completed'], ['configure', 'failed'], ['announce', 'pending']])
    expect(answer.json.playground).toBeUndefined()
  })

  test('of a bundle it tells what became of each component', async () => {
    const step = { iteration: 1, executions: 1, failures: 0 }
    const ids: readonly (readonly [string, string])[] = [['net.ticket', 'jira-ticket'], ['db.make', 'rest-api'], ['db.ticket', 'jira-ticket'], ['app.make', 'rest-api'], ['old.a', 'rest-api'], ['old.b', 'rest-api']]
    const base = serviceRequest()
    const [planned] = base.revision.plan.steps
    const reference = { service: 'jira:main', id: 'DBA-7', url: 'https://jira.example/browse/DBA-7' }
    const answer = await reading(serviceRequest({
      revision: { ...base.revision, plan: { ...base.revision.plan, components: ['net', 'db', 'app', 'old'].map((id) => ({ id, itemId: `item-${id}`, dependsOn: id === 'app' ? ['db'] : [] })), steps: ids.map(([id, action]) => ({ ...planned!, id, action, component: id.split('.')[0]! })) } },
      steps: [
        { ...step, id: 'net.ticket', state: 'completed', endedAt: NOW, output: { key: 'NET-1', url: 'https://jira.example/browse/NET-1' }, adopted: false, references: [] },
        { ...step, id: 'db.make', state: 'completed', endedAt: NOW, output: { id: 'db-1' }, adopted: false, references: [] },
        { ...step, id: 'db.ticket', state: 'failed', endedAt: NOW, tolerated: false, failure: { kind: 'fatal', phase: 'run', code: 'TICKET_REJECTED', message: 'no' }, references: [reference] },
        { ...step, id: 'app.make', state: 'pending', executions: 0, references: [] },
        { ...step, id: 'old.a', state: 'completed', endedAt: NOW, output: null, adopted: false, references: [] },
        { ...step, id: 'old.b', state: 'skipped', why: 'condition', references: [] },
      ],
    })).call('GET', `/api/v1/requests/req-${ID}`, { headers: owner })
    expect(answer.json.components).toEqual([
      { id: 'net', itemId: 'item-net', dependsOn: [], state: 'completed', steps: ['net.ticket'], tickets: [{ step: 'net.ticket', key: 'NET-1', url: 'https://jira.example/browse/NET-1' }], references: [], outputs: { ticket: { key: 'NET-1', url: 'https://jira.example/browse/NET-1' } } },
      { id: 'db', itemId: 'item-db', dependsOn: [], state: 'failed', steps: ['db.make', 'db.ticket'], tickets: [{ step: 'db.ticket', key: 'DBA-7', url: reference.url }], references: [{ step: 'db.ticket', ...reference }], outputs: { make: { id: 'db-1' } } },
      { id: 'app', itemId: 'item-app', dependsOn: ['db'], state: 'pending', steps: ['app.make'], tickets: [], references: [], outputs: {} },
      { id: 'old', itemId: 'item-old', dependsOn: [], state: 'completed', steps: ['old.a', 'old.b'], tickets: [], references: [], outputs: { a: null } },
    ])
  })

  test.each<readonly [string, readonly object[]]>([
    ['in_progress', [{ state: 'completed', endedAt: NOW, output: null, adopted: false }, { state: 'pending' }]],
    ['in_progress', [{ state: 'retrying', dueAt: NOW, failure: {} }, { state: 'pending' }]],
    ['waiting', [{ state: 'waiting', since: NOW, waitFor: { kind: 'service', until: NOW, service: 's', why: 'w' } }, { state: 'pending' }]],
    ['completed', [{ state: 'completed', endedAt: NOW, output: null, adopted: false }, { state: 'failed', endedAt: NOW, tolerated: true, failure: {} }]],
    ['skipped', [{ state: 'completed', endedAt: NOW, output: null, adopted: false }, { state: 'skipped', why: 'request-ended' }]],
    ['skipped', [{ state: 'skipped', why: 'condition' }, { state: 'skipped', why: 'condition' }]],
    ['compensated', [{ state: 'compensated', endedAt: NOW }, { state: 'skipped', why: 'condition' }]],
  ])('a component is %s with %j', (state, states) => {
    const base = serviceRequest()
    const [planned] = base.revision.plan.steps
    const steps = states.map((one, index) => ({ id: `db.${index}`, iteration: 1, executions: 1, failures: 0, references: [], ...one }))
    const plan = { ...base.revision.plan, components: [{ id: 'db', itemId: 'item-db', dependsOn: [] }], steps: steps.map(({ id }) => ({ ...planned!, id, component: 'db' })) }
    expect(componentsView(serviceRequest({ revision: { ...base.revision, plan }, steps: steps as never }))).toMatchObject([{ state }])
  })

  test.each([
    ['by name', { sealed: ['password'], input: { password: 'CANARY' } }],
    ['by the look of its value', { input: { password: 'sealed:0a0b0c0d:CANARY' } }],
  ])('a password is masked %s', async (_how, change) => {
    const { sealed: _sealed, ...revision } = serviceRequest().revision
    const answer = await reading(serviceRequest({ revision: { ...revision, ...change } })).call('GET', `/api/v1/requests/${ID}`)
    expect([answer.json.input, answer.text.includes('CANARY')]).toEqual([{ password: '••••••' }, false])
  })

  test('the id is read with and without its prefix; anything else is not found', async () => {
    const { call } = reading()
    expect((await call('GET', `/api/v1/requests/${ID.toUpperCase()}`)).status).toBe(200)
    for (const id of ['req-1', `req-req-${ID}`, 'x', encodeURIComponent("'; drop table"), '019aaf4e-0000-7000-8000-000000000002']) {
      expectProblem(await call('GET', `/api/v1/requests/${id}`), 404, 'REQUEST_NOT_FOUND')
      expectProblem(await call('GET', `/api/v1/requests/${id}/status`), 404, 'REQUEST_NOT_FOUND')
    }
  })

  test('only who may decide is told so', async () => {
    const actions = async (headers: Record<string, string>) => (await reading().call('GET', `/api/v1/requests/${ID}/status`, { headers })).json.allowedActions
    expect(await actions(owner)).toEqual(['retry', 'abort'])
    expect(await actions({ 'X-PAO-User': 'bob', 'X-PAO-Teams': 'payments' })).toEqual([])
    expect(await actions({ 'X-PAO-User': 'dba', 'X-PAO-Teams': 'platform-database-team' })).toEqual(['retry', 'abort'])
    expect(await actions({ 'X-PAO-User': 'root', 'X-PAO-Roles': 'admin' })).toEqual([])
  })

  test.each(['queued', 'completed', 'aborted'] as const)('nothing is allowed when it is %s', async (state) => {
    const status = state === 'queued' ? { state, since: NOW } : state === 'completed' ? { state, at: NOW } : { state, cause: { by: 'system' as const, reason: '', at: NOW } }
    expect((await reading(serviceRequest({ status })).call('GET', `/api/v1/requests/${ID}`, { headers: owner })).json.allowedActions).toEqual([])
  })

  test('a newer observation is shown with its time, and changes the tag; the same tag answers 304', async () => {
    const request = serviceRequest({
      status: { state: 'in_progress', course: 'forward' },
      steps: [{
        id: 'ticket', state: 'waiting', since: NOW, mode: 'resume', iteration: 1, executions: 1, failures: 0, external: { status: 'To Do', asOf: NOW },
        references: [{ service: 'jira:main', id: 'DBA-1', url: 'http://jira/browse/DBA-1' }],
        waitFor: { kind: 'signal', reference: { service: 'jira:main', id: 'DBA-1' }, until: NOW + 1000, onTimeout: 'fail' },
      }],
    })
    const before = await reading(request).call('GET', `/api/v1/requests/${ID}/status`)
    expect(before.json.externalStatus).toEqual({ step: 'ticket', status: 'To Do', asOf: new Date(NOW).toISOString(), service: 'jira:main', reference: 'DBA-1', url: 'http://jira/browse/DBA-1' })
    const seen = new Map([['ticket', { status: 'In Progress', note: 'taken by Eve', asOf: NOW + 500 }]])
    const after = await reading(request, seen).call('GET', `/api/v1/requests/${ID}/status`)
    expect(after.json.externalStatus).toMatchObject({ status: 'In Progress', note: 'taken by Eve', asOf: new Date(NOW + 500).toISOString() })
    expect(after.headers.get('etag')).not.toBe(before.headers.get('etag'))
    const again = await reading(request, seen).call('GET', `/api/v1/requests/${ID}/status`, { headers: { 'if-none-match': after.headers.get('etag') ?? '' } })
    expect([again.status, again.text]).toEqual([304, ''])
    expect((await reading(request, seen).call('GET', `/api/v1/requests/${ID}/status`, { headers: { 'if-none-match': before.headers.get('etag') ?? '' } })).status).toBe(200)
  })

  test('live reads go the other way', async () => {
    const { call } = api({ orchestrator: orchestrator({ findLive: () => Promise.resolve(view()) }) })
    expect((await call('GET', `/api/v1/requests/${ID}?live=true`)).status).toBe(200)
    expect((await call('GET', `/api/v1/requests/${ID}/status?live=true`)).status).toBe(200)
    expectProblem(await call('GET', `/api/v1/requests/${ID}?live=maybe`), 400, 'VALIDATION_ERROR')
  })

  test('live reads are those of the caller: a request of others is not found', async () => {
    const findLive = vi.fn<Orchestrator['findLive']>(() => Promise.resolve(undefined))
    const { call } = api({ orchestrator: orchestrator({ findLive }) })
    for (const path of ['', '/status']) expectProblem(await call('GET', `/api/v1/requests/${ID}${path}?live=true`, { headers: { 'x-pao-user': 'eve', 'x-pao-teams': 'other' } }), 404, 'REQUEST_NOT_FOUND')
    expect(findLive.mock.calls.map(([, viewer]) => viewer)).toEqual(Array.from({ length: 2 }, () => ({ id: 'eve', teams: ['other'], administrator: false })))
  })

  test('the playground is named on each request', async () => {
    const { call } = api({
      orchestrator: orchestrator({ find: () => Promise.resolve(view()) }),
      playground: { jiraUrl: 'http://127.0.0.1:1', provisioningUrl: 'http://127.0.0.1:2', resolve: () => 'moved' },
    })
    expect((await call('GET', `/api/v1/requests/${ID}`)).json.playground).toBe(true)
    expect((await call('GET', '/api/v1/version')).json.playground).toMatchObject({ jira: 'http://127.0.0.1:1' })
  })

  test('the timeline shows what happened, without inputs, outputs and payloads', async () => {
    const cause = { by: { id: 'ada', teams: [], roles: [] }, reason: 'try again', at: NOW + 3 }
    const events = [
      { type: 'request-accepted' as const, id: ID, at: NOW, accepted: serviceRequest().accepted, revision: serviceRequest().revision, approvals: [], room: true },
      { type: 'step-succeeded' as const, at: NOW + 1, step: 'create', execution: 1, output: { canary: 'OUTPUT' } },
      { type: 'signal-received' as const, at: NOW + 2, reference: { service: 'jira:main', id: 'A-1' }, delivery: 'd', payload: { canary: 'PAYLOAD' } },
      { type: 'retry-requested' as const, cause, redo: [], resolved: [] },
    ]
    const history = [{ version: 4, firstVersion: 1, commitId: 'c', at: NOW, types: events.map(({ type }) => type), events, eventsHash: '', hash: '' }]
    const { call } = api({ orchestrator: orchestrator({ find: () => Promise.resolve(view()) }), requests: { list: () => Promise.reject(new Error('no')), history: () => Promise.resolve(history) } })
    const answer = await call('GET', `/api/v1/requests/${ID}`)
    expect(answer.json.timeline).toEqual([
      { at: new Date(NOW).toISOString(), version: 1, type: 'submitted', by: 'ada' },
      { at: new Date(NOW + 1).toISOString(), version: 2, type: 'step-succeeded', step: 'create', execution: 1 },
      { at: new Date(NOW + 2).toISOString(), version: 3, type: 'signal-received', reference: { service: 'jira:main', id: 'A-1' } },
      { at: new Date(NOW + 3).toISOString(), version: 4, type: 'retry-requested', by: 'ada', reason: 'try again' },
    ])
    expect(answer.text).not.toMatch(/OUTPUT|PAYLOAD/)
  })
})

describe('GET /requests', () => {
  const listing = (data = [stored(serviceRequest())], hasMore = false) => {
    const queries: RequestQuery[] = []
    return { ...api({ requests: { list: (query) => { queries.push(query); return Promise.resolve({ data, hasMore }) }, history: () => Promise.resolve([]) } }), queries }
  }

  test('filters reach the store, both spellings of a status', async () => {
    const { call, queries } = listing()
    const answer = await call('GET', '/api/v1/requests?status=in-progress,failed&status=in_progress&item=database-postgresql&from=2026-11-01&to=2026-11-23&scope=team&limit=500', { headers: { 'X-PAO-User': 'ada', 'X-PAO-Teams': 'payments' } })
    expect(answer.status).toBe(200)
    expect(queries).toEqual([{
      viewer: { id: 'ada', teams: ['payments'], administrator: false }, scope: 'team', limit: 200, status: ['in_progress', 'failed'], subjectId: 'database-postgresql',
      from: Date.UTC(2026, 10, 1), to: Date.UTC(2026, 10, 24),
    }])
    expect(answer.json.data[0]).toMatchObject({ id: `req-${ID}`, progress: { percentComplete: 33 }, allowedActions: ['retry', 'abort'], estimatedCompletionAt: new Date(NOW + 3_600_000).toISOString() })
  })

  test('the last page has no cursor, another one has it in the body and as a link', async () => {
    expect((await listing().call('GET', '/api/v1/requests')).json.pagination).toEqual({ has_more: false, next_cursor: null })
    const { call, queries } = listing(undefined, true)
    const first = await call('GET', '/api/v1/requests?limit=1')
    const { next_cursor: next, has_more: more } = first.json.pagination
    expect(more).toBe(true)
    expect(first.headers.get('link')).toBe(`</api/v1/requests?limit=1&cursor=${next}>; rel="next"`)
    await call('GET', `/api/v1/requests?limit=1&cursor=${next}`)
    expect(queries[1]?.after).toEqual({ createdAt: NOW, id: ID })
  })

  test.each([
    'status=done', 'limit=0', 'limit=-1', 'limit=abc', 'limit=1e3', 'from=yesterday', 'to=2026-13-40', 'from=2026-11-23T10:00', 'scope=all', 'stauts=failed', 'cursor=x', 'cursor=%00', 'item=a%00b', 'item=a%1bb', `item=${'x'.repeat(201)}`,
    `cursor=${encodeCursor(['a', 'b'])}`, `cursor=${encodeCursor([1, 'x'])}`, `cursor=${encodeCursor([1e300, ID])}`, `cursor=${Buffer.from(JSON.stringify([2, 1, ID])).toString('base64url')}`,
  ])('%s is refused', async (search) => {
    const { call, queries } = listing()
    expectProblem(await call('GET', `/api/v1/requests?${search}`), 400, 'VALIDATION_ERROR')
    expect(queries).toEqual([])
  })

  test('a typing error in a filter is named', async () => {
    expect((await listing().call('GET', '/api/v1/requests?stauts=failed&limit=x')).json.errors).toMatchObject([{ field: 'stauts', suggestion: 'status' }, { field: 'limit' }])
  })
})

describe('GET /requests/{id}/logs', () => {
  const line = { step: 'create', iteration: 1, execution: 1, at: NOW, level: 'info' as const, message: 'POST …' }

  test('pages, filters by action and severity', async () => {
    const queries: unknown[] = []
    const { call } = api({ orchestrator: orchestrator({ logs: (_id, _viewer, query) => { queries.push(query); return Promise.resolve({ lines: [line], next: 'create:1:1:7' }) } }) })
    const first = await call('GET', `/api/v1/requests/${ID}/logs?action=create&severity=warn&limit=1`)
    expect(first.json.data).toEqual([{ ...line, at: new Date(NOW).toISOString() }])
    await call('GET', `/api/v1/requests/${ID}/logs?cursor=${first.json.pagination.next_cursor}`)
    expect(queries).toEqual([{ limit: 1, step: 'create', level: 'warn' }, { limit: 50, after: 'create:1:1:7' }])
  })

  test('refuses other levels, other cursors and what is not yours', async () => {
    const { call } = api({ orchestrator: orchestrator({ logs: () => Promise.resolve(undefined) }) })
    expectProblem(await call('GET', `/api/v1/requests/${ID}/logs?level=fatal`), 400, 'VALIDATION_ERROR')
    expectProblem(await call('GET', `/api/v1/requests/${ID}/logs?cursor=${encodeCursor([1])}`), 400, 'VALIDATION_ERROR')
    expectProblem(await call('GET', `/api/v1/requests/${ID}/logs`), 404, 'REQUEST_NOT_FOUND')
  })
})
