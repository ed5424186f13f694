/** Types of columns that are sent in PostgreSQL's binary format, with their numbers in `pg_type`, which are the same in every database. */
const typeNumbers = { bool: 16, bytea: 17, int8: 20, int4: 23, text: 25, json: 114, timestamptz: 1184, uuid: 2950 } as const

export type ColumnType = keyof typeof typeNumbers

/** Names and types, in the order in which rows hold their values. */
export type Columns = readonly (readonly [name: string, type: ColumnType])[]

/** `bytea` as hexadecimal digits, `timestamptz` in milliseconds since 1970, `json` as its text. Undefined and null: null. */
export type Value = string | number | boolean | null | undefined

export type Row = readonly Value[]

/** Bytes that grow as they are written. */
interface Sink { bytes: Buffer; at: number }

const reserve = (sink: Sink, length: number): void => {
  if (sink.bytes.length - sink.at >= length) return
  const grown = Buffer.allocUnsafeSlow(Math.max(2 * sink.bytes.length, sink.at + length))
  sink.bytes.copy(grown, 0, 0, sink.at)
  sink.bytes = grown
}

const setInt32 = (bytes: Buffer, at: number, value: number): void => {
  bytes[at] = value >>> 24
  bytes[at + 1] = value >>> 16
  bytes[at + 2] = value >>> 8
  bytes[at + 3] = value
}

/** The space for a value of so many bytes, behind its length. */
const place = (sink: Sink, length: number): number => {
  reserve(sink, length + 4)
  setInt32(sink.bytes, sink.at, length)
  const start = sink.at + 4
  sink.at = start + length
  return start
}

const TWO_POW_32 = 4_294_967_296

/** Exact for whole numbers up to 2^53; the value is split before it is scaled, so that what is larger stays exact too. */
const putInt64 = (sink: Sink, value: number | bigint): void => {
  const start = place(sink, 8)
  if (typeof value === 'bigint' || !Number.isSafeInteger(value)) {
    sink.bytes.writeBigInt64BE(BigInt(value), start)
    return
  }
  setInt32(sink.bytes, start, Math.floor(value / TWO_POW_32))
  setInt32(sink.bytes, start + 4, value >>> 0)
}

/** PostgreSQL counts microseconds from the year 2000. */
const EPOCH_MS = 946_684_800_000
/** Up to here microseconds are exact as numbers: years 1715 to 2285. */
const EXACT_MS = 9_000_000_000_000

const putMoment = (sink: Sink, at: number): void => {
  const since = at - EPOCH_MS
  putInt64(sink, Math.abs(since) < EXACT_MS ? since * 1000 : BigInt(since) * 1000n)
}

const digitOf = (code: number): number => code <= 57 ? code - 48 : (code | 32) - 87

/** Digits are known to be hexadecimal; hyphens between them are left out. */
const putHex = (sink: Sink, text: string, length: number): void => {
  let at = place(sink, length)
  const { bytes } = sink
  for (let index = 0; index < text.length; index += 2) {
    if (text.charCodeAt(index) === 45) index += 1
    bytes[at] = digitOf(text.charCodeAt(index)) << 4 | digitOf(text.charCodeAt(index + 1))
    at += 1
  }
}

/** Most bytes of a UTF-16 code unit in UTF-8. */
const WIDEST = 3

const putText = (sink: Sink, text: string): void => {
  if (sink.bytes.length - sink.at - 4 < WIDEST * text.length) reserve(sink, 4 + Buffer.byteLength(text))
  const start = sink.at + 4
  const length = sink.bytes.write(text, start)
  setInt32(sink.bytes, sink.at, length)
  sink.at = start + length
}

const putValue = (sink: Sink, type: ColumnType, value: NonNullable<Value>): void => {
  switch (type) {
    case 'uuid': return putHex(sink, value as string, 16)
    case 'bytea': return putHex(sink, value as string, (value as string).length / 2)
    case 'text': case 'json': return putText(sink, value as string)
    case 'timestamptz': return putMoment(sink, value as number)
    case 'int8': return putInt64(sink, value as number)
    case 'int4': {
      const start = place(sink, 4)
      return setInt32(sink.bytes, start, value as number)
    }
    case 'bool': {
      const start = place(sink, 1)
      sink.bytes[start] = value === true ? 1 : 0
    }
  }
}

const NULL = -1
const HEADER_BYTES = 20

/** One column of the rows as an array of PostgreSQL: dimensions, whether there are nulls, type, length, lower bound, values. */
const putColumn = (sink: Sink, type: ColumnType, column: number, rows: readonly Row[]): Buffer => {
  reserve(sink, HEADER_BYTES)
  const start = sink.at
  for (const [index, field] of [1, 1, typeNumbers[type], rows.length, 1].entries()) setInt32(sink.bytes, start + 4 * index, field)
  sink.at = start + HEADER_BYTES
  for (const row of rows) {
    const value = row[column]
    if (value === null || value === undefined) {
      reserve(sink, 4)
      setInt32(sink.bytes, sink.at, NULL)
      sink.at += 4
    } else putValue(sink, type, value)
  }
  return sink.bytes.subarray(start, sink.at)
}

/** Rows that go into one statement, with the columns that they have. */
export interface RowSet { readonly columns: Columns; readonly rows: readonly Row[] }

/** Buffers that no statement holds now: large ones that are made anew each time cost more than what is written into them. */
const spare: Buffer[] = []
const MOST_SPARE = 8
const FIRST_BYTES = 64 * 1024
const LARGEST_SPARE_BYTES = 1024 * 1024

/**
 * Gives `work` the parameters of a statement: one array for each column of each set. In the binary format, which `pg` chooses for buffers, nothing
 * is quoted here nor unquoted there, and no names are repeated. They are valid until the work has ended.
 */
export const withParameters = async <Answer>(sets: readonly RowSet[], work: (parameters: readonly Buffer[]) => Promise<Answer>): Promise<Answer> => {
  const sink: Sink = { bytes: spare.pop() ?? Buffer.allocUnsafeSlow(FIRST_BYTES), at: 0 }
  try {
    return await work(sets.flatMap(({ columns, rows }) => columns.map(([, type], column) => putColumn(sink, type, column, rows))))
  } finally {
    if (spare.length < MOST_SPARE && sink.bytes.length <= LARGEST_SPARE_BYTES) spare.push(sink.bytes)
  }
}

/** A relation of a set of rows, whose parameters begin with number `first`. */
export const relationOf = (columns: Columns, first: number, name: string, withPlace = false): string =>
  `unnest(${columns.map(([, type], index) => `$${first + index}::${type}[]`).join(', ')})${withPlace ? ' with ordinality' : ''} as ${name}(${columns.map(([column]) => column).join(', ')}${withPlace ? ', place' : ''})`
