import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { documentOf } from './api-fixture.js'
import { liveSync } from './live-sync-fixture.js'
import type { LiveSync, Replica } from './live-sync-fixture.js'

/** One ticket in version 1.0.0; another form and a second ticket in version 2.0.0. */
const first = documentOf({ id: 'database-orders' })
const second = first.replace('version: 1.0.0', 'version: 2.0.0').replace('- { id: name, name: Name, type: string, required: true }', '- { id: name, name: Name, type: string, required: true }\n          - { id: size, name: Size, type: number, required: true }')
  .replace('      - id: ticket\n', '      - id: another\n        type: jira-ticket\n        config: { ticket: { project: DBA, issue_type: Task, summary_template: "Size {{fields.size}}" } }\n      - id: ticket\n        dependsOn: [another]\n')
const other = documentOf({ id: 'database-other' })
const owners = '* @acme/platform-database-team\n'

let live: LiveSync
let one: Replica
let two: Replica

beforeAll(async () => {
  live = await liveSync()
  live.git.push({ 'catalog/database-orders.yaml': first, 'catalog/database-other.yaml': other, '.github/CODEOWNERS': owners, 'README.md': 'hello' })
  one = await live.start('one')
  two = await live.start('two')
}, 60_000)

afterAll(() => live.close())

const serves = (version: string) => (json: { readonly version?: string }) => json.version === version

test('the first run loads everything', async () => {
  expect((await one.call('GET', '/catalog')).json.data.map(({ id }: { id: string }) => id)).toEqual(['database-orders', 'database-other'])
  expect((await two.call('GET', '/health')).json.components.catalog).toMatchObject({ status: 'ok', items: 2, outcome: 'succeeded', commit: live.git.head(), lastSync: expect.any(String) })
})

describe('a push', () => {
  let requestId = ''

  test('is read once, by whichever replica is told; both serve the new version', async () => {
    const order = await one.call('POST', '/requests', { body: { catalogItemId: 'database-orders', fields: { name: 'old' } } })
    requestId = order.json.id
    await one.until(`/requests/${requestId}`, ({ status }) => status === 'in_progress')
    const commit = live.git.push({ 'catalog/database-orders.yaml': second })
    live.calls()
    // The host sends it to two replicas, and to one of them twice.
    const answers = await Promise.all([one.push(commit, 'delivery-1'), two.push(commit, 'delivery-1'), one.push(commit, 'delivery-1')])
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 200, 202])
    for (const replica of [one, two]) await replica.until('/catalog/items/database-orders', serves('2.0.0'))
    expect(live.calls().fetches).toBe(1)
    expect((await two.until('/health', ({ components }) => components.catalog.commit === commit)).status).toBe('ok')
    expect((await two.push(commit, 'delivery-1')).json).toEqual({ status: 'duplicate', deliveryId: 'delivery-1' })
  })

  test('leaves a request as it was accepted', async () => {
    const before = (await two.call('GET', `/requests/${requestId}`)).json
    expect([before.status, before.catalogItemVersion ?? before.version, before.steps?.length ?? before.actions?.length]).toEqual(['in_progress', '1.0.0', 1])
    const refused = await one.call('POST', '/requests', { body: { catalogItemId: 'database-orders', fields: { name: 'new' } } })
    expect([refused.status, refused.json.errors[0].field]).toEqual([400, 'size'])
    const [ticket] = before.references
    await fetch(`${one.application.url}/playground/tickets/${ticket.id}/resolve`, { method: 'POST', headers: { 'content-type': 'application/json', connection: 'close' }, body: JSON.stringify({ status: 'Done' }) })
    expect((await one.until(`/requests/${requestId}`, ({ status }) => status === 'completed')).progress).toMatchObject({ totalActions: 1 })
  })

  test('shows the versions of the item, with their commits', async () => {
    const { json } = await two.call('GET', '/catalog/items/database-orders/versions')
    expect(json).toMatchObject({ id: 'database-orders', served: true, data: [
      { version: '2.0.0', current: true, withdrawnAt: null, commit: live.git.head(), openRequests: 0 }, { version: '1.0.0', current: false, withdrawnAt: expect.any(String), commit: expect.stringMatching(/^[0-9a-f]{40}$/) },
    ] })
  })

  test('with a bad file changes the good ones, and keeps the last good version of the bad one', async () => {
    const commit = live.git.push({ 'catalog/database-orders.yaml': 'version: [', 'catalog/database-other.yaml': other.replace('version: 1.0.0', 'version: 1.1.0') })
    expect((await two.push(commit, 'delivery-2')).status).toBe(202)
    for (const replica of [one, two]) {
      await replica.until('/catalog/items/database-other', serves('1.1.0'))
      expect((await replica.call('GET', '/catalog/items/database-orders')).json.version).toBe('2.0.0')
      expect((await replica.call('GET', '/catalog/validation-errors')).json).toMatchObject({ commit, outcome: 'partial', data: [{ file: 'database-orders.yaml', issues: [{ code: 'yaml-syntax' }] }] })
    }
    const { json } = await one.call('GET', '/catalog/validation/database-orders')
    expect(json).toMatchObject({ valid: false, servesLastGood: true, servedVersion: '2.0.0', history: [{ valid: false, commit }, { valid: true }] })
  })

  test('by another team than the owner is not served', async () => {
    const commit = live.git.push({ '.github/CODEOWNERS': `${owners}/catalog/database-other.yaml @acme/others\n`, 'catalog/database-other.yaml': other.replace('version: 1.0.0', 'version: 1.2.0') })
    await one.push(commit, 'delivery-3')
    for (const replica of [one, two]) await replica.until('/catalog/validation-errors', (json) => json.commit === commit)
    expect((await two.call('GET', '/catalog/items/database-other')).json).toMatchObject({ version: '1.1.0', issues: expect.arrayContaining([expect.objectContaining({ code: 'owner-not-codeowner' })]) })
  })

  test('by force replaces everything; what is gone stays readable', async () => {
    const commit = live.git.push({ 'catalog/database-orders.yaml': first.replace('version: 1.0.0', 'version: 1.0.1'), '.github/CODEOWNERS': owners }, { force: true })
    expect((await one.push(commit, 'delivery-4', { forced: true, commits: [] })).status).toBe(202)
    for (const replica of [one, two]) {
      await replica.until('/catalog/items/database-orders', serves('1.0.1'))
      expect((await replica.call('GET', '/catalog/items/database-other')).status).toBe(404)
    }
    expect((await two.call('GET', '/catalog/items/database-other/versions')).json).toMatchObject({ served: false, data: [{ version: '1.1.0', current: false }, { version: '1.0.0' }] })
    expect((await two.call('GET', `/requests/${requestId}`)).status).toBe(200)
  })

  test('of another branch, or outside of the catalog, is not read', async () => {
    const commit = live.git.head() ?? ''
    live.calls()
    const answers = [await one.push(commit, 'delivery-5', { ref: 'refs/heads/topic' }), await one.push(commit, 'delivery-6', { commits: [{ id: commit, added: ['README.md'], modified: [], removed: [] }] })]
    expect([answers.map(({ status }) => status), live.calls().all]).toEqual([[204, 204], 0])
  })
})

describe('a repository that is out', () => {
  test('does not keep a replica from starting with what was served, which says so and catches up', async () => {
    const { json: { version } } = await one.call('GET', '/catalog/items/database-orders')
    live.git.interfere((_request, response) => { response.writeHead(503).end('out') })
    const late = await live.start('late', { PAO_CATALOG_POLL_SECONDS: '1' })
    expect((await late.call('GET', '/catalog/items/database-orders')).json.version).toBe(version)
    const { json: health } = await late.call('GET', '/health')
    expect([health.status, health.components.catalog]).toMatchObject(['degraded', { status: 'degraded', outcome: 'failed', commit: live.git.head(), lastSync: expect.any(String), message: expect.any(String) }])
    expect((await late.call('GET', '/health/ready')).status).toBe(200)
    expect((await late.call('POST', '/catalog/refresh', { headers: { 'x-pao-roles': 'admin' } })).status).toBe(503)
    live.git.interfere(undefined)
    const commit = live.git.push({ 'catalog/database-orders.yaml': first.replace('version: 1.0.0', 'version: 1.0.2') })
    await late.until('/catalog/items/database-orders', serves('1.0.2'))
    await one.until('/catalog/items/database-orders', serves('1.0.2'))
    expect((await late.until('/health', ({ status }) => status === 'ok')).components.catalog.commit).toBe(commit)
    await late.application.stop()
    await sleep(50)
    live.calls()
    await sleep(1_500)
    expect(live.calls().all).toBe(0)
  }, 30_000)
})

test('no secret is told', () => {
  expect([...one.logged, ...two.logged].join('\n')).not.toContain('a-webhook-secret')
})
