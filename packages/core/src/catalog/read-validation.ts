import type { FieldType } from '../form/field-type.js'
import type { FieldValidation } from '../form/form.js'
import { compilePattern } from '../form/pattern.js'
import type { Json } from '../json.js'
import type { Findings } from './conform.js'
import type { DocumentPath } from './issue.js'
import { type ObjectNode, type SourceNode, child, flagOf, keyOffset, numberOf, textOf, textsOf, valueOf } from './source-node.js'

const lengths = ['min_length', 'max_length', 'min', 'max'] as const
const range = ['min', 'max'] as const

/** The validations that each type takes (catalog-format 1.3.3); `custom`, `messages` and `message` go with all. */
const keysByType: Readonly<Record<FieldType, readonly string[]>> = {
  string: ['pattern', 'format', 'enum', ...lengths],
  textarea: ['pattern', ...lengths],
  password: ['pattern', 'strength', ...lengths],
  secret: ['pattern', 'strength', ...lengths],
  email: ['pattern', ...lengths],
  url: ['pattern', ...lengths],
  yaml: lengths,
  json: [],
  number: ['step', 'precision', ...range],
  integer: ['step', ...range],
  percentage: ['step', 'precision', ...range],
  boolean: [],
  select: ['enum', 'allow_custom', 'pattern', 'min_length', 'max_length'],
  multiselect: ['enum', 'allow_custom', 'min_selections', 'max_selections', ...range],
  date: range,
  datetime: [...range, 'timezone'],
  time: range,
  file: ['max_size', 'accept'],
}

const always: ReadonlySet<string> = new Set(['custom', 'messages', 'message'])

const bytes = /^(\d+(?:\.\d+)?)\s*(b|kb|kib|mb|mib|gb|gib)?$/i
const factors: Readonly<Record<string, number>> = { b: 1, kb: 1e3, kib: 1024, mb: 1e6, mib: 1024 ** 2, gb: 1e9, gib: 1024 ** 3 }

/** Bytes of `5MB`, `512 KiB` or a bare number. */
const byteSize = (value: Json): number | undefined => {
  if (typeof value === 'number') return value
  const found = typeof value === 'string' ? bytes.exec(value.trim()) : null
  return found === null ? undefined : Math.floor(Number(found[1]) * (factors[(found[2] ?? 'b').toLowerCase()] ?? 1))
}

const momentForms: Partial<Record<FieldType, RegExp>> = {
  date: /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/,
  datetime: /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/,
  time: /^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?$/,
}

const numeric: ReadonlySet<FieldType> = new Set(['number', 'integer', 'percentage'])

type Bounds = Pick<FieldValidation, 'min' | 'max' | 'minLength' | 'maxLength' | 'minSelections' | 'maxSelections'>

interface Reading {
  readonly findings: Findings
  readonly type: FieldType
  readonly node: ObjectNode
  readonly path: DocumentPath
}

/** `min` and `max` are numbers, dates or, for texts and lists, lengths. */
const bound = ({ findings, type, node, path }: Reading, name: 'min' | 'max'): Json | undefined => {
  const given = child(node, name)
  if (given === undefined) return undefined
  const value = valueOf(given)
  const form = momentForms[type]
  const fits = form === undefined ? typeof value === 'number' : typeof value === 'string' && form.test(value)
  if (fits) return value
  findings.add('bound-type', 'error', [...path, name], given.start, form === undefined ? `${name} must be a number` : `${name} must be a ${type} in quotes`)
  return undefined
}

const boundsOf = (reading: Reading): Bounds => {
  const { node, type } = reading
  const [min, max] = [bound(reading, 'min'), bound(reading, 'max')]
  const read = (name: string, otherwise: Json | undefined): number | undefined => numberOf(child(node, name)) ?? (typeof otherwise === 'number' ? otherwise : undefined)
  const some = (values: { readonly [name: string]: Json | undefined }): Bounds => Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined))
  if (numeric.has(type) || momentForms[type] !== undefined) return some({ min, max })
  if (type === 'multiselect') return some({ minSelections: read('min_selections', min), maxSelections: read('max_selections', max) })
  return some({ minLength: read('min_length', min), maxLength: read('max_length', max) })
}

const checkBounds = ({ findings, node, path }: Reading, bounds: Bounds): void => {
  const pairs: readonly (readonly [Json | undefined, Json | undefined])[] = [[bounds.min, bounds.max], [bounds.minLength, bounds.maxLength], [bounds.minSelections, bounds.maxSelections]]
  for (const [low, high] of pairs) {
    if (low === undefined || high === undefined || low === null || high === null || low <= high) continue
    findings.add('bounds', 'error', path, node.start, `the lower bound ${String(low)} is above the upper one, ${String(high)}`)
  }
}

const patternOf = ({ findings, node, path }: Reading): string | undefined => {
  const given = child(node, 'pattern')
  const pattern = textOf(given)
  if (given === undefined || pattern === undefined) return undefined
  const compiled = compilePattern(pattern)
  if (compiled.ok) return pattern
  findings.add('pattern-refused', 'error', [...path, 'pattern'], given.start, `the pattern cannot be used: ${compiled.reason}`)
  return undefined
}

const sizeOf = ({ findings, node, path }: Reading): number | undefined => {
  const given = child(node, 'max_size')
  if (given === undefined) return undefined
  const size = byteSize(valueOf(given))
  if (size === undefined) findings.add('bound-type', 'error', [...path, 'max_size'], given.start, 'max_size must be bytes, or a text such as 5MB')
  return size
}

const stepOf = ({ findings, node, path }: Reading): number | undefined => {
  const step = numberOf(child(node, 'step'))
  if (step === undefined || step > 0) return step
  findings.add('out-of-range', 'error', [...path, 'step'], keyOffset(node, 'step'), 'step must be above 0')
  return undefined
}

const refuseForeign = ({ findings, type, node, path }: Reading): void => {
  const known = keysByType[type]
  for (const [name, { keyStart }] of node.entries) {
    if (!known.includes(name) && !always.has(name)) findings.add('validation-not-for-type', 'strict', [...path, name], keyStart, `${name} is no validation of a ${type} field; it is not checked`)
  }
}

const messagesOf = (node: SourceNode | undefined): Readonly<Record<string, string>> | undefined =>
  node?.kind === 'object' ? Object.fromEntries([...node.entries].flatMap(([name, entry]) => [[name, textOf(entry.node) ?? ''] as const])) : undefined

/** The validation of a field in canonical form. Rules that its type does not take are told and left out. */
export const readValidation = (findings: Findings, type: FieldType, node: ObjectNode | undefined, path: DocumentPath): FieldValidation => {
  if (node === undefined) return {}
  const takes = (name: string): boolean => keysByType[type].includes(name)
  const reading: Reading = { findings, type, path, node }
  refuseForeign(reading)
  const own: Reading = { ...reading, node: { ...node, entries: new Map([...node.entries].filter(([name]) => takes(name) || always.has(name))) } }
  const bounds = boundsOf(own)
  checkBounds(own, bounds)
  const custom = child(node, 'custom')
  if (custom !== undefined) findings.add('unknown-validator', 'strict', [...path, 'custom'], custom.start, `there is no validator ${String(textOf(custom))}; it is not run`)
  const given = {
    ...bounds,
    pattern: patternOf(own), format: textOf(child(own.node, 'format')), step: stepOf(own), precision: numberOf(child(own.node, 'precision')),
    allowCustom: flagOf(child(own.node, 'allow_custom')), maxSize: sizeOf(own), strength: textOf(child(own.node, 'strength')),
    accept: child(own.node, 'accept') === undefined ? undefined : textsOf(child(own.node, 'accept')),
    messages: messagesOf(child(node, 'messages')), message: textOf(child(node, 'message')),
  }
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as FieldValidation
}
