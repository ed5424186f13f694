import { isJsonObject } from '@pao/core/action'
import type { Json, JsonObject, NormalizedConfig } from '@pao/core/action'

type Path = readonly (string | number)[]
type Warn = (path: Path, message: string) => void

const part = (config: JsonObject, name: string): JsonObject => {
  const value = config[name]
  return isJsonObject(value) ? value : {}
}

/** A copy with members under their canonical names; a canonical member that is there already wins. */
const renamed = (bag: JsonObject, names: Readonly<Record<string, string>>): JsonObject => {
  const entries = Object.entries(bag)
  const canonical = entries.filter(([name]) => !Object.hasOwn(names, name))
  const aliased = entries.filter(([name]) => Object.hasOwn(names, name)).map(([name, value]) => [names[name], value] as const)
  return Object.fromEntries([...aliased, ...canonical])
}

const without = (bag: JsonObject, ...names: readonly string[]): JsonObject =>
  Object.fromEntries(Object.entries(bag).filter(([name]) => !names.includes(name)))

/** Parts that may also be written as a text. */
const TEXT_PARTS = new Set(['endpoint', 'body'])

/** Adds a part only where it holds something, so that absent stays absent. What is of the wrong type stays as it is, for the schema to name. */
const withPart = (written: JsonObject, config: JsonObject, name: string, value: JsonObject): JsonObject => {
  const given = written[name]
  const malformed = given !== undefined && !isJsonObject(given) && !(typeof given === 'string' && TEXT_PARTS.has(name))
  if (malformed) return { ...config, [name]: given }
  return Object.keys(value).length === 0 ? config : { ...config, [name]: value }
}

const scalarText = (value: Json): Json => typeof value === 'number' || typeof value === 'boolean' ? String(value) : value

const endpointOf = (config: JsonObject, hasBody: boolean, warn: Warn): JsonObject => {
  const given: JsonObject = { ...config, ...(typeof config['endpoint'] === 'string' ? { url: config['endpoint'] } : {}), ...part(config, 'endpoint') }
  const { url, timeout } = given
  const method = typeof given['method'] === 'string' ? given['method'].toUpperCase() : given['method']
  if (method === undefined) warn(['endpoint'], `no method is given: ${hasBody ? 'POST, because there is a body' : 'GET, because there is no body'}`)
  return {
    ...part(config, 'endpoint'),
    ...(url === undefined ? {} : { url }),
    method: method ?? (hasBody ? 'POST' : 'GET'),
    ...(timeout === undefined ? {} : { timeout }),
  }
}

const BODY_TYPES: Readonly<Record<string, string>> = { 'form-data': 'form', text: 'raw' }

const bodyOf = (config: JsonObject): JsonObject => {
  const written = config['body']
  const given = typeof written === 'string' ? { content_template: written } : isJsonObject(written) ? written : {}
  const flat = config['body_template'] ?? config['bodyTemplate']
  const body = renamed({ ...(flat === undefined ? {} : { content_template: flat }), ...given }, { contentTemplate: 'content_template', template: 'content_template', body_template: 'content_template' })
  const type = body['type']
  return typeof type === 'string' && Object.hasOwn(BODY_TYPES, type) ? { ...body, type: BODY_TYPES[type] ?? type } : body
}

const responseOf = (config: JsonObject): JsonObject => {
  const codes = config['success_codes'] ?? config['successCodes']
  const response = renamed(part(config, 'response'), { expectedStatus: 'expected_status', errorOnNon2xx: 'error_on_non_2xx', success_codes: 'expected_status' })
  const expected = response['expected_status'] ?? codes
  return { ...response, ...(expected === undefined ? {} : { expected_status: typeof expected === 'number' ? [expected] : expected }) }
}

const parsingOf = (config: JsonObject): JsonObject => {
  const mapping = config['response_mapping'] ?? config['responseMapping']
  const mapped = isJsonObject(mapping) ? Object.entries(mapping).map(([name, path]) => ({ path, name })) : []
  const parsing = part(config, 'parsing')
  const extract = Array.isArray(parsing['extract']) ? parsing['extract'] as readonly Json[] : []
  return mapped.length === 0 ? parsing : { ...parsing, extract: [...extract, ...mapped] }
}

const CREDENTIALS: Readonly<Record<string, string>> = {
  passwordRef: 'password_ref', tokenRef: 'token_ref', apiKeyRef: 'api_key_ref', apiKeyHeader: 'api_key_header', clientId: 'client_id', clientSecretRef: 'client_secret_ref',
}

const authenticationOf = (config: JsonObject): JsonObject => {
  const given = renamed(part(config, 'authentication'), { config: 'credentials' })
  const type = given['type'] === 'api_key' || given['type'] === 'apiKey' ? 'api-key' : given['type']
  const credentials = given['credentials']
  return {
    ...given,
    ...(type === undefined ? {} : { type }),
    ...(isJsonObject(credentials) ? { credentials: renamed(credentials, CREDENTIALS) } : {}),
  }
}

const BACKOFFS = new Set(['linear', 'exponential', 'fibonacci'])

/** A `retry` inside the config, in the envelope's spelling. */
const retryOf = (config: JsonObject): JsonObject => {
  const retry = part(config, 'retry')
  const attempts = retry['attempts'] ?? retry['max_attempts'] ?? retry['maxAttempts']
  const { backoff, delay } = retry
  return {
    ...(typeof attempts === 'number' ? { attempts } : {}),
    ...(typeof backoff === 'string' && BACKOFFS.has(backoff) ? { backoff } : {}),
    ...(typeof delay === 'number' ? { delay } : {}),
  }
}

const READ = ['url', 'method', 'timeout', 'body_template', 'bodyTemplate', 'success_codes', 'successCodes', 'response_mapping', 'responseMapping', 'retry']
const PARTS = ['endpoint', 'headers', 'body', 'response', 'parsing', 'authentication']

const warnOfRetry = (config: JsonObject, warn: Warn): void => {
  const retry = part(config, 'retry')
  warn(['retry'], 'retry inside the config is taken for the step\'s own; write it beside config')
  if (retry['on_status'] !== undefined) warn(['retry', 'on_status'], 'on_status is not read: 408, 425 and 429 are retried, 5xx where the call may be repeated')
  if (retry['on_timeout'] !== undefined) warn(['retry', 'on_timeout'], 'on_timeout is not read: a call without an answer is retried where it may be repeated')
}

/** Brings the spellings of a `rest-api` config that its history knows into the canonical one. */
export const normalizeConfig = (written: JsonObject): NormalizedConfig => {
  const warnings: { path: Path; message: string }[] = []
  const warn: Warn = (path, message) => { warnings.push({ path, message }) }
  const body = bodyOf(written)
  const headers = part(written, 'headers')
  const parts: readonly (readonly [string, JsonObject])[] = [
    ['endpoint', endpointOf(written, Object.hasOwn(body, 'content_template'), warn)],
    ['headers', Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, scalarText(value)]))],
    ['authentication', authenticationOf(written)],
    ['body', body],
    ['response', responseOf(written)],
    ['parsing', parsingOf(written)],
  ]
  const rest = without(written, ...READ, ...PARTS)
  const config = parts.reduce((built, [name, value]) => withPart(written, built, name, value), rest)
  const retry = retryOf(written)
  if (written['retry'] !== undefined) warnOfRetry(written, warn)
  return { config, warnings, ...(Object.keys(retry).length === 0 ? {} : { step: { retry } }) }
}
