import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { createTestDatabase } from '../../../../test-support/database.js'
import type { TestDatabase } from '../../../../test-support/database.js'
import { installServer } from './installed-server.js'
import type { InstalledServer } from './installed-server.js'

const example = (path: string): Promise<string> => readFile(new URL(`../../../../examples/${path}`, import.meta.url), 'utf8')

let installed: InstalledServer
let database: TestDatabase

beforeAll(async () => {
  [installed, database] = await Promise.all([installServer(['custom-action', 'custom-adapter']), createTestDatabase()])
}, 120_000)

afterAll(async () => {
  await installed.remove()
  await database.drop()
})

const start = async (environment: Readonly<Record<string, string>>): Promise<string> => {
  const running = installed.run({ DATABASE_URL: database.url, PAO_ENCRYPTION_KEY: 'ab'.repeat(32), PAO_SHUTDOWN_SECONDS: '2', ...environment })
  onTestFinished(running.stop)
  return running.ready()
}

const call = async (url: string, method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
  const response = await fetch(`${url}/api/v1${path}`, {
    method, headers: { connection: 'close', prefer: 'wait=10', 'content-type': 'application/json', ...headers }, ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests read answers freely
  return { status: response.status, json: await response.json() as any }
}

const order = async (url: string, name: string) => {
  const { json } = await call(url, 'POST', '/requests', { catalogItemId: 'messaging-queue-named', fields: { name, stage: 'staging' } })
  for (let round = 0; round < 150; round += 1) {
    const request = (await call(url, 'GET', `/requests/${json.id as string}`)).json
    if (['completed', 'failed'].includes(request.status as string)) return request
    await sleep(100)
  }
  throw new Error(`the order did not end: ${JSON.stringify(json)}`)
}

/** As a web server of documents does: one file, behind a token. */
const documentServer = async (answer: () => string | undefined): Promise<{ readonly url: string; readonly address: string }> => {
  const server = createServer((request, response) => {
    const text = request.headers.authorization === 'Bearer CANARY-token' ? answer() : undefined
    response.writeHead(text === undefined ? 503 : 200, { 'content-type': 'application/json', connection: 'close' }).end(text ?? '')
  }).listen(0, '127.0.0.1')
  onTestFinished(() => { server.close() })
  await new Promise((resolve) => server.once('listening', resolve))
  const address = `127.0.0.1:${(server.address() as AddressInfo).port}`
  return { url: `http://${address}/catalog.json`, address }
}

test('an item whose steps are two actions of plugins, one in JavaScript and one in TypeScript, is ordered', async () => {
  await installed.write('pao.config.yaml', await example('custom-action/pao.config.yaml'))
  await installed.write('catalog/messaging-queue-named.yaml', await example('custom-action/catalog/messaging-queue-named.yaml'))
  const url = await start({ PAO_CATALOG: `${installed.directory}/catalog` })
  const item = await call(url, 'GET', '/catalog/items/messaging-queue-named')
  expect(item.json).toMatchObject({ id: 'messaging-queue-named', issues: [] })
  expect(await order(url, 'Order Events')).toMatchObject({
    status: 'completed', outputs: { name: { name: 'acme-staging-order-events' }, queue: { url: 'https://queues.playground.internal/acme-staging-order-events' } },
  })
  const long = await order(url, 'a name that is much longer than forty signs')
  expect(long).toMatchObject({ status: 'failed', failure: { failedActions: [{ step: 'name', code: 'NAME_TOO_LONG' }] } })
})

test('documents come from where a plugin reads them, with a secret that the plugin asks for', async () => {
  const document = await example('custom-action/catalog/messaging-queue-named.yaml')
  let files: Readonly<Record<string, string>> | undefined = { 'messaging/messaging-queue-named.yaml': document }
  const documents = await documentServer(() => (files === undefined ? undefined : JSON.stringify({ files })))
  const config = (await example('custom-adapter/pao.config.yaml')).replace('https://documents.example.org/catalog.json', documents.url)
  await installed.write('pao.config.yaml', `${config}\n${(await example('custom-action/pao.config.yaml')).replace('plugins:', '')}`)
  const url = await start({ PAO_EGRESS_ALLOW: documents.address, PAO_SECRET_DOCUMENTS_TOKEN: 'CANARY-token' })
  expect(await order(url, 'Invoices')).toMatchObject({ status: 'completed', outputs: { name: { name: 'acme-staging-invoices' } } })
  const admin = { 'X-PAO-User': 'ada', 'X-PAO-Roles': 'admin' }
  files = undefined
  const out = await call(url, 'POST', '/catalog/refresh', {}, admin)
  expect([out.status, out.json.detail]).toEqual([503, expect.stringMatching(/catalog\.json answered 503\. What was served before stays served/)])
  expect((await call(url, 'GET', '/catalog/items/messaging-queue-named')).status).toBe(200)
  files = { 'messaging/messaging-queue-named.yaml': document.replace('version: 1.0.0', 'version: 1.1.0') }
  expect((await call(url, 'POST', '/catalog/refresh', {}, admin)).status).toBe(200)
  expect((await call(url, 'GET', '/catalog/items/messaging-queue-named')).json).toMatchObject({ version: '1.1.0' })
})

/** What the page has readers write: each block whose fence names a file. */
const filesOf = (page: string): readonly (readonly [string, string])[] =>
  [...page.matchAll(/^```\w+ (\S+)\n(.*?)^```$/gms)].map(([, path = '', content = '']) => [path, content] as const)

test('the way from an empty folder to an ordered item works as the page describes it, and the contract of its action runs under node:test', async () => {
  const page = await readFile(new URL('../../../../docs/how-to/write-an-action.md', import.meta.url), 'utf8')
  const files = filesOf(page)
  expect(files.map(([path]) => path)).toEqual(['change-number.mjs', 'pao.config.yaml', 'catalog/change-request.yaml', 'contract.test.mjs'])
  for (const [path, content] of files) await installed.write(path, content)
  const url = await start({ PAO_CATALOG: `${installed.directory}/catalog`, PAO_CATALOG_PROFILE: 'strict' })
  const body: unknown = JSON.parse(/^curl .* -d '(.*)'$/m.exec(page)?.[1] ?? '')
  const { json } = await call(url, 'POST', '/requests', body)
  expect(json).toMatchObject({ status: 'completed', outputs: { number: { number: expect.stringMatching(/^shop-[0-9a-f]{8}$/) } } })
  const { stdout } = await promisify(execFile)(process.execPath, ['--test', '--test-reporter=tap', 'contract.test.mjs'], { cwd: installed.directory, timeout: 60_000, env: { PATH: process.env['PATH'] ?? '' } })
  expect(stdout).toMatch(/# fail 0/)
  expect(Number(/# pass (\d+)/.exec(stdout)?.[1])).toBeGreaterThan(5)
}, 90_000)

test('a plugin that is configured and unfit keeps the server from starting; everything is told at once, without secrets', async () => {
  await installed.write('node_modules/lonely/package.json', JSON.stringify({ name: 'lonely', version: '1.0.0', type: 'module', exports: './index.js' }))
  await installed.write('node_modules/lonely/index.js', "import '@acme/peer'\n")
  await installed.write('new.mjs', "export default { name: 'new', version: '1.0.0', requires: { '@pao/core': '>=99' }, actions: () => [] }\n")
  await installed.write('pao.config.yaml', 'plugins:\n  - lonely\n  - ./none.mjs\n  - ./new.mjs\n  - uses: "@pao/example-custom-action/naming"\n    with: { prefx: CANARY }\n')
  const { code, err } = await installed.run({ DATABASE_URL: database.url, PAO_LOG_LEVEL: 'silent' }).ended
  const lines = err.trim().split('\n')
  expect([code, lines.map((line) => /\[(plugin-[a-z-]+)\]$/.exec(line)?.[1])]).toEqual([1, ['plugin-missing-dependency', 'plugin-not-found', 'plugin-version', 'plugin-options']])
  expect(lines.every((line) => line.startsWith('PAO cannot start: Plugin '))).toBe(true)
  expect(err).not.toContain('CANARY')
})

test('what a plugin provides is checked before anything is served', async () => {
  await installed.write('taken.mjs', `
    import { defineAction, succeeded } from '@pao/core/action'
    import { definePlugin, fromJsonSchema } from '@pao/core/plugin'
    const schema = fromJsonSchema({ type: 'object' })
    const action = (type, apiVersion = 1) => defineAction({ type, version: '1.0.0', apiVersion, summary: 's', examples: [], effect: 'none', config: schema, output: schema, templates: [], plan: () => ({ summary: 's', changes: [] }), run: async () => succeeded({}) })
    export default definePlugin({ name: 'taken', version: '1.0.0', requires: { '@pao/core': '0.x' }, actions: () => [action('rest-api'), action('other', 2)], catalogSource: () => ({ description: 'none', read: async () => ({ revision: 'r', files: [] }) }) })
  `)
  await installed.write('pao.config.yaml', 'plugins:\n  - ./taken.mjs\n')
  const { code, err } = await installed.run({ DATABASE_URL: database.url, PAO_CATALOG: installed.directory, PAO_LOG_LEVEL: 'silent' }).ended
  expect([code, err.trim().split('\n')]).toEqual([1, [
    expect.stringMatching(/Plugin \.\/taken\.mjs \(pao\.config\.yaml:2:5\): its action rest-api takes the name rest-api, which this program has \(action-duplicate\).*\[plugin-action\]$/),
    expect.stringMatching(/its action is not fit \(action-api-version\): other is written for version 2 .*this program has version 1.*\[plugin-action\]$/),
    expect.stringMatching(/PAO_CATALOG.*\[plugin-catalog-source\]$/),
  ]])
})
