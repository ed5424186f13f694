import { isJsonObject } from '@pao/core/action'
import type { ConfigFinding, Json, JsonObject } from '@pao/core/action'
import { parsePath } from './json-path.js'

type Path = ConfigFinding['path']
type Find = (path: Path, code: string, message: string, severity?: ConfigFinding['severity']) => void

const part = (config: JsonObject, name: string): JsonObject => {
  const value = config[name]
  return isJsonObject(value) ? value : {}
}

const isTemplate = (text: string): boolean => text.includes('{{')

const lintEndpoint = (config: JsonObject, find: Find): void => {
  const { url, method } = part(config, 'endpoint')
  if (typeof url === 'string' && !isTemplate(url) && !/^https?:\/\/[^/\s]/i.test(url)) find(['endpoint', 'url'], 'url', 'the URL must begin with https:// or http:// and a host')
  if ((method === 'GET' || method === 'HEAD') && config['body'] !== undefined) find(['body'], 'body-not-sent', `a ${method} has no body; use POST, or put the values into the URL`)
}

/** Which credentials each type needs. */
const NEEDED: Readonly<Record<string, readonly string[]>> = { basic: ['username', 'password_ref'], bearer: ['token_ref'], 'api-key': ['api_key_ref'] }
const INLINE = ['password', 'token', 'api_key', 'apiKey', 'client_secret', 'clientSecret', 'secret']

const lintAuthentication = (config: JsonObject, find: Find): void => {
  const authentication = part(config, 'authentication')
  const { type } = authentication
  const credentials = part(authentication, 'credentials')
  const at: Path = ['authentication', 'credentials']
  if (type === 'oauth2') find(['authentication', 'type'], 'not-supported', 'oauth2 is not supported yet; use bearer with token_ref')
  for (const name of INLINE) {
    if (credentials[name] !== undefined) find([...at, name], 'inline-secret', `a secret must not stand in a document; name it with ${name.replace(/([A-Z])/g, '_$1').toLowerCase()}_ref`)
  }
  for (const name of typeof type === 'string' && Object.hasOwn(NEEDED, type) ? NEEDED[type] ?? [] : []) {
    if (typeof credentials[name] !== 'string') find(at, 'credentials', `authentication of type ${String(type)} needs credentials.${name}`)
  }
}

const isScalar = (value: Json | undefined): boolean => value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'

const lintBody = (config: JsonObject, find: Find): void => {
  const { type, content_template: content, encoding } = part(config, 'body')
  if (type === 'form' && typeof content !== 'string' && !(isJsonObject(content) && Object.values(content).every(isScalar))) find(['body', 'content_template'], 'body-form', 'write a form as a map of names to values, or as a text name=value&name=value')
  if ((type === 'raw' || type === 'xml') && typeof content !== 'string') find(['body', 'content_template'], `body-${type}`, `${type === 'raw' ? 'a raw body' : 'a body of type xml'} is a text`)
  if (typeof encoding === 'string' && !/^utf-?8$/i.test(encoding)) find(['body', 'encoding'], 'not-supported', 'bodies are sent as utf-8')
}

const FORBIDDEN_NAMES = new Set(['__proto__', 'constructor', 'prototype', 'status_code'])

const lintExtract = (extract: JsonObject, parsing: Json | undefined, at: Path, find: Find): void => {
  const { path, name } = extract
  if (typeof name === 'string' && FORBIDDEN_NAMES.has(name)) find([...at, 'name'], 'output-name', `an output cannot be named ${name}`)
  if (typeof path !== 'string') return
  if (parsing === 'text' && path !== '$') find([...at, 'path'], 'path', 'of a text only $, the whole answer, can be read')
  else if (parsePath(path) === undefined) find([...at, 'path'], 'path', `${JSON.stringify(path)} is not a path of names, indexes and wildcards, such as $.items[0].id or $.items[*]['arn']`)
}

const lintParsing = (config: JsonObject, find: Find): void => {
  const { type, extract } = part(config, 'parsing')
  if (type === 'xml') find(['parsing', 'type'], 'not-supported', 'xml answers are not read yet')
  const names = new Set<Json | undefined>()
  for (const [index, entry] of (Array.isArray(extract) ? extract as readonly Json[] : []).entries()) {
    if (!isJsonObject(entry)) continue
    const at: Path = ['parsing', 'extract', index]
    lintExtract(entry, type, at, find)
    if (names.has(entry['name'])) find([...at, 'name'], 'output-name', `the output ${String(entry['name'])} is extracted twice`)
    names.add(entry['name'])
  }
}

const isOn = (value: Json | undefined): boolean => value !== undefined && value !== null && !(isJsonObject(value) && value['enabled'] === false)

const lintRest = (config: JsonObject, find: Find): void => {
  const { expected_status: expected, error_on_non_2xx: strict } = part(config, 'response')
  if (expected !== undefined && strict === false) find(['response', 'error_on_non_2xx'], 'no-effect', 'expected_status decides; error_on_non_2xx has no effect beside it', 'warning')
  if (isOn(config['caching'])) find(['caching'], 'not-supported', 'answers are not cached: each execution makes the call', 'warning')
  if (isOn(config['circuit_breaker'])) find(['circuit_breaker'], 'not-supported', 'there is no circuit breaker yet: each execution makes the call', 'warning')
  const { header } = part(config, 'idempotency')
  const sameHeader = Object.keys(part(config, 'headers')).find((name) => name.toLowerCase() === (typeof header === 'string' ? header : 'idempotency-key').toLowerCase())
  if (sameHeader !== undefined) find(['headers', sameHeader], 'idempotency-header', `${sameHeader} carries the key of the step and cannot be written in a document`)
}

/** What the schema of a `rest-api` config cannot say. */
export const lintConfig = (config: JsonObject): readonly ConfigFinding[] => {
  const findings: ConfigFinding[] = []
  const find: Find = (path, code, message, severity = 'error') => { findings.push({ path, code, message, severity }) }
  for (const lint of [lintEndpoint, lintAuthentication, lintBody, lintParsing, lintRest]) lint(config, find)
  return findings
}
