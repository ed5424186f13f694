import type { Json, JsonObject } from '../json.js'
import { isJsonObject } from '../json.js'
import type { Findings } from './conform.js'
import { plainName } from './conform.js'
import type { DocumentPath } from './issue.js'
import type { ObjectNode, SourceEntry, SourceNode } from './source-node.js'

interface Reading {
  readonly findings: Findings
  readonly root: JsonObject
}

const DEEPEST_REFERENCE = 20

const referenced = (root: JsonObject, schema: JsonObject): JsonObject => {
  let at: Json | undefined = schema
  for (let hops = 0; hops < DEEPEST_REFERENCE && isJsonObject(at) && typeof at['$ref'] === 'string'; hops += 1) {
    if (!at['$ref'].startsWith('#/')) return {}
    at = at['$ref'].slice(2).split('/').map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
      .reduce<Json | undefined>((value, part) => isJsonObject(value) ? value[part] : undefined, root)
  }
  return isJsonObject(at) ? at : {}
}

/** The schema and the branches that may hold as well. */
const branchesOf = (root: JsonObject, schema: Json | undefined, depth = 0): readonly JsonObject[] => {
  if (!isJsonObject(schema) || depth > DEEPEST_REFERENCE) return []
  const resolved = referenced(root, schema)
  const inner = ['allOf', 'anyOf', 'oneOf'].flatMap((name) => Array.isArray(resolved[name]) ? resolved[name] as readonly Json[] : [])
  return [resolved, ...inner.flatMap((one) => branchesOf(root, one, depth + 1))]
}

/** What a schema says of the keys and items of a value. */
interface SchemaNames {
  readonly properties: ReadonlyMap<string, readonly Json[]>
  /** Names apart from case, `-` and `_`; those that are not unique are left out. */
  readonly alike: ReadonlyMap<string, string>
  readonly items: readonly Json[]
}

const readNames = (root: JsonObject, schemas: readonly Json[]): SchemaNames => {
  const branches = schemas.flatMap((schema) => branchesOf(root, schema))
  const properties = new Map<string, Json[]>()
  for (const { properties: own } of branches) {
    for (const [name, schema] of Object.entries(isJsonObject(own) ? own : {})) properties.set(name, [...properties.get(name) ?? [], schema])
  }
  const plain = [...properties.keys()].map((name) => [plainName(name), name] as const)
  const alike = new Map(plain.filter(([spelling]) => plain.filter(([other]) => other === spelling).length === 1))
  return { properties, alike, items: branches.flatMap(({ items }) => items === undefined ? [] : [items]) }
}

const noNames: SchemaNames = { properties: new Map(), alike: new Map(), items: [] }
const known = new WeakMap<object, SchemaNames>()

/** Worked out once for a schema: thousands of documents share those of a few actions. */
const namesOf = (root: JsonObject, schemas: readonly Json[]): SchemaNames => {
  const [only] = schemas
  if (!isJsonObject(only)) return noNames
  if (schemas.length > 1) return readNames(root, schemas)
  const before = known.get(only)
  if (before !== undefined) return before
  const names = readNames(root, schemas)
  known.set(only, names)
  return names
}

const nodeKeys = (reading: Reading, node: SourceNode, schemas: readonly Json[], path: DocumentPath): SourceNode => {
  if (node.kind === 'scalar' || schemas.length === 0) return node
  const names = namesOf(reading.root, schemas)
  if (node.kind === 'object') return objectKeys(reading, node, names, path)
  return { ...node, items: node.items.map((item, index) => nodeKeys(reading, item, names.items, [...path, index])) }
}

const objectKeys = (reading: Reading, node: ObjectNode, { properties, alike }: SchemaNames, path: DocumentPath): ObjectNode => {
  const { findings } = reading
  const entries = new Map<string, SourceEntry>()
  for (const [written, entry] of node.entries) {
    const meant = properties.has(written) ? written : alike.get(plainName(written)) ?? written
    const name = node.entries.has(meant) ? written : meant
    if (name !== written && !findings.camelCase) findings.add('older-key', 'warning', [...path, name], entry.keyStart, `${written} is an older spelling of ${name}`, { suggestion: name })
    entries.set(name, { keyStart: entry.keyStart, node: nodeKeys(reading, entry.node, properties.get(name) ?? [], [...path, name]) })
  }
  return { ...node, entries }
}

/**
 * The keys of a config as its action's JSON Schema writes them: `summaryTemplate` becomes `summary_template` where the schema has that name
 * there. Names that are the author's own (headers, variables, inputs) stay as they are, because no schema names them.
 */
export const canonicalKeys = (findings: Findings, config: ObjectNode, schema: JsonObject, path: DocumentPath): ObjectNode =>
  nodeKeys({ findings, root: schema }, config, [schema], path) as ObjectNode
