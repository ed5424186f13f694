import { nearestName } from '../expression/nearest-name.js'
import type { Json, JsonObject } from '../json.js'
import type { Choice } from '../form/choice.js'
import { type ApiSource, type DataSource, type Option, type OptionPaths, type ReferenceSource, referenceLists } from '../form/data-source/data-source.js'
import { optionPath } from '../form/data-source/option-list.js'
import type { Findings } from './conform.js'
import { durationSeconds } from './duration.js'
import type { DocumentPath } from './issue.js'
import { type ObjectNode, type SourceNode, child, keyOffset, numberOf, objectOf, textOf, textsOf, valueOf } from './source-node.js'

const CACHE_SECONDS = 300
const TIMEOUT_SECONDS = 5
const MOST_OPTIONS = 1_000

/** The settings that each type reads. */
const keysByType: Readonly<Record<DataSource['type'], readonly string[]>> = {
  static: ['values'],
  api: ['endpoint', 'method', 'headers', 'body', 'items', 'value_field', 'label_field', 'cache_ttl', 'timeout', 'limit', 'pages'],
  reference: ['list', 'catalog_item', 'path', 'category', 'tags', 'value_field', 'label_field'],
}

interface Reading {
  readonly findings: Findings
  readonly config: ObjectNode
  readonly path: DocumentPath
}

const isChoice = (value: Json | undefined): value is Choice => typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'

const wrong = ({ findings, config, path }: Reading, key: string, message: string, suggestion?: string): undefined => {
  findings.add('data-source', 'error', [...path, key], keyOffset(config, key), message, { suggestion })
  return undefined
}

const secondsOf = ({ config }: Reading, key: string, otherwise: number): number => {
  const node = child(config, key)
  return durationSeconds(numberOf(node) ?? textOf(node) ?? otherwise) ?? otherwise
}

/** A path that can be followed, or nothing and an issue. */
const pathIn = (reading: Reading, key: string): string | undefined => {
  const text = textOf(child(reading.config, key))
  if (text === undefined || optionPath(text) !== undefined) return text
  return wrong(reading, key, `${key} must be a path such as data.items, $.items[0] or $ for the whole, not ${JSON.stringify(text.slice(0, 64))}`)
}

const pathsOf = (reading: Reading): OptionPaths => {
  const [valueField, labelField] = [pathIn(reading, 'value_field'), pathIn(reading, 'label_field')]
  return { ...(valueField === undefined ? {} : { valueField }), ...(labelField === undefined ? {} : { labelField }) }
}

const httpUrl = /^https?:\/\//i

/** A scheme that is none of HTTP, and an address that is certainly plain. */
const checkEndpoint = (reading: Reading, endpoint: string): void => {
  const { findings, config, path } = reading
  if (/^http:\/\//i.test(endpoint)) findings.add('data-source-http', 'warning', [...path, 'endpoint'], keyOffset(config, 'endpoint'), 'the options are asked for over plain http: what is sent and answered can be read and changed on the way', { suggestion: endpoint.replace(/^http:/i, 'https:') })
  else if (/^[a-z][a-z0-9+.-]*:\/\//i.test(endpoint) && !httpUrl.test(endpoint)) wrong(reading, 'endpoint', 'only http and https can be called for options')
}

const confidentialHeader = /^(proxy-)?authorization$|^cookie$|token|secret|password|api-?key/i
const namesSecret = /\{\{[^}]*\bsecrets\./

/** A header that carries a credential and names no secret holds it in clear, for everybody who reads the document. */
const headersOf = ({ findings, config, path }: Reading): Readonly<Record<string, string>> => {
  const node = child(config, 'headers')
  const entries = node?.kind === 'object' ? [...node.entries] : []
  for (const [name, entry] of entries) {
    const text = textOf(entry.node) ?? ''
    if (confidentialHeader.test(name) && text !== '' && !namesSecret.test(text)) {
      findings.add('data-source-secret', 'error', [...path, 'headers', name], entry.node.start, `the header ${name} holds a credential in clear: store it as a secret and write {{secrets.NAME}}`, { suggestion: '{{secrets.NAME}}' })
    }
  }
  return Object.fromEntries(entries.map(([name, entry]) => [name, textOf(entry.node) ?? '']))
}

const apiSource = (reading: Reading): ApiSource | undefined => {
  const { config } = reading
  const [endpoint, body] = [textOf(child(config, 'endpoint')), textOf(child(config, 'body'))]
  const [items, paths, headers] = [pathIn(reading, 'items'), pathsOf(reading), headersOf(reading)]
  if (endpoint === undefined || endpoint.trim() === '') return wrong(reading, 'endpoint', 'a data source of type api needs endpoint: a URL, or a path below the base URL of the server')
  checkEndpoint(reading, endpoint)
  const method = textOf(child(config, 'method')) ?? (body === undefined ? 'GET' : 'POST')
  if (body !== undefined && method === 'GET') wrong(reading, 'body', 'a GET has no body: write method: POST, or put the values into endpoint')
  return {
    type: 'api', endpoint: endpoint.trim(), method: method as ApiSource['method'], headers, ...(body === undefined ? {} : { body }), ...(items === undefined ? {} : { items }), ...paths,
    cacheMs: secondsOf(reading, 'cache_ttl', CACHE_SECONDS) * 1000, timeoutMs: secondsOf(reading, 'timeout', TIMEOUT_SECONDS) * 1000,
    limit: numberOf(child(config, 'limit')) ?? MOST_OPTIONS, pages: numberOf(child(config, 'pages')) ?? 1,
  }
}

/** Without `list`, an item with a path is its metadata, and an item alone what was ordered of it. */
const listOf = (reading: Reading): ReferenceSource['list'] | undefined => {
  const { config } = reading
  const written = textOf(child(config, 'list'))
  if (written === undefined) {
    if (child(config, 'path') !== undefined) return 'metadata'
    return child(config, 'catalog_item') === undefined ? wrong(reading, 'list', `a reference needs list: one of ${referenceLists.join(', ')}`) : 'requests'
  }
  const near = nearestName(written, referenceLists)
  return referenceLists.find((one) => one === written) ?? wrong(reading, 'list', `list must be one of ${referenceLists.join(', ')}${near === undefined ? '' : `: did you mean ${near}?`}`, near)
}

const referenceSource = (reading: Reading): ReferenceSource | undefined => {
  const { config } = reading
  const [list, path, paths] = [listOf(reading), pathIn(reading, 'path'), pathsOf(reading)]
  if (list === undefined) return undefined
  if (list === 'metadata' && path === undefined) return wrong(reading, 'path', 'a reference to metadata needs path: where the list stands below metadata')
  const [catalogItem, category, tags] = [textOf(child(config, 'catalog_item')), textOf(child(config, 'category')), textsOf(child(config, 'tags'))]
  return {
    type: 'reference', list, ...paths, ...(path === undefined ? {} : { path }), ...(catalogItem === undefined ? {} : { catalogItem }),
    ...(category === undefined ? {} : { category }), ...(tags.length === 0 ? {} : { tags }),
  }
}

/** A choice alone, or `{ value, label }`. Other entries are told where the choices are read. */
const optionOf = (node: SourceNode): readonly Option[] => {
  if (node.kind !== 'object') {
    const value = valueOf(node)
    return isChoice(value) ? [{ value, label: String(value) }] : []
  }
  const { value, label }: JsonObject = objectOf(node)
  return isChoice(value) ? [{ value, label: typeof label === 'string' && label !== '' ? label : String(value) }] : []
}

const staticSource = (reading: Reading): DataSource | undefined => {
  const values = child(reading.config, 'values')
  return values?.kind === 'list' ? { type: 'static', options: values.items.flatMap(optionOf) } : wrong(reading, 'values', 'a data source of type static needs values: the list of choices')
}

const readers = { api: apiSource, reference: referenceSource, static: staticSource } as const

/** The data source of a field's node. Undefined: there is none, or one that cannot be used, which is told. */
export const readDataSource = (findings: Findings, field: ObjectNode, fieldPath: DocumentPath): DataSource | undefined => {
  const source = child(field, 'datasource')
  const [type, config] = [textOf(child(source, 'type')) as DataSource['type'] | undefined, child(source, 'config')]
  if (type === undefined || config?.kind !== 'object') return undefined
  const path = [...fieldPath, 'datasource', 'config']
  for (const [name, entry] of config.entries) {
    if (!keysByType[type].includes(name)) findings.add('data-source-key', 'strict', [...path, name], entry.keyStart, `a data source of type ${type} does not read ${name}`)
  }
  return readers[type]({ findings, config, path })
}
