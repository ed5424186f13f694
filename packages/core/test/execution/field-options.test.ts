import { virtualClock } from '@pao/testing'
import { describe, expect, test } from 'vitest'
import { fatal } from '../../src/action/action-failure.js'
import { succeeded } from '../../src/action/outcome.js'
import type { Clock } from '../../src/ports/clock.js'
import type { OptionSource } from '../../src/ports/option-source.js'
import { type MemoryAnswers, memoryOptionSource, memorySecrets } from '../../src/memory/index.js'
import type { Json, JsonObject } from '../../src/json.js'
import type { Logger } from '../../src/ports/logger.js'
import type { Person } from '../../src/request/person.js'
import { ada, carriedOut, documentOf, engineOf, root, scripted } from './engine-fixture.js'

const step = '      - { id: one, type: first, config: { text: "{{fields.name}}" } }'
const zone = '          - { id: zone, name: Zone, type: select, enum: [north, south] }'
const source = (config: string, more = ''): string => `          - { id: subnet, name: Subnet, type: select, datasource: { type: api, config: ${config} }${more} }`
const dependent = `${zone}\n${source('{ endpoint: "/subnets?zone={{fields.zone}}", cache_ttl: 60 }')}`

interface World {
  readonly answers?: MemoryAnswers
  readonly clock?: Clock
  readonly options?: OptionSource
  readonly lines?: unknown[]
}

const recorder = (lines: unknown[]): Logger => {
  const write = (fields: object, message?: string): void => { lines.push([fields, message]) }
  return { debug: write, info: write, warn: write, error: write } as Logger
}

const failing = scripted('first', { run: ({ config }) => { if (config['text'] === 'fails') throw fatal('NO', 'no'); return succeeded({ host: `${String(config['text'])}.example` }) } })

const serving = (fields: string, { answers = () => undefined, clock, options, lines = [] }: World = {}) =>
  engineOf(documentOf(step, fields), [failing], {
    options: options ?? memoryOptionSource(answers, memorySecrets({ KEY: 'very-secret-key' })), logger: recorder(lines), ...(clock === undefined ? {} : { clock }),
  })

const submit = (fixture: ReturnType<typeof serving>, fields: JsonObject, caller: Person = ada) => fixture.orchestrator.submit({ caller, itemId: 'test-item', fields: { name: 'one', ...fields } })
const ask = (fixture: ReturnType<typeof serving>, fields: JsonObject = {}, fieldId = 'subnet', caller: Person = ada) => fixture.orchestrator.options({ caller, itemId: 'test-item', fieldId, fields })

const byZone: MemoryAnswers = ({ url }) => url.endsWith('north') ? ['n1', 'n2'] : url.endsWith('south') ? [{ id: 's1', name: 'South one' }] : undefined

/** A source that counts its calls and says what the test says. */
const counting = (answer: () => Json | undefined) => {
  const calls: string[] = []
  const memory = memoryOptionSource((call) => { calls.push(call.url); return answer() }, memorySecrets({}))
  return { calls, source: memory }
}

describe('what can be chosen', () => {
  test('depends on other fields, and waits for them', async () => {
    const fixture = serving(dependent, { answers: byZone })
    expect(await ask(fixture)).toMatchObject({ kind: 'options', state: 'incomplete', missing: ['zone'], options: [] })
    expect(await ask(fixture, { zone: 'north' })).toMatchObject({ state: 'current', complete: true, options: [{ value: 'n1', label: 'n1' }, { value: 'n2', label: 'n2' }] })
    expect(await ask(fixture, { zone: 'south', name: 'x' })).toMatchObject({ state: 'current', options: [{ value: 's1', label: 'South one' }] })
  })
  test('a value that its own field refuses goes nowhere', async () => {
    const urls: string[] = []
    const fixture = serving(dependent, { answers: ({ url }) => { urls.push(url); return [] } })
    expect(await ask(fixture, { zone: 'north&admin=1' })).toMatchObject({ kind: 'refused', problems: [{ field: 'zone', constraint: 'enum' }] })
    expect(await ask(fixture, { zon: 'north' })).toMatchObject({ kind: 'refused', problems: [{ field: 'zon', message: 'there is no field zon: did you mean zone?' }] })
    expect(urls).toEqual([])
  })
  test('unknown items, hidden items and unknown fields are told apart by nobody', async () => {
    const fixture = engineOf(documentOf(step, dependent).replace('  owner:', '  visibility: { teams: [checkout] }\n  owner:'), [failing], { options: memoryOptionSource(byZone, memorySecrets({})) })
    expect(await ask(fixture, {}, 'nothing')).toEqual({ kind: 'not-found', what: 'field' })
    expect(await ask(fixture, {}, 'subnet', { id: 'eve', teams: ['others'], roles: [] })).toEqual({ kind: 'not-found', what: 'item' })
  })
  test('without a source of options nothing is known', async () => {
    const fixture = engineOf(documentOf(step, source('{ endpoint: /subnets }')), [failing])
    expect(await ask(fixture)).toMatchObject({ state: 'unavailable', reason: 'nothing outside is asked for options here' })
  })
  test('choices of the document are told too', async () => {
    expect(await ask(serving(dependent), {}, 'zone')).toMatchObject({ state: 'current', options: [{ value: 'north', label: 'north' }, { value: 'south', label: 'south' }] })
  })
})

describe('answers are kept', () => {
  const ready = (answer: () => Json | undefined) => {
    const clock = virtualClock()
    const { calls, source: options } = counting(answer)
    return { clock, calls, fixture: serving(dependent, { clock, options }) }
  }
  test('for the time that the source says, and for each value apart', async () => {
    const { clock, calls, fixture } = ready(() => ['a'])
    for (const zoned of ['north', 'north', 'south']) await ask(fixture, { zone: zoned })
    expect(calls).toEqual(['/subnets?zone=north', '/subnets?zone=south'])
    await clock.advance(59_000)
    await ask(fixture, { zone: 'north' })
    expect(calls).toHaveLength(2)
    await clock.advance(1_000)
    await ask(fixture, { zone: 'north' })
    expect(calls).toHaveLength(3)
  })
  test('of many who ask at once, one is asked', async () => {
    const { calls, fixture } = ready(() => ['a'])
    const answers = await Promise.all(Array.from({ length: 20 }, () => ask(fixture, { zone: 'north' })))
    expect(calls).toHaveLength(1)
    expect(answers.every((answer) => answer.kind === 'options' && answer.state === 'current')).toBe(true)
  })
  test('a source that fails leaves its last answer for an hour, and is left alone for five seconds', async () => {
    let up = true
    const { clock, calls, fixture } = ready(() => up ? ['a'] : undefined)
    await ask(fixture, { zone: 'north' })
    up = false
    await clock.advance(60_000)
    for (const _ of [1, 2]) expect(await ask(fixture, { zone: 'north' })).toMatchObject({ state: 'stale', options: [{ value: 'a' }], reason: 'it does not answer', asOf: clock.now() - 60_000 })
    expect(calls).toHaveLength(2)
    await clock.advance(5_000)
    await ask(fixture, { zone: 'north' })
    expect(calls).toHaveLength(3)
    await clock.advance(3_600_000)
    expect(await ask(fixture, { zone: 'north' })).toMatchObject({ state: 'unavailable', options: [] })
    up = true
    await clock.advance(5_000)
    expect(await ask(fixture, { zone: 'north' })).toMatchObject({ state: 'current' })
  })
})

describe('what was chosen is checked when it is ordered', () => {
  test('a value that is not offered is refused with what is, also in a list and in a dry run', async () => {
    const fixture = serving(`${dependent}\n${source('{ endpoint: "/subnets?zone=north" }').replaceAll('subnet,', 'more,').replace('Subnet', 'More').replace('type: select', 'type: multiselect')}`, { answers: byZone })
    const problem = { field: 'subnet', constraint: 'enum', message: 'Subnet must be one of: n1, n2', received: 's1', expected: ['n1', 'n2'] }
    expect(await submit(fixture, { zone: 'north', subnet: 's1' })).toMatchObject({ kind: 'refused', code: 'VALIDATION_ERROR', problems: [problem] })
    expect(await fixture.orchestrator.dryRun({ caller: ada, itemId: 'test-item', fields: { name: 'one', zone: 'north', subnet: 's1' } })).toMatchObject({ kind: 'refused', problems: [problem] })
    expect(await submit(fixture, { more: ['n1', 'x'] })).toMatchObject({ kind: 'refused', problems: [{ field: 'more', constraint: 'enum' }] })
    expect(await submit(fixture, { zone: 'north', subnet: 'n2', more: ['n1', 'n2'] })).toMatchObject({ kind: 'accepted' })
  })
  test('a value that depends on one that is not given is refused', async () => {
    expect(await submit(serving(dependent, { answers: byZone }), { subnet: 'n1' })).toMatchObject({ kind: 'refused', problems: [{ field: 'subnet', constraint: 'depends', message: 'Subnet depends on zone, which must be given first' }] })
  })
  test('by group the problem points where the value stood', async () => {
    const fixture = serving(source('{ endpoint: "/subnets?zone=north" }'), { answers: byZone })
    expect(await fixture.orchestrator.submit({ caller: ada, itemId: 'test-item', input: { basics: { name: 'one', subnet: 'x' } } })).toMatchObject({ kind: 'refused', problems: [{ pointer: '/input/basics/subnet' }] })
  })
  test('a source that does not answer refuses nothing: the warning stands in the answer, in the history, and in a dry run', async () => {
    const fixture = serving(source('{ endpoint: /subnets }'))
    const warnings = [{ field: 'subnet', code: 'OPTIONS_NOT_CHECKED', message: 'Subnet was not checked: its options cannot be had (it does not answer)' }]
    const answer = await submit(fixture, { subnet: 'anything' })
    expect(answer).toMatchObject({ kind: 'accepted', warnings })
    if (answer.kind !== 'accepted') return
    const [entry] = await fixture.ports.requests.history(answer.request.request.id)
    expect(entry?.events[0]).toMatchObject({ type: 'request-accepted', warnings })
    expect(await fixture.orchestrator.dryRun({ caller: ada, itemId: 'test-item', fields: { name: 'one', subnet: 'anything' } })).toMatchObject({ kind: 'dry-run', warnings })
  })
  test('nothing to warn of leaves no trace', async () => {
    const answer = await submit(serving(dependent, { answers: byZone }), { zone: 'north', subnet: 'n1' })
    expect(answer).not.toHaveProperty('warnings')
  })
  test('a list that is cut, and one that is old, refuse nothing', async () => {
    const cut = serving(source('{ endpoint: /subnets, limit: 1 }'), { answers: () => ['a', 'b'] })
    expect(await submit(cut, { subnet: 'b' })).toMatchObject({ kind: 'accepted', warnings: [{ message: 'Subnet was not checked: its source has more options than are read' }] })
    expect(await submit(cut, { subnet: 'a' })).not.toHaveProperty('warnings')
    let up = true
    const clock = virtualClock()
    const old = serving(source('{ endpoint: /subnets, cache_ttl: 10 }'), { clock, answers: () => up ? ['a'] : undefined })
    await ask(old)
    up = false
    await clock.advance(10_000)
    expect(await submit(old, { subnet: 'b' })).toMatchObject({ kind: 'accepted', warnings: [{ message: expect.stringContaining('it was not among the last options') as string }] })
  })
  test('what was made a moment ago is asked for before it is refused', async () => {
    const list = ['a']
    const clock = virtualClock()
    const fixture = serving(source('{ endpoint: /subnets, cache_ttl: 3600 }'), { clock, answers: () => list })
    await ask(fixture)
    list.push('new')
    await clock.advance(5_000)
    expect(await submit(fixture, { subnet: 'new' })).toMatchObject({ kind: 'accepted' })
  })
  test('other texts may be given where the field says so', async () => {
    const fixture = serving(source('{ endpoint: /subnets }', ', validation: { allow_custom: true }'), { answers: () => ['a'] })
    expect(await submit(fixture, { subnet: 'my own' })).toMatchObject({ kind: 'accepted' })
  })
  test('edited input is checked again where it has changed', async () => {
    let list: Json | undefined = ['a', 'b']
    const fixture = serving(source('{ endpoint: /subnets, cache_ttl: 0 }'), { answers: () => list })
    await fixture.orchestrator.start()
    const { request } = await carriedOut(fixture, { name: 'fails', subnet: 'a' })
    expect(request.status.state).toBe('failed')
    const retry = (fields: JsonObject) => fixture.orchestrator.retry({ caller: ada, requestId: request.id, reason: '', resolved: [], redo: [], fields })
    list = ['b']
    expect(await retry({ name: 'fails', subnet: 'c' })).toMatchObject({ kind: 'refused', refusal: { problems: [{ field: 'subnet', constraint: 'enum' }] } })
    list = undefined
    expect(await retry({ name: 'works', subnet: 'b' })).toMatchObject({ kind: 'done' })
    const events = (await fixture.ports.requests.history(request.id)).flatMap((entry) => entry.events)
    expect(events.find(({ type }) => type === 'retry-requested')).toMatchObject({ warnings: [{ field: 'subnet' }] })
    await fixture.orchestrator.stop()
  })
  test('a key that was accepted once stays answered when its option is gone', async () => {
    let list = ['a']
    const fixture = serving(source('{ endpoint: /subnets, cache_ttl: 0 }'), { answers: () => list })
    const command = { caller: ada, itemId: 'test-item', fields: { name: 'one', subnet: 'a' }, idempotency: { route: 'r', key: 'k', body: 'b' } }
    expect(await fixture.orchestrator.submit(command)).toMatchObject({ kind: 'accepted' })
    list = []
    expect(await fixture.orchestrator.submit(command)).toMatchObject({ kind: 'replayed' })
  })
  test('a secret of a header is in no answer and no line of the log', async () => {
    const lines: unknown[] = []
    const fixture = serving(source('{ endpoint: /subnets, headers: { X-Key: "{{secrets.KEY}}" } }'), { lines, answers: ({ headers }) => ({ message: `no list for ${headers['X-Key'] ?? ''}` }) })
    const seen = JSON.stringify([await ask(fixture), await submit(fixture, { subnet: 'x' }), lines])
    expect(lines.length).toBeGreaterThan(0)
    expect(seen).not.toContain('very-secret-key')
  })
})

describe('references', () => {
  const reference = (config: string): string => `          - { id: subnet, name: Subnet, type: select, datasource: { type: reference, config: ${config} } }`
  test('list items, metadata, environments and teams that the caller may see', async () => {
    const of = async (config: string): Promise<unknown> => {
      const fixture = engineOf(documentOf(step, reference(config)).replace('  owner:', '  sizes: [{ name: small }, { name: large }]\n  visibility: { environments: [prod, dev] }\n  owner:'), [failing])
      const answer = await ask(fixture)
      return answer.kind === 'options' ? answer.options.map(({ value, label }) => `${String(value)}=${label}`) : answer
    }
    expect(await of('{ list: items, category: compute }')).toEqual(['test-item=Test Item'])
    expect(await of('{ list: items, category: databases }')).toEqual([])
    expect(await of('{ path: sizes }')).toEqual(['small=small', 'large=large'])
    expect(await of('{ list: environments }')).toEqual(['dev=dev', 'prod=prod'])
    expect(await of('{ list: teams }')).toEqual(['checkout=checkout'])
  })
  test('list what the teams of the caller have, without passwords, and never what others have', async () => {
    const fixture = serving(`          - { id: token, name: Token, type: string }\n${reference('{ catalog_item: test-item, value_field: output.one.host, label_field: fields.name }')}`)
    await fixture.orchestrator.start()
    await carriedOut(fixture, { name: 'orders' })
    const eve: Person = { id: 'eve', teams: ['others'], roles: [] }
    expect(await ask(fixture)).toMatchObject({ state: 'current', options: [{ value: 'orders.example', label: 'orders' }] })
    expect(await ask(fixture, {}, 'subnet', eve)).toMatchObject({ state: 'current', options: [] })
    expect(await submit(fixture, { subnet: 'orders.example' })).toMatchObject({ kind: 'accepted' })
    expect(await submit(fixture, { subnet: 'orders.example' }, eve)).toMatchObject({ kind: 'refused', problems: [{ message: 'Subnet cannot be chosen: there is nothing to choose from' }] })
    await fixture.orchestrator.stop()
    expect(await fixture.ports.requests.list({ viewer: root, scope: 'visible', limit: 10 })).toMatchObject({ hasMore: false })
  })
  test('an item that there is not is not available, and warns', async () => {
    const fixture = serving(reference('{ catalog_item: nothing-here, path: sizes }'))
    expect(await ask(fixture)).toMatchObject({ state: 'unavailable', reason: 'there is no catalog item nothing-here' })
    expect(await submit(fixture, { subnet: 'x' })).toMatchObject({ kind: 'accepted', warnings: [{ field: 'subnet' }] })
  })
})
