import { equals } from '../expression/comparison.js'
import { isForbiddenName } from '../expression/member.js'
import { nearestName } from '../expression/nearest-name.js'
import type { ListShape, Member, NumberShape, ObjectShape, RuleSeverity, Shape, TextShape } from './document-shape.js'
import { durationSeconds } from './duration.js'
import type { DocumentPath, Finding, Profile } from './issue.js'
import { type ListNode, type ObjectNode, type SourceEntry, type SourceNode, valueOf } from './source-node.js'

/** Collects what is found while a document is read. */
export interface Findings {
  readonly profile: Profile
  /** True where keys are written in camel case: a key that differs in that alone is no older spelling. */
  readonly camelCase: boolean
  readonly all: readonly Finding[]
  add(code: Finding['code'], severity: RuleSeverity, path: DocumentPath, offset: number, message: string, more?: { readonly suggestion?: string | undefined; readonly blocks?: boolean }): void
}

export const createFindings = (profile: Profile, camelCase = false): Findings => {
  const all: Finding[] = []
  return {
    profile, camelCase, all,
    add(code, severity, path, offset, message, { suggestion, blocks } = {}) {
      const level = severity === 'error' || (severity === 'strict' && profile === 'strict') ? 'error' : 'warning'
      all.push({ code, severity: level, path, offset, message, ...(suggestion === undefined ? {} : { suggestion }), ...(blocks === true ? { blocks } : {}) })
    },
  }
}

const kindNames: Readonly<Record<string, string>> = { string: 'a text', number: 'a number', boolean: 'true or false' }

/** The last name of a path as people say it: `id`, `actions[0]`. */
const label = (path: DocumentPath, otherwise = 'the document'): string => {
  const last = path.at(-1)
  return typeof last === 'number' ? `${String(path.at(-2) ?? '')}[${last}]` : last ?? otherwise
}

const describe = (node: SourceNode): string => {
  if (node.kind !== 'scalar') return node.kind === 'list' ? 'a list' : 'an object'
  return node.value === null ? 'nothing' : kindNames[typeof node.value] ?? 'a value'
}

const wrongType = (findings: Findings, node: SourceNode, path: DocumentPath, wanted: string): undefined => {
  findings.add('wrong-type', 'error', path, node.start, `${label(path)} must be ${wanted}, not ${describe(node)}`)
  return undefined
}

/** A text of another YAML type, as it was meant. */
const asText = (findings: Findings, node: SourceNode, path: DocumentPath, shape: TextShape): SourceNode | undefined => {
  if (node.kind !== 'scalar' || node.value === null) return wrongType(findings, node, path, 'a text')
  if (typeof node.value === 'string') return node
  const quoted = JSON.stringify(String(node.value))
  if (shape.exact === true) return wrongType(findings, node, path, `a text: write ${quoted}`)
  findings.add('wrong-type', 'strict', path, node.start, `${label(path)} must be a text: write ${quoted}`, { suggestion: quoted })
  return { ...node, value: String(node.value) }
}

const conformText = (findings: Findings, node: SourceNode, path: DocumentPath, shape: TextShape): SourceNode | undefined => {
  const read = asText(findings, node, path, shape)
  if (read?.kind !== 'scalar' || typeof read.value !== 'string') return undefined
  const name = label(path)
  const older = shape.olderValues !== undefined && Object.hasOwn(shape.olderValues, read.value) ? shape.olderValues[read.value] : undefined
  if (older !== undefined) findings.add('older-value', 'warning', path, node.start, `${name}: ${read.value} is the older spelling of ${older}`, { suggestion: older })
  const value = older ?? read.value
  if (shape.values !== undefined && !shape.values.includes(value)) {
    const near = nearestName(value, shape.values)
    findings.add('wrong-value', shape.valuesSeverity ?? 'error', path, node.start, `${name} must be one of ${shape.values.join(', ')}${near === undefined ? '' : `: did you mean ${near}?`}`, { suggestion: near })
    if (shape.valuesSeverity === undefined) return undefined
  }
  if (shape.pattern !== undefined && !new RegExp(shape.pattern.expression, 'u').test(value)) {
    findings.add('wrong-format', shape.pattern.severity, path, node.start, `${name} must be ${shape.pattern.about}`)
  }
  const { min = 0, max = Number.POSITIVE_INFINITY, severity = 'error' } = shape.length ?? {}
  if (value.length < min || value.length > max) findings.add('text-length', severity, path, node.start, `${name} has ${value.length} characters; it must have ${min} to ${max}`)
  if (shape.identifier === true && isForbiddenName(value)) findings.add('forbidden-name', 'error', path, node.start, `${value} is not allowed as ${name}`)
  if (shape.literal === true && value.includes('{{')) findings.add('literal-template', 'warning', path, node.start, `${name} holds a template, which is not expanded here`)
  return { ...read, value }
}

const conformNumber = (findings: Findings, node: SourceNode, path: DocumentPath, shape: NumberShape): SourceNode | undefined => {
  if (node.kind !== 'scalar' || typeof node.value !== 'number') return wrongType(findings, node, path, shape.integer === true ? 'a whole number' : 'a number')
  const { value } = node
  if (shape.integer === true && !Number.isInteger(value)) return wrongType(findings, node, path, 'a whole number')
  const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = shape
  if (value >= min && value <= max) return node
  findings.add('out-of-range', 'error', path, node.start, `${label(path)} must be ${shape.max === undefined ? `at least ${min}` : `${shape.min ?? 'any number'} to ${max}`}`)
  return undefined
}

const conformList = (findings: Findings, node: SourceNode, path: DocumentPath, shape: ListShape): ListNode | undefined => {
  if (node.kind !== 'list' && shape.single === true && node.kind === 'object') {
    const item = conform(findings, node, path, shape.of)
    return { kind: 'list', items: item === undefined ? [] : [item], start: node.start, end: node.end }
  }
  if (node.kind !== 'list') return wrongType(findings, node, path, 'a list')
  if (node.items.length < (shape.min ?? 0)) findings.add('out-of-range', 'error', path, node.start, `${label(path)} needs at least ${shape.min} entry`)
  const items = node.items.map((item, index) => conform(findings, item, [...path, index], shape.of))
  return { ...node, items: items.filter((item) => item !== undefined) }
}

/** A name apart from case, `-` and `_`. */
export const plainName = (name: string): string => name.toLowerCase().replace(/[-_]/g, '')

interface Names {
  readonly exact: ReadonlyMap<string, string>
  readonly plain: ReadonlyMap<string, string>
}

const namesOfShape = new WeakMap<ObjectShape, Names>()

/** Canonical names by every accepted spelling, worked out once for a shape. */
const namesOf = (shape: ObjectShape): Names => {
  const known = namesOfShape.get(shape)
  if (known !== undefined) return known
  const exact = new Map<string, string>()
  for (const [name, member] of Object.entries(shape.members)) for (const spelling of [name, ...(member.older ?? [])]) exact.set(spelling, name)
  const names = { exact, plain: new Map(shape.constants === true ? [] : [...exact].map(([spelling, name]) => [plainName(spelling), name])) }
  namesOfShape.set(shape, names)
  return names
}

const isDeciding = (shape: ObjectShape, name: string | undefined): boolean => name !== undefined && Object.hasOwn(shape.members, name) && shape.members[name]?.decides === true

/** Keys that earlier dialects have where this format has none: they are moved before a document is read, unless they are misspelt. */
const olderKeysAt = ({ camelCase }: Findings, path: DocumentPath): readonly string[] => {
  if (path.length === 1) return ['schemaVersion', 'input', 'header']
  return camelCase && path.at(-2) === 'form' ? ['name', 'type', 'required', 'validation', 'description'] : []
}

const unknownKey = (findings: Findings, shape: ObjectShape, name: string, path: DocumentPath, entry: SourceEntry): void => {
  const near = nearestName(name, Object.keys(shape.members)) ?? (shape.constants === true ? undefined : nearestName(name, [...namesOf(shape).exact.keys(), ...olderKeysAt(findings, path)]))
  if (shape.constants === true && near === undefined) return
  const blocks = shape.decides === true || isDeciding(shape, near)
  const code = shape.constants === true ? 'near-miss' : 'unknown-key'
  const hint = near === undefined ? '' : `: did you mean ${near}?`
  findings.add(code, shape.constants === true ? 'warning' : 'strict', path, entry.keyStart, `${name} is no key of ${label(path.slice(0, -1))}${hint}`, { suggestion: near, blocks })
}

const tellUnbuilt = (findings: Findings, name: string, member: Member, path: DocumentPath, entry: SourceEntry): void => {
  const { unbuilt } = member
  if (unbuilt === undefined || (unbuilt.unless ?? []).some((value) => equals(value, valueOf(entry.node)))) return
  if (unbuilt.effect === 'blocks') findings.add('not-built', 'warning', path, entry.keyStart, `${name}: ${unbuilt.what}`, { blocks: true })
  else findings.add('informs-only', 'warning', path, entry.keyStart, `${name}: ${unbuilt.what}`)
}

const isEmpty = (node: SourceNode): boolean => node.kind === 'scalar' && node.value === null

/** The entry of a canonical name among those written, or `undefined`. Two spellings of one name must agree. */
const renamed = (findings: Findings, shape: ObjectShape, node: ObjectNode, path: DocumentPath): ReadonlyMap<string, SourceEntry> => {
  const names = namesOf(shape)
  const entries = new Map<string, SourceEntry>()
  for (const [written, entry] of node.entries) {
    const name = names.exact.get(written) ?? names.plain.get(plainName(written))
    if (name === undefined) {
      unknownKey(findings, shape, written, [...path, written], entry)
      if (shape.constants === true) entries.set(written, entry)
      continue
    }
    const before = entries.get(name)
    if (before !== undefined && !equals(valueOf(before.node), valueOf(entry.node))) findings.add('conflicting-keys', 'error', [...path, name], entry.keyStart, `${written} says something else than the other spelling of ${name}`)
    if (written !== name && !(findings.camelCase && plainName(written) === plainName(name))) findings.add('older-key', 'warning', [...path, name], entry.keyStart, `${written} is an older spelling of ${name}`, { suggestion: name })
    if (before === undefined) entries.set(name, entry)
  }
  return entries
}

const conformObject = (findings: Findings, node: SourceNode, path: DocumentPath, shape: ObjectShape): ObjectNode | undefined => {
  if (node.kind !== 'object') return wrongType(findings, node, path, 'an object')
  const written = renamed(findings, shape, node, path)
  const entries = new Map<string, SourceEntry>()
  for (const [name, entry] of written) {
    const at = [...path, name]
    const member = Object.hasOwn(shape.members, name) ? shape.members[name] : undefined
    if (isEmpty(entry.node) && member?.shape.kind !== 'any') {
      if (member?.required === undefined) findings.add('empty-key', 'warning', at, entry.keyStart, `${name} has no value; it counts as absent`)
      continue
    }
    if (member !== undefined) tellUnbuilt(findings, name, member, at, entry)
    const conformed = conform(findings, entry.node, at, member?.shape ?? { kind: 'constant' })
    if (conformed !== undefined) entries.set(name, { keyStart: entry.keyStart, node: conformed })
  }
  for (const [name, member] of Object.entries(shape.members)) {
    const entry = written.get(name)
    if (member.required === undefined || (entry !== undefined && !isEmpty(entry.node))) continue
    findings.add(member.missingCode ?? 'missing', member.required, [...path, name], entry?.keyStart ?? node.start, `${label(path)} needs ${name}`)
  }
  return { ...node, entries }
}

const literalOnly = (findings: Findings, node: SourceNode, path: DocumentPath): SourceNode => {
  if (JSON.stringify(valueOf(node)).includes('{{')) findings.add('literal-template', 'warning', path, node.start, `${label(path)} holds a template, which is not expanded here`)
  return node
}

const fits = (node: SourceNode, shape: Shape): boolean => {
  switch (shape.kind) {
    case 'text': return node.kind === 'scalar' && typeof node.value === 'string'
    case 'number': return node.kind === 'scalar' && typeof node.value === 'number'
    case 'flag': return node.kind === 'scalar' && typeof node.value === 'boolean'
    case 'duration': return node.kind === 'scalar' && typeof node.value !== 'boolean'
    case 'list': return node.kind === 'list'
    default: return node.kind === 'object'
  }
}

const conformDuration = (findings: Findings, node: SourceNode, path: DocumentPath): SourceNode | undefined => {
  const value = node.kind === 'scalar' && (typeof node.value === 'string' || typeof node.value === 'number') ? durationSeconds(node.value) : undefined
  if (value !== undefined) return node
  findings.add('wrong-format', 'error', path, node.start, `${label(path)} must be a duration such as 30s, 45m, 4h, 4-6 hours or 3 days`)
  return undefined
}

/**
 * Compares a value with its shape and gives it back in canonical names. What does not fit is a finding and left out, so that what
 * comes back has the shape's types. Nothing is left out without a finding.
 */
export const conform = (findings: Findings, node: SourceNode, path: DocumentPath, shape: Shape): SourceNode | undefined => {
  switch (shape.kind) {
    case 'text': return conformText(findings, node, path, shape)
    case 'number': return conformNumber(findings, node, path, shape)
    case 'list': return conformList(findings, node, path, shape)
    case 'object': return conformObject(findings, node, path, shape)
    case 'flag': return fits(node, shape) ? node : wrongType(findings, node, path, 'true or false')
    case 'bag': return node.kind === 'object' ? node : wrongType(findings, node, path, 'an object')
    case 'duration': return conformDuration(findings, node, path)
    case 'constant': return literalOnly(findings, node, path)
    case 'any': return node
    case 'either': return conform(findings, node, path, shape.of.find((one) => fits(node, one)) ?? shape.of[0] ?? { kind: 'any' })
    case 'map': {
      if (node.kind !== 'object') return wrongType(findings, node, path, 'an object')
      const entries = [...node.entries].flatMap(([name, entry]) => {
        const conformed = conform(findings, entry.node, [...path, name], shape.of)
        return conformed === undefined ? [] : [[name, { keyStart: entry.keyStart, node: conformed }] as const]
      })
      return { ...node, entries: new Map(entries) }
    }
  }
}
