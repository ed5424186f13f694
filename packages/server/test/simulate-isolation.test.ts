import { readFile, readdir } from 'node:fs/promises'
import dns from 'node:dns'
import net from 'node:net'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { JsonObject } from '@pao/core/action'
import { parse } from 'yaml'
import { api, catalogOf, documentOf, orchestrator } from './api-fixture.js'

/** Packages with actions, and the types that they bring: whoever adds one adds it to the registry of these tests and here. */
const installed: Readonly<Record<string, readonly string[]>> = { 'action-jira': ['jira-ticket'], 'action-rest': ['rest-api'] }

/** Every way out of the process, recorded and closed. */
const reached: string[] = []
const closed = (name: string) => (): never => {
  reached.push(name)
  throw new Error(`${name} is closed`)
}
const dispatcherKey = Symbol.for('undici.globalDispatcher.1')
const doors = { connect: net.Socket.prototype.connect, lookup: dns.lookup, resolve: dns.resolve, promised: dns.promises.lookup, fetch: globalThis.fetch, dispatcher: Reflect.get(globalThis, dispatcherKey) as unknown }

beforeEach(() => {
  reached.length = 0
  net.Socket.prototype.connect = closed('net.connect')
  dns.lookup = closed('dns.lookup') as never
  dns.resolve = closed('dns.resolve') as never
  dns.promises.lookup = closed('dns.promises.lookup') as never
  globalThis.fetch = closed('fetch') as never
  Reflect.set(globalThis, dispatcherKey, { dispatch: closed('undici') })
})

afterEach(() => {
  net.Socket.prototype.connect = doors.connect
  dns.lookup = doors.lookup
  dns.resolve = doors.resolve
  dns.promises.lookup = doors.promised
  globalThis.fetch = doors.fetch
  Reflect.set(globalThis, dispatcherKey, doors.dispatcher)
})

/** A store of which nothing but reading is expected. */
const readOnly = () => {
  const asked: string[] = []
  const requests = new Proxy({}, {
    get: (_, name) => () => {
      asked.push(String(name))
      if (name === 'list') return Promise.resolve({ data: [], hasMore: false })
      throw new Error(`${String(name)} of the store was called`)
    },
  })
  return { asked, requests: requests as NonNullable<Parameters<typeof api>[0]>['requests'] }
}

const simulate = async (body: unknown) => {
  const { asked, requests } = readOnly()
  // An orchestrator that refuses every call of it.
  const answer = await api({ orchestrator: orchestrator(), catalog: catalogOf([]), ...(requests === undefined ? {} : { requests }) }).call('POST', '/api/v1/simulate/fulfillment', { body })
  return { ...answer, asked }
}

test('these are the actions that there are', async () => {
  const packages = (await readdir(new URL('../../', import.meta.url))).filter((name) => name.startsWith('action-')).sort()
  expect(packages).toEqual(Object.keys(installed))
  const { actions } = catalogOf([]).current().options
  expect(actions.names.toSorted()).toEqual(Object.values(installed).flat().sort())
})

test.each(catalogOf([]).current().options.actions.types.flatMap((type) => (catalogOf([]).current().options.actions.get(type)?.examples ?? []).map(({ title, config }) => [type, title, config as JsonObject] as const)))(
  'a simulation of %s (%s) reaches nothing and writes nothing', async (type, _title, config) => {
    const document = { ...parse(documentOf({ id: 'test-item' })) as JsonObject, fulfillment: { strategy: { mode: 'manual' }, manual: { actions: [{ id: 'only', type, config }] } } }
    const { status, text, json, asked } = await simulate({ document, fields: { name: 'orders' }, failures: 'each-step' })
    expect(status, text).toBe(200)
    expect(json.steps[0]).toMatchObject({ action: type, plan: { summary: expect.any(String) as unknown } })
    expect([reached, asked]).toEqual([[], []])
  },
)

test('no simulation of an example reaches or writes anything', async () => {
  const folder = new URL('../../../examples/catalog/', import.meta.url)
  const names = (await readdir(folder)).filter((name) => name.endsWith('.yaml'))
  const texts = await Promise.all(names.map((name) => readFile(new URL(name, folder), 'utf8')))
  for (const [index, source] of texts.entries()) {
    if (/^kind: CatalogBundle/m.test(source)) continue
    for (const failures of ['none', 'each-step']) {
      const { status, json, asked } = await simulate({ source, failures })
      expect([status, json.steps?.length > 0], names[index]).toEqual([200, true])
      expect([reached, asked]).toEqual([[], []])
    }
  }
})

test('the doors of these tests are closed', async () => {
  expect(() => net.connect(1)).toThrow('closed')
  expect(() => dns.lookup('localhost', () => undefined)).toThrow('closed')
  expect(() => fetch('http://127.0.0.1:1')).toThrow('closed')
  expect(reached).toEqual(['net.connect', 'dns.lookup', 'fetch'])
})
