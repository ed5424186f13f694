import assert from 'node:assert/strict'
import type { Logger } from '@pao/core/ports'
import type { Contract, ContractCase } from './contract.js'

/** An entry as it was written. */
export interface LogEntry {
  readonly level: string
  readonly message: string
  /** The fields, as far as the log's format keeps them. */
  readonly fields: Readonly<Record<string, unknown>>
  /** The entry as it stands in the log. */
  readonly text: string
}

export interface LoggerFixture {
  /** Writes every level. */
  readonly logger: Logger
  /** What was written so far, oldest first: one for each entry that a reader of the log would see. */
  entries(): Promise<readonly LogEntry[]>
}

type LoggerCase = ContractCase<LoggerFixture>

const levels = ['debug', 'info', 'warn', 'error'] as const

const written: LoggerCase = {
  name: 'each call is an entry of its level, with message and fields, in the order of the calls',
  law: '1',
  run: async (create) => {
    const { logger, entries } = await create()
    for (const [index, level] of levels.entries()) logger[level]({ requestId: `r-${index}`, count: index, deep: { list: [1, 'two'] } }, `message ${index}`)
    const found = await entries()
    assert.deepEqual(found.map(({ level, message }) => `${level}: ${message}`), levels.map((level, index) => `${level}: message ${index}`))
    for (const [index, { fields }] of found.entries()) {
      assert.equal(fields['requestId'], `r-${index}`)
      assert.equal(String(fields['count']), String(index))
      assert.ok(JSON.stringify(fields['deep']).includes('two'))
    }
  },
}

const oneEntry: LoggerCase = {
  name: 'a call is one entry, whatever characters it holds',
  law: '1',
  run: async (create) => {
    const { logger, entries } = await create()
    const forged = 'a\n{"level":"error","msg":"forged"}\r\n\u2028\u001b[31m b'
    logger.warn({ note: forged, [forged]: 1 }, forged)
    logger.info({}, 'next')
    const found = await entries()
    assert.deepEqual(found.map(({ level }) => level), ['warn', 'info'])
    assert.ok(!/[\r\n]/.test(found[0]?.text.trimEnd() ?? ''), 'an entry is more than one line')
  },
}

const errors: LoggerCase = {
  name: 'an Error among the fields keeps its message',
  law: '2',
  run: async (create) => {
    const { logger, entries } = await create()
    logger.error({ error: new Error('the disk is full') }, 'failed')
    logger.error({ err: Object.assign(new TypeError('no such thing'), { code: 'ENOENT' }) }, 'failed')
    const [first, second] = await entries()
    assert.ok(first?.text.includes('the disk is full'), 'the message of `error` is lost')
    assert.ok(second?.text.includes('no such thing'), 'the message of `err` is lost')
  },
}

/** Values that a serializer trips over. */
const awkward = (): Readonly<Record<string, unknown>> => {
  const circle: Record<string, unknown> = {}
  circle['self'] = circle
  return {
    circle, big: 12n, nothing: undefined, none: null, symbol: Symbol('s'), function: () => 1, date: new Date(NaN), map: new Map([[1, 2]]),
    thrower: { get member(): never { throw new Error('a getter') } }, toJSON: { toJSON: () => { throw new Error('toJSON') } }, lone: '\ud800', bare: Object.create(null) as unknown,
  }
}

const neverThrows: LoggerCase = {
  name: 'a call never throws, and an entry is written, whatever the fields hold',
  law: '3',
  run: async (create) => {
    const { logger, entries } = await create()
    for (const [name, value] of Object.entries(awkward())) assert.doesNotThrow(() => { logger.info({ [name]: value }, name) }, `fields with ${name}`)
    assert.doesNotThrow(() => { logger.info({ get own(): never { throw new Error('a getter') } }, 'own getter') }, 'fields with a getter that throws')
    assert.equal((await entries()).length, Object.keys(awkward()).length + 1)
  },
}

const unchanged: LoggerCase = {
  name: 'a call changes none of its fields, frozen or not',
  law: '3',
  run: async (create) => {
    const { logger } = await create()
    const fields = { a: 1, list: [1, { b: 2 }], error: new Error('x') }
    const copy = { ...fields, list: structuredClone(fields.list) }
    logger.info(fields, 'unchanged')
    assert.deepEqual(fields, copy)
    assert.doesNotThrow(() => { logger.info(Object.freeze({ a: Object.freeze([1]) }), 'frozen') }, 'frozen fields')
  },
}

/** The laws of port Logger. */
export const loggerContract: Contract<LoggerFixture> = { port: 'Logger', cases: [written, oneEntry, errors, neverThrows, unchanged] }
