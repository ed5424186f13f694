import { type Findings, plainName } from '../conform.js'
import type { Dialect } from '../dialect.js'
import type { DocumentPath } from '../issue.js'
import { type ObjectNode, type SourceEntry, child, itemsOf, keyOffset } from '../source-node.js'
import { changedItems, changedObject, entryOf, flagNode, listNode, objectNode, textNode, withEntry, withMember, without } from './edit-source.js'
import { ROOT_GROUP } from './field-origins.js'

/** How the paths that begin with a canonical one are called in the file. */
export interface PathRule {
  readonly canonical: DocumentPath
  readonly written: DocumentPath
}

/** A document and what of its paths is called otherwise in the file; the first rule that fits counts. */
export interface Moved {
  readonly root: ObjectNode
  readonly rules: readonly PathRule[]
}

const groupsPath: DocumentPath = ['presentation', 'form', 'groups']

/** In catalog/v1 the form is itself the mandatory name field (catalog-format 2.1). Its group stands last, so that the others keep their index, and is shown first. */
const nameGroup = (form: ObjectNode): ObjectNode => {
  const member = (name: string) => child(form, name)
  const field = objectNode({
    id: textNode('name', form), name: member('name') ?? textNode('Name', form), type: member('type') ?? textNode('string', form), required: member('required') ?? flagNode(true, form),
    validation: member('validation'), description: member('description'), default: member('default'), enum: member('enum'), placeholder: member('placeholder'), tooltip: member('tooltip'),
  }, form)
  return objectNode({ id: textNode(ROOT_GROUP, form), name: textNode('Name', form), fields: listNode([field], form) }, form)
}

const nameKeys = ['fields', 'name', 'type', 'required', 'validation', 'description', 'default', 'enum', 'placeholder', 'tooltip']

/** `input` of catalog/v1, whose form is at least the name. One that is not there is told, and stands in as if it were. */
const inputOf = (findings: Findings, root: ObjectNode, dialect: Dialect): SourceEntry | undefined => {
  const input = entryOf(root, 'input')
  const form = child(input?.node, 'form')
  if (dialect !== 'cv1' || (input !== undefined && input.node.kind !== 'object')) return input
  const place = input?.node ?? { start: root.start, end: root.start }
  if (form === undefined) findings.add('missing', 'error', input === undefined ? ['presentation'] : ['presentation', 'form'], place.start, `the document needs ${input === undefined ? 'input' : 'input.form'}: the form, which is the field for the name, with groups of other fields`)
  for (const name of ['name', 'type']) if (form?.kind === 'object' && !form.entries.has(name)) findings.add('missing', 'error', ['presentation', 'form', name], form.start, `the form is the field for the name in catalog/v1: it needs ${name}`)
  return form === undefined ? { keyStart: input?.keyStart ?? root.start, node: objectNode({ form: objectNode({}, place) }, place) } : input
}

const fromInput = (findings: Findings, root: ObjectNode, dialect: Dialect): Moved | undefined => {
  if (root.entries.has('presentation')) return undefined
  const place: PathRule = { canonical: ['presentation'], written: ['input'] }
  const input = inputOf(findings, root, dialect)
  const form = child(input?.node, 'form')
  if (input?.node.kind !== 'object') return input === undefined ? undefined : { root: withEntry(without(root, 'input'), 'presentation', input), rules: [place] }
  if (dialect !== 'cv1' || form?.kind !== 'object') return { root: withEntry(without(root, 'input'), 'presentation', input), rules: [place] }
  if (form.entries.has('fields')) findings.add('unknown-key', 'error', ['presentation', 'form', 'fields'], keyOffset(form, 'fields'), 'fields stand in groups: write groups: [{ id: …, name: …, fields: … }]', { suggestion: 'groups' })
  const others = itemsOf(form, 'groups')
  const groups = listNode([...others, nameGroup(form)], form)
  const rest = withEntry(without(form, ...nameKeys), 'groups', { keyStart: keyOffset(form, 'groups'), node: groups })
  const presentation = withEntry(input.node, 'form', { keyStart: keyOffset(input.node, 'form'), node: rest })
  const nameAt = [...groupsPath, others.length]
  return {
    root: withEntry(without(root, 'input'), 'presentation', { ...input, node: presentation }),
    rules: [{ canonical: [...nameAt, 'fields', 0], written: ['input', 'form'] }, { canonical: nameAt, written: ['input', 'form'] }, place],
  }
}

const tellOlderPlace = (findings: Findings, dialect: Dialect, written: string, offset: number): void => {
  if (dialect === 'v2') findings.add('older-key', 'warning', groupsPath, offset, `presentation.${written} is an older place of presentation.form.groups`, { suggestion: 'presentation.form.groups' })
}

/** `presentation.groups`, and `presentation.fields` as one group, are where earlier documents have `presentation.form.groups`. */
const groupsInForm = (findings: Findings, root: ObjectNode, dialect: Dialect): Moved => {
  const presentation = child(root, 'presentation')
  const [groups, fields] = [entryOf(presentation, 'groups'), entryOf(presentation, 'fields')]
  const found = groups ?? fields
  const form = child(presentation, 'form')
  if (found === undefined || child(form, 'groups') !== undefined || (form !== undefined && form.kind !== 'object')) return { root, rules: [] }
  const name = groups === undefined ? 'fields' : 'groups'
  tellOlderPlace(findings, dialect, name, found.keyStart)
  const node = groups === undefined
    ? listNode([objectNode({ id: textNode('default', found.node), name: textNode('Details', found.node), fields: found.node }, found.node)], found.node) : found.node
  const inForm = withEntry(form ?? objectNode({}, { start: found.keyStart, end: found.node.end }), 'groups', { keyStart: found.keyStart, node })
  return {
    root: changedObject(root, 'presentation', (object) => withEntry(without(object, name), 'form', { keyStart: entryOf(object, 'form')?.keyStart ?? found.keyStart, node: inForm })),
    rules: [{ canonical: groups === undefined ? [...groupsPath, 0, 'fields'] : groupsPath, written: ['presentation', name] }],
  }
}

/** Validations that earlier documents write beside the type of a field. */
const besideType: ReadonlySet<string> = new Set(['pattern', 'regexp', 'regex', 'min', 'max', 'minlength', 'maxlength', 'minvalue', 'maxvalue', 'minselections', 'maxselections'])

const withValidation = (field: ObjectNode): ObjectNode => {
  const beside = [...field.entries].filter(([name]) => besideType.has(plainName(name)))
  const own = child(field, 'validation')
  if (beside.length === 0 || (own !== undefined && own.kind !== 'object')) return field
  const rest = without(field, ...beside.map(([name]) => name))
  const [[, first]] = beside as [[string, SourceEntry]]
  const validation = own ?? objectNode({}, { start: first.keyStart, end: first.node.end })
  return withMember(rest, 'validation', { ...validation, entries: new Map([...beside, ...validation.entries]) })
}

const withValidations = (root: ObjectNode): ObjectNode => changedObject(root, 'presentation', (presentation) => changedObject(presentation, 'form', (form) =>
  changedItems(form, 'groups', (group) => changedItems(group, 'fields', withValidation))))

/** The form of any dialect at `presentation.form.groups`. */
export const canonicalPresentation = (findings: Findings, root: ObjectNode, dialect: Dialect): Moved => {
  const moved = (dialect === 'v2' ? undefined : fromInput(findings, root, dialect)) ?? groupsInForm(findings, root, dialect)
  return dialect === 'v2' || dialect === 'cv1' ? moved : { ...moved, root: withValidations(moved.root) }
}
