import { isList, textOf } from '../../expression/value.js'
import type { Json } from '../../json.js'
import type { Encode } from '../encoder.js'
import { refuse } from '../encoder.js'

/** Signs that JSON leaves as they are and YAML cannot hold, or reads as something else. */
const notPrintable = /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g

const quoted = (text: string): string => JSON.stringify(text).replace(notPrintable, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`)

/** No key on one line is longer, in characters. A colon behind 1,024 of them is no longer looked for. */
const LONGEST_KEY = 200
const LONGEST_SIMPLE_KEY = 1_000

const member = ([name, value]: readonly [string, Json]): string => {
  const key = quoted(name)
  return `${key.length > LONGEST_SIMPLE_KEY ? '? ' : ''}${key}: ${yamlText(value)}`
}

/** A value on one line: texts in double quotes, lists and objects in brackets. */
const yamlText = (value: Json): string => {
  if (typeof value === 'string') return quoted(value)
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  return isList(value) ? `[${value.map(yamlText).join(', ')}]` : `{${Object.entries(value).map(member).join(', ')}}`
}

export const yamlString: Encode = (value) => quoted(textOf(value)).slice(1, -1)

export const yamlValue: Encode = (value) => yamlText(value ?? null)

export const yamlKey: Encode = (value, run, range) => {
  const text = yamlString(value, run, range)
  return text.length > LONGEST_KEY ? refuse(run, range, `a value of more than ${LONGEST_KEY} characters cannot stand in a key of YAML`) : text
}

const notInBlock = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]|\p{Surrogate}/u

/** Lines of a literal text, each as deep as the text. */
export const yamlBlock = (indentation: number): Encode => (value, run, range) => {
  const text = textOf(value)
  if (notInBlock.test(text)) return refuse(run, range, 'a value with control characters cannot stand in a literal text of YAML: write double quotes')
  return text.replaceAll('\n', `\n${' '.repeat(indentation)}`)
}
