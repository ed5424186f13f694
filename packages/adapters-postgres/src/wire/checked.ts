/**
 * Values as the binary format can hold them. What it cannot is refused here, before it can spoil a batch: the message names the kind of value
 * and never the value.
 */
const refuse = (kind: string): never => {
  throw new RangeError(`a value is not ${kind}`)
}

export const int4 = (value: number): number => (value | 0) === value ? value : refuse('a whole number of 32 bits')

export const int8 = (value: number): number => Number.isSafeInteger(value) ? value : refuse('a whole number')

const LATEST_MS = 8_640_000_000_000_000

/** Milliseconds since 1970; fractions are dropped. */
export const moment = (at: number): number => Math.abs(at) <= LATEST_MS ? Math.trunc(at) : refuse('a moment')

export const uuid = (text: string): string => /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(text) ? text : refuse('a UUID')

export const hex = (text: string): string => text.length % 2 === 0 && /^[0-9a-f]*$/i.test(text) ? text : refuse('a text of hexadecimal digits')

/** NUL is refused by the database; half of a surrogate pair would become another text on the way. */
export const text = (value: string): string => value.isWellFormed() ? value : refuse('a text of whole characters')

export const optional = <From, To>(check: (value: From) => To) => (value: From | undefined): To | undefined => value === undefined ? undefined : check(value)

/** A list of texts as PostgreSQL writes one. */
export const texts = (values: readonly string[]): string => `{${values.map((value) => `"${text(value).replace(/["\\]/g, '\\$&')}"`).join(',')}}`
