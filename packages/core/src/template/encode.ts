import { textOf } from '../expression/value.js'
import { type Encode, isBroken, refuse } from './encoder.js'
import type { BlockPosition, Position } from './position.js'
import { hclHeredoc, hclString, hclValue } from './targets/encode-hcl.js'
import { htmlFirst, htmlText, htmlUrl, xmlAttribute, xmlText } from './targets/encode-markup.js'
import { yamlBlock, yamlKey, yamlString, yamlValue } from './targets/encode-yaml.js'
import { emptySegment, endOfBase } from './url-text.js'

const needsEscape = /["\\\u0000-\u001f\ud800-\udfff]/

const jsonText = (text: string): string => (needsEscape.test(text) ? JSON.stringify(text).slice(1, -1) : text)

const jsonString: Encode = (value) => (typeof value === 'string' ? jsonText(value) : typeof value === 'number' ? String(value) : jsonText(textOf(value)))

const jsonValue: Encode = (value) => {
  if (typeof value === 'string') return needsEscape.test(value) ? JSON.stringify(value) : `"${value}"`
  return typeof value === 'boolean' ? String(value) : JSON.stringify(value ?? null)
}

const percent: Encode = (value, run, range) => {
  const text = textOf(value)
  if (isBroken(text)) return refuse(run, range, 'a value with half of a surrogate pair cannot stand in a URL')
  return encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)
}

const urlBase: Encode = (value, run, range) => {
  const text = textOf(value)
  if (!/^https?:\/\/[^\s\\@/?#\u0000-\u001f]+([/?#][^\s\\\u0000-\u001f]*)?$/i.test(text) || !URL.canParse(text)) return refuse(run, range, 'the base of this URL is not an http or https URL')
  return text + endOfBase
}

const urlHost: Encode = (value, run, range) => {
  const text = textOf(value)
  return /^([A-Za-z0-9.-]+|\[[0-9a-fA-F:.]+\])?(:\d+)?$/.test(text) && text !== '' ? text : refuse(run, range, 'the host of this URL is not a host name')
}

const pathPart: Encode = (value, run, range) => {
  const text = textOf(value)
  return /[/\\]/.test(text) ? refuse(run, range, 'a value with a slash cannot stand in a path: it would name another folder') : text
}

const encoders: Readonly<Record<Exclude<Position, BlockPosition>, Encode>> = {
  text: textOf,
  header: textOf,
  path: pathPart,
  'json:string': jsonString,
  'json:key': jsonString,
  'json:value': jsonValue,
  'url:base': urlBase,
  'url:host': urlHost,
  'url:path': (value, run, range) => percent(value, run, range) || emptySegment,
  'url:query': percent,
  'yaml:string': yamlString,
  'yaml:key': yamlKey,
  'yaml:value': yamlValue,
  'hcl:string': hclString,
  'hcl:value': hclValue,
  'hcl:heredoc': hclHeredoc,
  'xml:text': xmlText,
  'xml:attribute': xmlAttribute,
  'form:key': percent,
  'form:value': percent,
  'html:text': htmlText,
  'html:first': htmlFirst,
  'html:attribute': htmlText,
  'html:url': htmlUrl,
  'html:url-part': percent,
}

const isBlock = (position: Position): position is BlockPosition => position.startsWith('yaml:block:')

export const encoderFor = (position: Position): Encode => (isBlock(position) ? yamlBlock(Number(position.slice('yaml:block:'.length))) : encoders[position])
