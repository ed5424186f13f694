import assert from 'node:assert/strict'
import type { ApiSource, OptionCall } from '@pao/core'
import type { Json } from '@pao/core/action'
import type { OptionAnswer, OptionSource } from '@pao/core/ports'
import type { Contract, ContractCase } from './contract.js'

/** A place that is asked for options. */
export interface OptionPlace {
  readonly secrets: Readonly<Record<string, string>>
  /** Undefined: it fails. `url`: with the address in front. Header names are in lower case. */
  readonly answer: (call: OptionCall) => Json | undefined
}

/** A source in front of a place. */
export interface PlacedOptionSource {
  readonly source: OptionSource
  /** What the endpoints of the place begin with, without a slash at its end. */
  readonly address: string
}

export interface OptionSourceFixture {
  at(place: OptionPlace): Promise<PlacedOptionSource>
}

type OptionCase = ContractCase<OptionSourceFixture>

const at = Date.UTC(2026, 10, 23)
const secret = 'tr0ub4dor & three'

const sourceOf = (endpoint: string, change: Partial<ApiSource> = {}): ApiSource =>
  ({ type: 'api', endpoint, method: 'GET', headers: {}, cacheMs: 0, timeoutMs: 2_000, limit: 1_000, pages: 1, ...change })

const ask = (source: OptionSource, asked: ApiSource, fields: Readonly<Record<string, string>> = {}): Promise<OptionAnswer> =>
  source.ask({ source: asked, variables: { fields, metadata: {}, env: {} }, at })

const isUnavailable = (answer: OptionAnswer): void => {
  assert.equal(answer.kind, 'unavailable', `expected unavailable, not ${JSON.stringify(answer).slice(0, 200)}`)
  assert.ok(answer.kind === 'unavailable' && answer.reason !== '', 'it needs a reason')
}

const inOrder: OptionCase = {
  name: 'options stand as the place gives them, with the values and labels of the paths',
  law: '1',
  run: async (create) => {
    const { source, address } = await (await create()).at({ secrets: {}, answer: () => ({ page: { vpcs: [{ id: 'b', tag: { name: 'Second' } }, { id: 'a', tag: { name: 'First' } }, { id: 'b', tag: {} }, { id: 3 }] } }) })
    const answer = await ask(source, sourceOf(`${address}/vpcs`, { items: '$.page.vpcs', valueField: 'id', labelField: 'tag.name' }))
    assert.deepEqual(answer, { kind: 'options', complete: true, options: [{ value: 'b', label: 'Second' }, { value: 'a', label: 'First' }, { value: 3, label: '3' }] })
  },
}

const partial: OptionCase = {
  name: 'a list that is longer than the limit is not complete, nor is one with an entry that has no value',
  law: '1',
  run: async (create) => {
    const { source, address } = await (await create()).at({ secrets: {}, answer: ({ url }) => url.endsWith('/many') ? ['a', 'b', 'c'] : ['a', null] })
    assert.deepEqual(await ask(source, sourceOf(`${address}/many`, { limit: 2 })), { kind: 'options', complete: false, options: [{ value: 'a', label: 'a' }, { value: 'b', label: 'b' }] })
    assert.deepEqual(await ask(source, sourceOf(`${address}/odd`)), { kind: 'options', complete: false, options: [{ value: 'a', label: 'a' }] })
  },
}

const encoded: OptionCase = {
  name: 'a value stays in its place of the address, whatever it holds',
  law: '2',
  run: async (create) => {
    const calls: OptionCall[] = []
    const { source, address } = await (await create()).at({ secrets: {}, answer: (call) => { calls.push(call); return [] } })
    for (const value of ['a/../../admin', '?x=1&vpc=2', '#', 'é 😀', '%2e%2e', '//other.example']) {
      await ask(source, sourceOf(`${address}/of/{{fields.name}}/subnets?vpc={{fields.name}}`), { name: value })
      const url = new URL(calls.at(-1)?.url ?? '', address)
      assert.equal(url.pathname.split('/').length, new URL(`${address}/of/x/subnets`).pathname.split('/').length, `${JSON.stringify(value)} left its segment`)
      assert.equal(decodeURIComponent(url.pathname.split('/').at(-2) ?? ''), value)
      assert.deepEqual([...url.searchParams], [['vpc', value]])
    }
    for (const value of ['.', '..']) isUnavailable(await ask(source, sourceOf(`${address}/of/{{fields.name}}/subnets`), { name: value }))
  },
}

const outage: OptionCase = {
  name: 'a place that fails, and one that gives no list, is unavailable with a reason',
  law: '3',
  run: async (create) => {
    const { source, address } = await (await create()).at({ secrets: {}, answer: ({ url }) => url.endsWith('/down') ? undefined : { message: 'no list here' } })
    for (const path of ['/down', '/odd']) isUnavailable(await ask(source, sourceOf(`${address}${path}`)))
  },
}

const quiet: OptionCase = {
  name: 'a secret goes into its header, and comes back nowhere',
  law: '4',
  run: async (create) => {
    const calls: OptionCall[] = []
    const place: OptionPlace = {
      secrets: { TOKEN: secret },
      answer: (call) => { calls.push(call); return call.url.endsWith('/list') ? [`key ${secret}`, secret, Buffer.from(secret).toString('base64')] : { error: `bad token ${secret}` } },
    }
    const { source, address } = await (await create()).at(place)
    for (const path of ['/list', '/error']) {
      const text = JSON.stringify(await ask(source, sourceOf(`${address}${path}`, { headers: { 'X-Token': '{{secrets.TOKEN}}' } })))
      for (const spelling of [secret, Buffer.from(secret).toString('base64'), encodeURIComponent(secret)]) assert.ok(!text.includes(spelling), 'the answer holds the secret')
    }
    const names = calls.map(({ headers }) => Object.entries(headers).find(([name]) => name.toLowerCase() === 'x-token')?.[1])
    assert.deepEqual(names, [secret, secret])
  },
}

const unknownSecret: OptionCase = {
  name: 'a secret that is not stored calls nobody',
  law: '5',
  run: async (create) => {
    let calls = 0
    const { source, address } = await (await create()).at({ secrets: {}, answer: () => { calls += 1; return [] } })
    isUnavailable(await ask(source, sourceOf(`${address}/list`, { headers: { 'X-Token': '{{secrets.TOKEN}}' } })))
    assert.equal(calls, 0)
  },
}

const again: OptionCase = {
  name: 'what is asked again is asked of the place again',
  law: '6',
  run: async (create) => {
    let calls = 0
    const { source, address } = await (await create()).at({ secrets: {}, answer: () => { calls += 1; return [`version-${calls}`] } })
    for (const expected of ['version-1', 'version-2']) {
      assert.deepEqual(await ask(source, sourceOf(`${address}/list`)), { kind: 'options', complete: true, options: [{ value: expected, label: expected }] })
    }
  },
}

/** The laws of port OptionSource. */
export const optionSourceContract: Contract<OptionSourceFixture> = { port: 'OptionSource', cases: [inOrder, partial, encoded, outage, quiet, unknownSecret, again] }
