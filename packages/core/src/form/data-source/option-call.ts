import type { Instant, Json, JsonObject } from '../../json.js'
import { isJsonObject } from '../../json.js'
import { type CompiledConfig, type ConfigIssue, type ConfigPath, compileConfig, renderConfig } from '../../template/config.js'
import type { Target } from '../../template/template.js'
import type { ApiSource, DataSource } from './data-source.js'

/** What the templates of a source read beside secrets. */
export interface OptionVariables {
  readonly fields: JsonObject
  readonly metadata: JsonObject
  readonly env: JsonObject
}

/** A call for options, as it would be sent. */
export interface OptionCall {
  /** Or a path below a base URL. */
  readonly url: string
  readonly method: 'GET' | 'POST'
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
}

const targets: Readonly<Record<string, Target>> = { endpoint: 'url', headers: 'header', body: 'json' }

const targetOf = ([name]: ConfigPath): Target | undefined => targets[String(name)]

/** Where a secret may stand: in a header, and nowhere else. */
export const takesSecret = ([name]: ConfigPath): boolean => name === 'headers'

interface CompiledSource {
  readonly compiled?: CompiledConfig
  readonly issues: readonly ConfigIssue[]
}

const known = new WeakMap<ApiSource, CompiledSource>()

/** The templates of a source; compiled once. Encoded by position: no value of a field leaves the part of the URL that it stands in. */
export const compileSource = (source: ApiSource): CompiledSource => {
  const before = known.get(source)
  if (before !== undefined) return before
  const { endpoint, headers, body } = source
  const compiled = compileConfig({ endpoint, headers, ...(body === undefined ? {} : { body }) }, targetOf)
  known.set(source, compiled)
  return compiled
}

const namesIn = (source: ApiSource, scope: 'fields' | 'secrets', needed = false): readonly string[] => {
  const references = compileSource(source).compiled?.references ?? []
  return [...new Set(references.flatMap((reference) => reference.scope === scope && !(needed && reference.guarded) ? reference.path[0] ?? [] : []))]
}

/** Ids of the fields that the templates of a source read. */
export const fieldsRead = (source: DataSource | undefined): readonly string[] => source?.type === 'api' ? namesIn(source, 'fields') : []

/** Names of the secrets that its headers read. */
export const secretsRead = (source: ApiSource): readonly string[] => namesIn(source, 'secrets')

/** Fields that have no value and without which there is nothing to ask for. A field inside `default(…)` is not among them. */
export const fieldsMissing = (source: ApiSource, fields: JsonObject): readonly string[] =>
  namesIn(source, 'fields', true).filter((id) => !Object.hasOwn(fields, id) || fields[id] === null || fields[id] === '')

const textOf = (value: Json | undefined): string => typeof value === 'string' ? value : ''

/**
 * The call of a source for these values. `secrets`: by name; one that is not there stands as a reference, so that a call without them can be
 * compared and shown. `at`: what a time in a template is.
 */
export const optionCall = (source: ApiSource, variables: OptionVariables, secrets: JsonObject, at: Instant): { readonly call: OptionCall } | { readonly problem: string } => {
  const { compiled } = compileSource(source)
  if (compiled === undefined) return { problem: 'its templates cannot be read' }
  const references = Object.fromEntries(secretsRead(source).map((name) => [name, `secret:${name}`]))
  const rendered = renderConfig(compiled, { ...variables, request: {}, system: {}, output: {}, secrets: { ...references, ...secrets } }, { seed: 'options', at })
  if (!rendered.ok) return { problem: `${rendered.path.join('.')}: ${rendered.issue.message}` }
  const value = isJsonObject(rendered.value) ? rendered.value : {}
  const headers = isJsonObject(value['headers']) ? Object.entries(value['headers']).map(([name, text]) => [name, textOf(text)] as const) : []
  return { call: { url: textOf(value['endpoint']), method: source.method, headers: Object.fromEntries(headers), ...(source.body === undefined ? {} : { body: textOf(value['body']) }) } }
}
