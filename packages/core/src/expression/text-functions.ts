import type { FunctionDefinition, FunctionParameter } from './function-definition.js'
import { isList, textOf } from './value.js'

const text: FunctionParameter = { name: 'text', kind: 'string' }

const onText = (name: string, change: (text: string) => string): FunctionDefinition => ({
  name, aliases: [], parameters: [text], result: 'string',
  call: ([value], call) => {
    const source = textOf(value)
    return call.charge(source.length) ? change(source) : undefined
  },
})

const title = (source: string): string =>
  source.toLowerCase().replace(/(^|[^\p{L}\p{N}'’])(\p{L})/gu, (_, before: string, letter: string) => before + letter.toUpperCase())

/** Trims dashes without a pattern that looks at a run of them more than once. */
const slugify = (source: string): string =>
  source.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().split(/[^a-z0-9]+/).filter(Boolean).join('-')

const sanitize = (source: string): string => source.replace(/[^A-Za-z0-9._-]+/g, '_')

const replace: FunctionDefinition = {
  name: 'replace', aliases: [], result: 'string',
  parameters: [text, { name: 'old', kind: 'string' }, { name: 'new', kind: 'string' }],
  call: (args, call) => {
    const [source = '', old = '', replacement = ''] = args.map(textOf)
    if (!call.charge(source.length)) return undefined
    if (old === '') return source
    const parts = source.split(old)
    return call.charge(parts.length * replacement.length) ? parts.join(replacement) : undefined
  },
}

const concat: FunctionDefinition = {
  name: 'concat', aliases: [], result: 'string', parameters: [{ name: 'values', kind: 'any', rest: true }],
  call: (args, call) => {
    const parts = args.map(textOf)
    return call.charge(parts.reduce((sum, part) => sum + part.length, 0)) ? parts.join('') : undefined
  },
}

/** Go's verbs for texts, numbers and truth values: `%s`, `%d`, `%v`, `%t`, `%q` (in quotes) and `%%`. Any other stays as it is. */
const printf: FunctionDefinition = {
  name: 'printf', aliases: [], result: 'string',
  parameters: [{ name: 'format', kind: 'string', literal: true }, { name: 'values', kind: 'any', rest: true, optional: true }],
  call: ([format, ...values], call) => {
    const texts = values.map(textOf)
    const template = textOf(format)
    if (!call.charge(template.length + texts.reduce((sum, part) => sum + part.length, 0))) return undefined
    let next = 0
    return template.replace(/%([sdvtq%])/g, (_, verb: string) => {
      if (verb === '%') return '%'
      const text = texts[next++] ?? ''
      return verb === 'q' ? JSON.stringify(text) : text
    })
  },
}

const join: FunctionDefinition = {
  name: 'join', aliases: [], result: 'string',
  parameters: [{ name: 'list', kind: 'array' }, { name: 'separator', kind: 'string', optional: true }],
  call: ([list, separator], call) => {
    const between = separator === undefined ? ', ' : textOf(separator)
    const parts = isList(list) ? list.map(textOf) : [textOf(list)]
    return call.charge(parts.reduce((sum, part) => sum + part.length + between.length, 0)) ? parts.join(between) : undefined
  },
}

const length: FunctionDefinition = {
  name: 'length', aliases: ['len'], result: 'number', parameters: [{ name: 'value', kind: 'any' }],
  call: ([value], call) => {
    if (isList(value)) return value.length
    if (typeof value === 'object' && value !== null) return Object.keys(value).length
    const source = textOf(value)
    return call.charge(source.length) ? Array.from(source).length : undefined
  },
}

/**
 * Texts. `slugify` keeps `a-z0-9` and puts one `-` for each run of anything else; `sanitize` keeps letters, digits, `.`, `_`
 * and `-` and puts `_`; `replace` takes a text, never a pattern, and replaces every occurrence; `length` counts characters.
 */
export const textFunctions: readonly FunctionDefinition[] = [
  onText('upper', (source) => source.toUpperCase()),
  onText('lower', (source) => source.toLowerCase()),
  onText('title', title),
  onText('trim', (source) => source.trim()),
  onText('slugify', slugify),
  onText('sanitize', sanitize),
  replace, concat, printf, join, length,
]
