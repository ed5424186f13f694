import { isList, textOf } from '../../expression/value.js'
import type { Json } from '../../json.js'
import type { Encode } from '../encoder.js'
import { isBroken, refuse } from '../encoder.js'

const escape = (sign: string): string => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`

/** `$` and `%` where a `{` follows or what stands behind the value could be one, and a `{` that begins it. */
const interpolating = /[$%](?=\{|$)|^\{/g

const escaped = (text: string): string =>
  text.replace(/["\\]/g, '\\$&').replace(interpolating, escape).replaceAll('\n', '\\n').replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\ufeff]/g, escape)

const hclText = (value: Json): string => {
  if (typeof value === 'string') return `"${escaped(value)}"`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  return isList(value) ? `[${value.map(hclText).join(', ')}]` : `{${Object.entries(value).map(([name, one]) => `"${escaped(name)}" = ${hclText(one)}`).join(', ')}}`
}

const brokenText = 'a value with half of a surrogate pair cannot stand in HCL'

const whole = (encode: (value: Json) => string): Encode => (value, run, range) => {
  const text = encode(value ?? null)
  return isBroken(text) ? refuse(run, range, brokenText) : text
}

export const hclString: Encode = whole((value) => escaped(textOf(value)))

export const hclValue: Encode = whole(hclText)

/** A heredoc has no escapes: the value stands in it as an interpolated text. */
export const hclHeredoc: Encode = whole((value) => `\${"${escaped(textOf(value))}"}`)
