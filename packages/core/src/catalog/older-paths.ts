import { nearestName } from '../expression/nearest-name.js'
import type { ValueType } from '../expression/value-type.js'
import type { Form } from '../form/form.js'
import type { OutputDeclaration } from '../template/environment.js'
import type { Spell, Spelled } from '../template/spelling.js'
import type { Scope } from '../template/variables.js'
import { plainName } from './conform.js'
import { type FieldOrigins, ROOT_GROUP } from './dialects/field-origins.js'

/** What the paths of earlier formats are resolved against, at one step. */
export interface PathSurroundings {
  readonly itemId: string
  readonly form: Form
  readonly origins: FieldOrigins
  readonly metadata: ValueType
  /** Outputs by action id, in the order in which the actions run. */
  readonly output: ReadonlyMap<string, OutputDeclaration>
}

type Path = readonly string[]

const scoped = (scope: Scope, path: Path): Spelled => ({ scope, path })

/** The member of this name, else the only one that is called so apart from case, `-` and `_`. */
const memberOf = <Member>(members: ReadonlyMap<string, Member>, name: string): readonly [string, Member] | undefined => {
  const exact = members.get(name)
  if (exact !== undefined) return [name, exact]
  const alike = [...members].filter(([other]) => plainName(other) === plainName(name))
  return alike.length === 1 ? alike[0] : undefined
}

/** Fields by group, each by the id that the author of the document gave it. */
const groupsOf = ({ form, origins }: PathSurroundings): ReadonlyMap<string, ReadonlyMap<string, string>> =>
  new Map(form.groups.map(({ id, fields }) => [id, new Map(fields.map((field) => [origins.get(field.id)?.id ?? field.id, field.id]))]))

/** `.current.name`, `.current.<group>.<field>`, `.input.…`, `input/<group>/<field>`. */
const inForm = (surroundings: PathSurroundings, written: string, path: Path): Spelled => {
  const groups = groupsOf(surroundings)
  const [first = '', second, ...rest] = path
  const root = groups.get(ROOT_GROUP)?.get(first)
  if (root !== undefined && !groups.has(first)) return scoped('fields', [root, ...path.slice(1)])
  const group = memberOf(groups, first)?.[1]
  const ids = [...groups].flatMap(([groupId, fields]) => [...fields.keys()].map((id) => groupId === ROOT_GROUP ? id : `${groupId}.${id}`))
  const meant = nearestName(path.slice(0, 2).join('.'), ids) ?? ids.find((id) => id.endsWith(`.${first}`))
  const suggestion = meant === undefined ? {} : { suggestion: `.${written}.${meant}` }
  if (group === undefined) return { problem: `the form has no group "${first}"`, ...suggestion }
  if (second === undefined) return { problem: `"${first}" is a group of the form: name one of its fields`, ...(suggestion) }
  const field = memberOf(group, second)?.[1]
  return field === undefined ? { problem: `the group "${first}" has no field "${second}"`, ...suggestion } : scoped('fields', [field, ...rest])
}

/** `.User.<Group>_<Field>`. */
const userField = (surroundings: PathSurroundings, path: Path): Spelled => {
  const named = new Map([...groupsOf(surroundings)].flatMap(([group, fields]) => [...fields].map(([id, field]) => [group === ROOT_GROUP ? id : `${group}_${id}`, field] as const)))
  const [first = '', ...rest] = path
  const found = memberOf(named, first)
  if (found !== undefined) return scoped('fields', [found[1], ...rest])
  const near = nearestName(first, named.keys())
  return { problem: `there is no field "${first}": .User has <group>_<field>`, ...(near === undefined ? {} : { suggestion: `.User.${near}` }) }
}

const members = (type: ValueType): ReadonlyMap<string, ValueType> => type.properties ?? new Map()

/** Steps of a bundle have a `.` in their id. */
const outputOf = (id: string, key: string): string => {
  const [component, step] = id.split('.')
  return step === undefined ? `output.${id}.${key}` : `components.${component ?? ''}.outputs.${step}.${key}`
}

/** Every action's output in one space (catalog-format 2.4): the last that was written before the step wins. */
const flatOutput = ({ output }: PathSurroundings, [key = '', ...rest]: Path): Spelled => {
  const declaring = [...output].filter(([, { type }]) => key !== 'status' && memberOf(members(type), key) !== undefined)
  const found = declaring.filter(([, { later }]) => later !== true).at(-1) ?? declaring.at(-1)
  if (found !== undefined) return scoped('output', [found[0], memberOf(members(found[1].type), key)?.[0] ?? key, ...rest])
  const open = [...output].filter(([, { type, later }]) => type.open === true && later !== true)
  const [only] = open
  if (only !== undefined && open.length === 1) return scoped('output', [only[0], key, ...rest])
  if (open.length > 1) return { problem: `${open.map(([id]) => id).join(' and ')} may both give "${key}": name one of them`, suggestion: outputOf(open.at(-1)?.[0] ?? '', key) }
  const names = [...output].flatMap(([, { type }]) => [...members(type).keys()])
  const near = nearestName(key, names)
  return { problem: `no action before this gives "${key}"`, ...(near === undefined ? {} : { suggestion: `.output.${near}` }) }
}

const metadataPath = ({ itemId, metadata }: PathSurroundings, path: Path): Spelled => {
  const [first = '', ...rest] = path
  if (first === itemId) return scoped('metadata', rest)
  return memberOf(members(metadata), first) !== undefined || !first.includes('-') ? scoped('metadata', path)
    : { problem: `this document is ${itemId}, and there is no catalog item ${first} whose metadata it could read`, suggestion: ['', 'metadata', itemId, ...rest].join('.') }
}

/** Early documents kept the form under `output`: who reads a field there by another group is told where it stands. */
const fieldCalled = (surroundings: PathSurroundings, id: string | undefined): { readonly suggestion?: string } => {
  const [group] = [...groupsOf(surroundings)].find(([, fields]) => id !== undefined && fields.has(id)) ?? []
  return group === undefined || id === undefined ? {} : { suggestion: group === ROOT_GROUP ? `.current.${id}` : `.current.${group}.${id}` }
}

/** `.output.<key>`, and what early documents kept under `output`: metadata, and the form. */
const outputPath = (surroundings: PathSurroundings, path: Path): Spelled => {
  const [first = '', second, ...rest] = path
  if (second === 'metadata' && (first === 'currentItem' || first === surroundings.itemId)) return scoped('metadata', rest)
  if (second === 'metadata' && !surroundings.output.has(first)) return metadataPath(surroundings, [first, ...rest])
  if (surroundings.output.has(first)) return scoped('output', path)
  if (groupsOf(surroundings).has(first) && second !== undefined) return inForm(surroundings, 'output', path)
  const found = flatOutput(surroundings, path)
  return 'scope' in found || found.suggestion !== undefined ? found : { ...found, ...fieldCalled(surroundings, second) }
}

/** `.system.…` and `.System.…` by what they are called now; names that are not here stay what they are. */
const systemNames: ReadonlyMap<string, readonly [Scope, ...string[]]> = new Map<string, readonly [Scope, ...string[]]>([
  ['requestid', ['request', 'id']], ['correlationid', ['request', 'correlation_id']], ['timestamp', ['system', 'timestamp']],
  ['useremail', ['request', 'user', 'email']], ['username', ['request', 'user', 'name']], ['userid', ['request', 'user', 'id']], ['userteams', ['request', 'user', 'teams']],
  ['user', ['request', 'user']], ['environment', ['request', 'environment']], ['shortid', ['system', 'short_id']], ['unixtimestamp', ['system', 'unix_timestamp']],
])

const systemPath = (path: Path): Spelled => {
  const [first = '', ...rest] = path
  if (first === 'platform' && rest.length > 0) {
    if (rest[0] === 'apiKey') return { problem: 'the key of the platform is a secret', suggestion: '{{secrets.NAME}}' }
    return systemPath(rest)
  }
  const [scope, ...names] = systemNames.get(plainName(first)) ?? ['system', first]
  return scoped(scope, [...names, ...rest])
}

const systemOfGo = ([first = '', ...rest]: Path): Spelled => systemPath([systemNames.has(plainName(first)) ? first : first.toLowerCase(), ...rest])

const isOutputs = (name: string | undefined): boolean => name === 'outputs' || name === 'output'

/** `steps.<name>.outputs.<key>`. */
const stepOutput = ([name = '', outputs, ...rest]: Path): Spelled => scoped('output', isOutputs(outputs) ? [name, ...rest] : [name, ...(outputs === undefined ? [] : [outputs]), ...rest])

/** `components.<component>.outputs.<key>` of a bundle, or `….outputs.<step>.<key>`; its steps are called `<component>.<step>`. */
const componentOutput = (surroundings: PathSurroundings, [component = '', outputs, ...rest]: Path): Spelled => {
  const own = [...surroundings.output].filter(([id]) => id.startsWith(`${component}.`))
  const path = isOutputs(outputs) || outputs === undefined ? rest : [outputs, ...rest]
  const step = `${component}.${path[0] ?? ''}`
  if (surroundings.output.has(step)) return scoped('output', [step, ...path.slice(1)])
  if (own.length > 0) return flatOutput({ ...surroundings, output: new Map(own) }, path)
  const near = nearestName(component, [...surroundings.output.keys()].map((id) => id.slice(0, id.indexOf('.'))))
  return { problem: `there is no component "${component}"`, ...(near === undefined ? {} : { suggestion: ['components', near, outputs, ...rest].join('.') }) }
}

const asIs: ReadonlyMap<string, Scope> = new Map<string, Scope>([
  ['fields', 'fields'], ['request', 'request'], ['env', 'env'], ['environment', 'env'], ['secrets', 'secrets'], ['header', 'metadata'], ['catalog_item', 'metadata'], ['response', 'output'],
])

/**
 * What paths of earlier formats mean at one step (catalog-format 2.4, 3.1): `.current.<group>.<field>`, `.output.<key>`, `.metadata.<item id>.<path>`,
 * `.system.…`, `.User.<Group>_<Field>`, `.System.…`, `.Fulfillment.<Key>`, their slash forms, and the dotted names of documents with a header.
 */
export const olderPaths = (surroundings: PathSurroundings): Spell => ({ parts: [root = '', ...path] }) => {
  switch (root) {
    case 'current': case 'input': return inForm(surroundings, root, path)
    case 'User': return userField(surroundings, path)
    case 'output': case 'outputs': return outputPath(surroundings, path)
    case 'Fulfillment': return flatOutput(surroundings, path)
    case 'metadata': return metadataPath(surroundings, path)
    case 'system': return systemPath(path)
    case 'System': return systemOfGo(path)
    case 'steps': return stepOutput(path)
    case 'components': return componentOutput(surroundings, path)
    case 'requester': return scoped('request', ['user', ...path])
    case 'correlationId': return scoped('request', ['correlation_id', ...path])
    default: {
      const scope = asIs.get(root)
      return scope === undefined ? undefined : scoped(scope, path)
    }
  }
}
