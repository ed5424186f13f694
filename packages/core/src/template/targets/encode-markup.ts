import { textOf } from '../../expression/value.js'
import type { Encode } from '../encoder.js'
import { isBroken, refuse } from '../encoder.js'

const reference = (sign: string): string => `&#${sign.charCodeAt(0)};`
const names: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
const named = (sign: string): string => names[sign] ?? reference(sign)

const notInXml = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/u

const xml = (signs: RegExp): Encode => (value, run, range) => {
  const text = textOf(value)
  return notInXml.test(text) ? refuse(run, range, 'a value with control characters cannot stand in XML') : text.replace(signs, named)
}

/** Some parsers take U+0085 and U+2028 for line breaks, as XML 1.1 does. A `]` at the end of a value and `]>` behind it would end what is no section. */
export const xmlText: Encode = xml(/[&<>\r\u0085\u2028]|\](?=\]*$)/g)

/** White space of an attribute becomes spaces, unless it is written as references. */
export const xmlAttribute: Encode = xml(/[&<>"'\t\n\r\u0085\u2028]/g)

const notInHtml = /\u0000|\p{Surrogate}/u

const html = (text: string): string => text.replace(/[&<>"'\r]/g, named)

const htmlWith = (before: string): Encode => (value, run, range) => {
  const text = textOf(value)
  return notInHtml.test(text) ? refuse(run, range, 'a value with NUL or half of a surrogate pair cannot stand in HTML') : before + html(text)
}

export const htmlText: Encode = htmlWith('')

/** Right behind a tag whose first line break is dropped: that is this one. */
export const htmlFirst: Encode = htmlWith('\n')

export const htmlUrl: Encode = (value, run, range) => {
  const text = textOf(value)
  if (text === '') return ''
  const known = /^(?:https?:\/\/[^/\\]|mailto:|tel:|\/(?![/\\])|[?#])/i.test(text) && !/[\u0000-\u0020\\\u007f]/.test(text) && !isBroken(text)
  return known ? html(text) : refuse(run, range, 'the link is no http, https, mailto or tel address and no path of this site')
}
