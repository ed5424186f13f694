import * as Schema from 'effect/Schema'
import { basePathPattern } from './base-path.js'

const port = Schema.NumberFromString.check(Schema.isInt(), Schema.isBetween({ minimum: 0, maximum: 65_535 }))
const count = (minimum: number, maximum: number) => Schema.NumberFromString.check(Schema.isInt(), Schema.isBetween({ minimum, maximum }))
const url = (protocols: readonly string[]) => Schema.String.check(Schema.makeFilter((text) => {
  const parsed = URL.parse(text)
  return parsed !== null && protocols.includes(parsed.protocol) ? undefined : `Expected a URL that begins with ${protocols.map((name) => `${name}//`).join(' or ')}`
}))
/** It is put in front of paths, so it ends before a query. */
const optionsUrl = url(['https:', 'http:']).check(Schema.makeFilter((text) => /[?#]/.test(text) || URL.parse(text)?.username !== '' ? 'Expected a URL without a query and without credentials' : undefined))
const names = Schema.String.check(Schema.makeFilter((text) =>
  text.split(',').every((name) => /^\s*([A-Za-z_][A-Za-z0-9_]*)?\s*$/.test(name)) ? undefined : 'Expected a comma-separated list of variable names'))
const key = Schema.String.check(Schema.makeFilter((text) =>
  encryptionKey(text) === undefined ? 'Expected 32 bytes in base64 (44 characters) or hex (64 characters)' : undefined))

/** The 32 bytes of an encryption key in hex or base64. Undefined: it is not one. */
export const encryptionKey = (text: string): Buffer | undefined => {
  const trimmed = text.trim()
  if (/^[0-9a-f]{64}$/i.test(trimmed)) return Buffer.from(trimmed, 'hex')
  return /^[A-Za-z0-9+/_-]{43}=?$/.test(trimmed) ? Buffer.from(trimmed, 'base64') : undefined
}

const folders = Schema.String.check(Schema.makeFilter((text) =>
  text.split(',').every((name) => /^\s*(\.|[^\s/\\.][^/\\]*(\/[^/\\]+)*)\s*$/.test(name)) ? undefined : 'Expected a comma-separated list of folders such as catalog,bundles, or . for all'))

/** Every variable that the server reads, as it stands in the environment. docs/reference/configuration.md describes each. */
export const environmentSchema = Schema.Struct({
  PORT: Schema.optionalKey(port),
  HOST: Schema.optionalKey(Schema.String.check(Schema.makeFilter((text) => /^[A-Za-z0-9.:[\]-]+$/.test(text) ? undefined : 'Expected a host name or an address'))),
  PAO_BASE_PATH: Schema.optionalKey(Schema.String.check(Schema.makeFilter((text) => basePathPattern.test(text) ? undefined : 'Expected a path such as /pao'))),
  DATABASE_URL: Schema.optionalKey(url(['postgres:', 'postgresql:'])),
  PAO_DATA_DIR: Schema.optionalKey(Schema.String),
  PAO_CONFIG: Schema.optionalKey(Schema.String),
  PAO_CATALOG: Schema.optionalKey(Schema.String),
  PAO_CATALOG_PROFILE: Schema.optionalKey(Schema.Literals(['compat', 'strict'])),
  PAO_CATALOG_POLL_SECONDS: Schema.optionalKey(count(1, 86_400)),
  PAO_ARCHITECTURE_TEAM: Schema.optionalKey(Schema.String),
  PAO_GITHUB_WEBHOOK_SECRET: Schema.optionalKey(Schema.String),
  PAO_GITLAB_WEBHOOK_SECRET: Schema.optionalKey(Schema.String),
  PAO_WEBHOOK_REPOSITORY: Schema.optionalKey(Schema.String),
  PAO_WEBHOOK_BRANCH: Schema.optionalKey(Schema.String),
  PAO_WEBHOOK_PATHS: Schema.optionalKey(folders),
  PAO_TEMPLATE_ENV: Schema.optionalKey(names),
  PAO_ENCRYPTION_KEY: Schema.optionalKey(key),
  PAO_EGRESS_ALLOW: Schema.optionalKey(Schema.String),
  PAO_OPTIONS_BASE_URL: Schema.optionalKey(optionsUrl),
  PAO_AUTH: Schema.optionalKey(Schema.Literals(['dev'])),
  PAO_WORKERS: Schema.optionalKey(count(1, 1000)),
  PAO_LEASE_SECONDS: Schema.optionalKey(count(1, 3600)),
  PAO_SHUTDOWN_SECONDS: Schema.optionalKey(count(0, 3600)),
  PAO_LOG_LEVEL: Schema.optionalKey(Schema.Literals(['debug', 'info', 'warn', 'error', 'silent'])),
  PAO_LOG_FORMAT: Schema.optionalKey(Schema.Literals(['auto', 'json', 'pretty'])),
  PAO_PLAYGROUND: Schema.optionalKey(Schema.Literals(['auto', 'off'])),
  PAO_PLAYGROUND_RESOLVE_SECONDS: Schema.optionalKey(count(0, 86_400)),
  JIRA_BASE_URL: Schema.optionalKey(url(['https:', 'http:'])),
  JIRA_EMAIL: Schema.optionalKey(Schema.String),
  JIRA_API_TOKEN: Schema.optionalKey(Schema.String),
  PAO_JIRA_CONNECTIONS: Schema.optionalKey(Schema.String),
})

export type EnvironmentVariables = typeof environmentSchema.Type

const duration = Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 86_400 }))

/** The JSON in PAO_JIRA_CONNECTIONS: connections by name. */
export const jiraConnectionsSchema = Schema.Record(Schema.String, Schema.Struct({
  baseUrl: url(['https:', 'http:']),
  email: Schema.String,
  /** Name of a secret (`PAO_SECRET_<NAME>`) that holds the API token. */
  tokenSecret: Schema.String.check(Schema.makeFilter((text) => /^[A-Za-z0-9_.-]+$/.test(text) ? undefined : 'Expected the name of a secret')),
  /** Seconds between two reads of a ticket that is waited for. */
  pollEverySeconds: Schema.optionalKey(duration),
  projects: Schema.optionalKey(Schema.Array(Schema.String)),
  completeOn: Schema.optionalKey(Schema.Literals(['resolved', 'created'])),
}))
