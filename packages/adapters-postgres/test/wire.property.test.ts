import fc from 'fast-check'
import type { Pool } from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hex, int4, int8, moment, text, texts, uuid } from '../src/wire/checked.js'
import type { Columns, Row } from '../src/wire/columns.js'
import { relationOf, withParameters } from '../src/wire/columns.js'
import type { PostgresFixture } from './postgres-fixture.js'
import { createPostgresFixture } from './postgres-fixture.js'

let fixture: PostgresFixture
let pool: Pool
beforeAll(async () => {
  fixture = await createPostgresFixture()
  pool = fixture.pool
})
afterAll(() => fixture.close())

const columns = [['u', 'uuid'], ['i', 'int4'], ['l', 'int8'], ['b', 'bool'], ['t', 'text'], ['j', 'json'], ['h', 'bytea'], ['m', 'timestamptz']] as const satisfies Columns

const storableText = fc.string({ unit: 'binary', maxLength: 40 }).map((value) => value.replaceAll('\u0000', '')).filter((value) => value.isWellFormed())

const orNull = <T>(values: fc.Arbitrary<T>) => fc.option(values, { nil: undefined })

const rows = fc.array(fc.tuple(
  orNull(fc.uuid()), orNull(fc.integer()), orNull(fc.maxSafeInteger()), orNull(fc.boolean()), orNull(storableText), orNull(fc.jsonValue().map((value) => JSON.stringify(value))),
  orNull(fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes).toString('hex'))),
  orNull(fc.oneof(fc.integer({ min: -62_135_596_800_000, max: 253_402_300_799_999 }), fc.constantFrom(0, -1, 946_684_800_000, 9_946_684_800_000, 9_946_684_799_999))),
), { maxLength: 30 })

const readBack = async (sent: readonly Row[]): Promise<readonly Row[]> => {
  const select = `select u::text, i, l::text, b, t, j::text, encode(h, 'hex') as h, (extract(epoch from m) * 1000)::bigint::text as m from ${relationOf(columns, 1, 'x')}`
  const { rows: read } = await withParameters([{ columns, rows: sent }], (parameters) => pool.query<{ [name: string]: string | number | boolean | null }>(select, [...parameters]))
  return read.map(({ u, i, l, b, t, j, h, m }) => [u, i, l === null ? l : Number(l), b, t, j, h, m === null ? m : Number(m)].map((value) => value ?? undefined))
}

describe('rows in the binary format', () => {
  test('arrive as they were sent, in their order', async () => {
    await fc.assert(fc.asyncProperty(rows, async (sent) => {
      expect(await readBack(sent)).toEqual(sent)
    }), { numRuns: 60 })
  })

  test('also when they are larger than what was expected', async () => {
    const large: Row = [undefined, 1, undefined, true, '\u20ac'.repeat(60_000), `"${'x'.repeat(90_000)}"`, 'ab'.repeat(40_000), 0]
    const sent = Array.from({ length: 12 }, () => large)
    expect(await readBack(sent)).toEqual(sent)
  })

  test('of two statements at once do not get into one another', async () => {
    const sets = Array.from({ length: 20 }, (_, set) => Array.from({ length: 5 }, (_unused, row): Row => [undefined, set, undefined, false, `${set} ${row}`, '1', '', row]))
    expect(await Promise.all(sets.map(readBack))).toEqual(sets)
  })

  test('lists of texts arrive as lists', async () => {
    await fc.assert(fc.asyncProperty(fc.array(storableText), async (list) => {
      expect((await pool.query<{ list: readonly string[] }>('select $1::text[] as list', [texts(list)])).rows[0]!.list).toEqual(list)
    }), { numRuns: 40 })
  })
})

test.each<[string, () => unknown]>([
  ['half of a surrogate pair', () => text('a\ud800')],
  ['half of a surrogate pair in a list', () => texts(['\udc00'])],
  ['a number that is too large for its column', () => int4(2 ** 31)],
  ['a fraction', () => int4(0.5)],
  ['no number', () => int8(NaN)],
  ['a number that is not exact', () => int8(2 ** 53)],
  ['no moment', () => moment(NaN)],
  ['a moment beyond all', () => moment(9e15)],
  ['no UUID', () => uuid('req-1')],
  ['half a byte', () => hex('abc')],
  ['what is no digit', () => hex('xy')],
])('%s is refused before it can spoil a batch', (_, value) => {
  expect(value).toThrow(RangeError)
})
