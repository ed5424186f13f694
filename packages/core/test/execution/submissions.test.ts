import { describe, expect, test } from 'vitest'
import type { AnyAction } from '../../src/action/action.js'
import { succeeded } from '../../src/action/outcome.js'
import { createActionRegistry } from '../../src/catalog/action-registry.js'
import { type Catalog, createCatalog } from '../../src/catalog/catalog.js'
import type { SubmitCommand } from '../../src/execution/orchestrator-api.js'
import type { JsonObject } from '../../src/json.js'
import { memoryPorts } from '../../src/memory/index.js'
import { createOrchestrator } from '../../src/orchestrator.js'
import type { FieldCipher } from '../../src/ports/field-cipher.js'
import type { IdempotencyKey } from '../../src/ports/request-store.js'
import type { Person } from '../../src/request/person.js'
import { ada, documentOf, scripted } from './engine-fixture.js'
import { virtualWorld } from './virtual-engine.js'

const bob: Person = { id: 'bob', teams: ['checkout'], roles: [] }
const plain = documentOf('      - { id: one, type: first, config: { text: "{{fields.name}}" } }')
const withPassword = documentOf('      - { id: one, type: first, config: { token: "{{fields.token}}" } }', '          - { id: token, name: Token, type: password }')
const password = 'hunter2-hunter2'

/** Tells by itself what it was sealed for, and with which key a body was hashed. */
const cipher: FieldCipher = {
  seal: async (clear, context) => `sealed:k1:${Buffer.from(JSON.stringify([clear, context])).toString('hex')}`,
  open: async (sealed, context) => {
    const [clear, bound] = JSON.parse(Buffer.from(sealed.slice(10), 'hex').toString()) as [string, string]
    if (bound !== context) throw new Error('sealed for another place')
    return clear
  },
  digest: async (clear) => Buffer.from(`keyed ${clear.length}`).toString('hex').padEnd(64, '0'),
}

const first = scripted('first', { run: ({ config, log }) => { log.info(`got ${String(config['token'] ?? config['text'])}`); return succeeded({}) } })

const serving = (source: string, { actions = [first], key = false }: { readonly actions?: readonly AnyAction[]; readonly key?: boolean } = {}) => {
  const ports = memoryPorts(key ? { cipher } : {})
  const keys: IdempotencyKey[] = []
  const requests = { ...ports.requests, submit: (...[commit, idempotency]: Parameters<typeof ports.requests.submit>) => {
    if (idempotency !== undefined) keys.push(idempotency)
    return ports.requests.submit(commit, idempotency)
  } }
  const catalogOf = (text: string): Catalog => createCatalog([{ path: 'test-item.yaml', source: text }], { profile: 'compat', actions: createActionRegistry(actions), templateEnv: [] })
  let catalog = catalogOf(source)
  const orchestrator = createOrchestrator({ catalog: () => catalog, actions, ports: { ...ports, requests } })
  const submit = (more: Partial<SubmitCommand> = {}) => orchestrator.submit({ caller: ada, itemId: 'test-item', fields: { name: 'one' }, ...more })
  return { orchestrator, ports, keys, submit, serve: (text: string) => { catalog = catalogOf(text) } }
}

const code = (answer: { readonly kind: string }): unknown => 'code' in answer ? answer.code : answer.kind

describe('an Idempotency-Key', () => {
  const keyed = (body: JsonObject = { a: 1 }): Pick<SubmitCommand, 'idempotency'> => ({ idempotency: { route: 'POST /requests', key: 'k-1', body } })
  const idOf = (answer: Awaited<ReturnType<ReturnType<typeof serving>['submit']>>): string => 'request' in answer ? answer.request.request.id : ''

  test('belongs to its caller', async () => {
    const { submit } = serving(plain)
    const [mine, again, his] = [await submit(keyed()), await submit(keyed()), await submit({ ...keyed(), caller: bob })]
    expect([mine.kind, again.kind, his.kind]).toEqual(['accepted', 'replayed', 'accepted'])
    expect([idOf(again) === idOf(mine), idOf(his) === idOf(mine)]).toEqual([true, false])
  })

  test('with another body is a conflict', async () => {
    const { submit } = serving(plain)
    await submit(keyed())
    expect(code(await submit(keyed({ a: 2 })))).toBe('IDEMPOTENCY_CONFLICT')
  })

  test('stays answered when its item is gone', async () => {
    const { submit, serve } = serving(plain)
    const before = await submit(keyed())
    serve('version: [')
    expect(code(await submit())).toBe('CATALOG_ITEM_NOT_FOUND')
    expect(idOf(await submit(keyed()))).toBe(idOf(before))
  })

  test('a body that may hold a password is hashed with the key', async () => {
    const { submit, keys } = serving(plain, { key: true })
    await submit(keyed())
    expect(keys.map(({ bodyHash }) => bodyHash)).toEqual([await cipher.digest('{"a":1}')])
  })
})

describe('what cannot be ordered', () => {
  test('an item of other teams does not exist', async () => {
    const { submit } = serving(plain.replace('  owner: {', '  visibility: { teams: [payments] }\n  owner: {'))
    expect(code(await submit())).toBe('CATALOG_ITEM_NOT_FOUND')
    expect(code(await submit({ caller: { ...ada, teams: ['payments'] } }))).toBe('accepted')
    expect(code(await submit({ caller: { ...ada, roles: ['admin'] } }))).toBe('accepted')
  })

  test('an item that cannot be carried out is refused', async () => {
    const { submit } = serving(plain.replace('  owner: {', '  visibility: { require_approval: true }\n  owner: {'))
    expect(code(await submit())).toBe('ITEM_NOT_ORDERABLE')
  })

  test('another version than the one served is refused', async () => {
    const { submit } = serving(plain)
    expect([code(await submit({ version: '1.0.1' })), code(await submit({ version: '1.0.0' }))]).toEqual(['ITEM_NOT_ORDERABLE', 'accepted'])
  })
})

describe('a password', () => {
  test('is encrypted for its request and field, opens for the action only, and is hidden from then on', async () => {
    const world = virtualWorld(withPassword)
    const got: unknown[] = []
    const opening: string[] = []
    const orchestrator = await world.engine([scripted('first', { run: ({ config, log }) => { got.push(config['token']); log.info(`got ${String(config['token'])}`); return succeeded({ echo: config['token'] ?? null }) } })], {
      cipher: { ...cipher, open: (sealed, context) => { opening.push(context); return cipher.open(sealed, context) } },
    })
    const requestId = await world.submit(orchestrator, { name: 'one', token: password })
    const request = await world.reaches(requestId, ['completed'])
    expect([got, opening]).toEqual([[password], [`${requestId}:token`]])
    const { lines } = await world.stores.logs.read({ requestId, limit: 10 })
    const everything = JSON.stringify([request, lines, await world.stores.requests.history(requestId)])
    expect(everything).not.toContain(password)
    expect(lines[0]?.message).toBe('got [redacted]')
  })

  test('without a key it is not ordered', async () => {
    const { submit, ports } = serving(withPassword)
    expect(code(await submit({ fields: { name: 'one', token: password } }))).toBe('ITEM_NOT_ORDERABLE')
    expect((await ports.requests.list({ viewer: { id: 'root', teams: [], administrator: true }, scope: 'visible', limit: 10 })).data).toEqual([])
  })

  test('a dry run shows it masked', async () => {
    const { orchestrator } = serving(withPassword, { key: true })
    const answer = await orchestrator.dryRun({ caller: ada, itemId: 'test-item', fields: { name: 'one', token: password } })
    expect(answer.kind).toBe('dry-run')
    expect(JSON.stringify(answer)).not.toContain(password)
  })
})

test('a request runs by the document that it was accepted with', async () => {
  const seen: unknown[] = []
  const { orchestrator, submit, serve } = serving(plain, { actions: [scripted('first', { run: ({ config }) => { seen.push(config['text']); return succeeded({}) } })] })
  const answer = await submit()
  if (answer.kind !== 'accepted') throw new Error(answer.kind)
  serve(plain.replace('text: "{{fields.name}}"', 'text: "another document"'))
  await orchestrator.start()
  const view = await orchestrator.wait(answer.request.request.id, { id: 'root', teams: [], administrator: true }, 5_000)
  await orchestrator.stop({ graceMs: 100 })
  expect([view?.request.status.state, seen]).toEqual(['completed', ['one']])
})

test('log lines of others are not found', async () => {
  const { orchestrator, submit } = serving(plain)
  await orchestrator.start()
  const answer = await submit()
  if (answer.kind !== 'accepted') throw new Error(answer.kind)
  const { id } = answer.request.request
  await orchestrator.wait(id, { id: 'ada', teams: [], administrator: false }, 5_000)
  await orchestrator.stop({ graceMs: 100 })
  expect(await orchestrator.logs(id, { id: 'eve', teams: ['payments'], administrator: false }, { limit: 10 })).toBeUndefined()
  expect((await orchestrator.logs(id, { id: 'ada', teams: [], administrator: false }, { limit: 10 }))?.lines).toMatchObject([{ message: 'got one' }])
})
