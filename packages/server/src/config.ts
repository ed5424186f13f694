import { parseEgressAllow } from '@pao/adapters-http'
import * as Schema from 'effect/Schema'
import { isAbsolute, resolve } from 'node:path'
import { nearestName } from '@pao/core'
import { readConfigFile } from './config-file.js'
import type { PluginEntry } from './config-file.js'
import { encryptionKey, environmentSchema, jiraConnectionsSchema } from './config-schema.js'
import type { EnvironmentVariables } from './config-schema.js'
import { isLoopbackHost } from './dev-authenticator.js'
import type { WebhookFilter } from './webhook-delivery.js'

/** A Jira Cloud instance. */
interface JiraSettings {
  readonly name: string
  readonly baseUrl: string
  readonly email: string
  /** Name of the secret that holds the API token. */
  readonly tokenSecret: string
  /** Default: that of the action, five minutes. */
  readonly pollEveryMs?: number
  /** Project keys that go to this connection. Absent: none by themselves. */
  readonly projects?: readonly string[]
  readonly completeOn?: 'resolved' | 'created'
}

/** How hosts of repositories tell of pushes. */
interface WebhookSettings {
  /** Empty: there is no such webhook. */
  readonly github: readonly string[]
  readonly gitlab: readonly string[]
  readonly filter: WebhookFilter
}

/** What the server was told, checked and with its defaults. */
export interface Config {
  readonly host: string
  /** 0: any free one. */
  readonly port: number
  /** In front of every path, without a slash at its end. Empty: none. */
  readonly basePath: string
  /** Absent: the embedded PostgreSQL. */
  readonly databaseUrl?: string
  /** Absolute. */
  readonly dataDirectory: string
  readonly catalogDirectory: string
  /** Whether PAO_CATALOG was set. */
  readonly catalogGiven: boolean
  readonly catalogProfile: 'compat' | 'strict'
  readonly pollMs: number
  /** The team that must own the paths of schemas and of the first item of a category. */
  readonly architectureTeam: string
  readonly webhooks: WebhookSettings
  readonly templateEnv: readonly string[]
  readonly encryptionKey?: Buffer
  /** As written; empty: none. */
  readonly egressAllow: string
  /** What the endpoints of form options stand below that are paths. Absent: such endpoints are not asked. */
  readonly optionsBaseUrl?: string
  readonly auth: 'dev'
  readonly workers: number
  readonly leaseMs: number
  readonly shutdownMs: number
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent'
  readonly logFormat: 'auto' | 'json' | 'pretty'
  /** Whether fakes of Jira and of a provisioning API are run. */
  readonly playground: boolean
  readonly playgroundResolveSeconds: number
  readonly jira: readonly JiraSettings[]
  /** Absolute. Absent: there is no configuration file. */
  readonly configFile?: string
  readonly plugins: readonly PluginEntry[]
}

/** One line for each thing that is wrong. */
export type ConfigAnswer = { readonly config: Config } | { readonly problems: readonly string[] }

export type Environment = Readonly<Record<string, string | undefined>>

const known = Object.keys(environmentSchema.fields)
const ownPrefix = /^(PAO|JIRA)_/

/** The variables that are ours, empty ones taken as absent. */
const ours = (environment: Environment): Record<string, string> =>
  Object.fromEntries(known.flatMap((name) => {
    const value = environment[name]
    return value === undefined || value.trim() === '' ? [] : [[name, value]]
  }))

const unknownNames = (environment: Environment): readonly string[] =>
  Object.keys(environment)
    .filter((name) => ownPrefix.test(name) && !known.includes(name) && !/^PAO_(SECRET|TEST|CRASH|HOME)_?/.test(name))
    .flatMap((name) => {
      const meant = nearestName(name, known)
      return meant === undefined ? [] : [`${name} is not a variable that PAO reads. Did you mean ${meant}?`]
    })

const validate = <Value>(schema: Schema.ConstraintDecoder<Value>, input: unknown): { readonly value: Value } | { readonly issues: readonly { readonly path: string; readonly message: string }[] } => {
  const answer = Schema.toStandardSchemaV1(schema, { parseOptions: { errors: 'all', onExcessProperty: 'error' } })['~standard'].validate(input)
  if (answer instanceof Promise) throw new TypeError('the schema of the configuration is synchronous')
  if (answer.issues === undefined) return { value: answer.value }
  const byPath = new Map<string, string>()
  for (const issue of answer.issues) {
    const path = (issue.path ?? []).map((part) => String(typeof part === 'object' ? part.key : part)).join('.')
    const said = byPath.get(path)
    byPath.set(path, said === undefined ? issue.message : `${said}, ${issue.message.replace(/^E/, 'e')}`)
  }
  return { issues: [...byPath].map(([path, message]) => ({ path, message })) }
}

const readJira = (variables: EnvironmentVariables, problems: string[]): readonly JiraSettings[] => {
  const { JIRA_BASE_URL: baseUrl, JIRA_EMAIL: email, JIRA_API_TOKEN: token, PAO_JIRA_CONNECTIONS: several } = variables
  const single = { JIRA_BASE_URL: baseUrl, JIRA_EMAIL: email, JIRA_API_TOKEN: token }
  const missing = Object.entries(single).filter(([, value]) => value === undefined).map(([name]) => name)
  if (missing.length > 0 && missing.length < 3) problems.push(`${missing.join(' and ')} must be set too: Jira needs JIRA_BASE_URL, JIRA_EMAIL and JIRA_API_TOKEN.`)
  const first = baseUrl === undefined || email === undefined || token === undefined ? [] : [{ name: 'main', baseUrl, email, tokenSecret: 'JIRA_API_TOKEN' }]
  const more = several === undefined ? [] : readConnections(several, problems)
  if (first.length > 0 && more.some(({ name }) => name === 'main')) problems.push('PAO_JIRA_CONNECTIONS has a connection "main", and JIRA_BASE_URL is one too: name only one of them.')
  return [...first, ...more]
}

const readConnections = (text: string, problems: string[]): readonly JiraSettings[] => {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    problems.push('PAO_JIRA_CONNECTIONS: Expected JSON, an object of connections by name.')
    return []
  }
  const answer = validate(jiraConnectionsSchema, json)
  if ('issues' in answer) {
    problems.push(...answer.issues.map(({ path, message }) => `PAO_JIRA_CONNECTIONS${path === '' ? '' : `.${path}`}: ${message}.`))
    return []
  }
  return Object.entries(answer.value).map(([name, { pollEverySeconds, projects, completeOn, ...rest }]) => ({
    name, ...rest,
    ...(pollEverySeconds === undefined ? {} : { pollEveryMs: pollEverySeconds * 1000 }),
    ...(projects === undefined ? {} : { projects }),
    ...(completeOn === undefined ? {} : { completeOn }),
  }))
}

const checkEgress = (text: string, problems: string[]): string => {
  try {
    parseEgressAllow(text)
  } catch (error) {
    problems.push(error instanceof Error ? error.message : 'PAO_EGRESS_ALLOW cannot be read')
  }
  return text
}

const split = (text: string, by: string | RegExp): readonly string[] => text.split(by).map((part) => part.trim()).filter((part) => part !== '')

/** Several secrets of one host stand with blanks between them, so that one can be replaced without a gap. */
const readWebhooks = (variables: EnvironmentVariables): WebhookSettings => ({
  github: split(variables.PAO_GITHUB_WEBHOOK_SECRET ?? '', /\s/), gitlab: split(variables.PAO_GITLAB_WEBHOOK_SECRET ?? '', /\s/),
  filter: {
    ...(variables.PAO_WEBHOOK_REPOSITORY === undefined ? {} : { repository: variables.PAO_WEBHOOK_REPOSITORY.trim() }),
    branch: variables.PAO_WEBHOOK_BRANCH?.trim() ?? 'main', paths: split(variables.PAO_WEBHOOK_PATHS ?? 'catalog,bundles', ','),
  },
})

const hostForUrl = (host: string): string => (host.includes(':') && !host.startsWith('[') ? `[${host}]` : host)

const complete = (variables: EnvironmentVariables, workingDirectory: string, problems: string[]): Config => {
  const host = variables.HOST ?? '127.0.0.1'
  const loopback = isLoopbackHost(hostForUrl(host))
  if (!loopback) {
    problems.push(`HOST=${host} can be reached from other machines, and PAO_AUTH=dev believes whoever calls. Use HOST=127.0.0.1, with a proxy in front that authenticates.`)
  }
  const jira = readJira(variables, problems)
  const absolute = (path: string) => (isAbsolute(path) ? path : resolve(workingDirectory, path))
  const { file, problems: inFile } = readConfigFile(variables.PAO_CONFIG === undefined ? undefined : absolute(variables.PAO_CONFIG), workingDirectory)
  problems.push(...inFile)
  const key = variables.PAO_ENCRYPTION_KEY === undefined ? undefined : encryptionKey(variables.PAO_ENCRYPTION_KEY)
  return {
    host,
    port: variables.PORT ?? 8080,
    basePath: (variables.PAO_BASE_PATH ?? '').replace(/\/$/, ''),
    ...(variables.DATABASE_URL === undefined ? {} : { databaseUrl: variables.DATABASE_URL }),
    dataDirectory: absolute(variables.PAO_DATA_DIR ?? '.pao'),
    catalogDirectory: absolute(variables.PAO_CATALOG ?? 'examples/catalog'),
    catalogGiven: variables.PAO_CATALOG !== undefined,
    catalogProfile: variables.PAO_CATALOG_PROFILE ?? 'compat',
    pollMs: (variables.PAO_CATALOG_POLL_SECONDS ?? 300) * 1000,
    architectureTeam: variables.PAO_ARCHITECTURE_TEAM ?? 'platform-architecture',
    webhooks: readWebhooks(variables),
    templateEnv: split(variables.PAO_TEMPLATE_ENV ?? '', ','),
    ...(key === undefined ? {} : { encryptionKey: key }),
    egressAllow: checkEgress(variables.PAO_EGRESS_ALLOW ?? '', problems),
    ...(variables.PAO_OPTIONS_BASE_URL === undefined ? {} : { optionsBaseUrl: variables.PAO_OPTIONS_BASE_URL.trim() }),
    auth: variables.PAO_AUTH ?? 'dev',
    workers: variables.PAO_WORKERS ?? 100,
    leaseMs: (variables.PAO_LEASE_SECONDS ?? 10) * 1000,
    shutdownMs: (variables.PAO_SHUTDOWN_SECONDS ?? 10) * 1000,
    logLevel: variables.PAO_LOG_LEVEL ?? 'info',
    logFormat: variables.PAO_LOG_FORMAT ?? 'auto',
    playground: (variables.PAO_PLAYGROUND ?? 'auto') === 'auto' && loopback && jira.length === 0,
    playgroundResolveSeconds: variables.PAO_PLAYGROUND_RESOLVE_SECONDS ?? 5,
    jira,
    ...(file.path === undefined ? {} : { configFile: file.path }),
    plugins: file.plugins,
  }
}

/** Reads the environment and the configuration file; every problem is reported at once, none quotes a value that may be secret. */
export const readConfig = (environment: Environment, workingDirectory: string): ConfigAnswer => {
  const problems = [...unknownNames(environment)]
  const given = ours(environment)
  const answer = validate(environmentSchema, given)
  if ('issues' in answer) {
    problems.push(...answer.issues.map(({ path, message }) => `${path}: ${message}.`))
    // What the others say together is told as well: with those that cannot be read left out.
    const unreadable = answer.issues.map(({ path }) => path.split('.')[0] ?? '')
    const rest = validate(environmentSchema, Object.fromEntries(Object.entries(given).filter(([name]) => !unreadable.includes(name))))
    const told: string[] = []
    if ('value' in rest) complete(rest.value, workingDirectory, told)
    return { problems: [...problems, ...told.filter((line) => !unreadable.some((name) => line.includes(name)))] }
  }
  const config = complete(answer.value, workingDirectory, problems)
  return problems.length > 0 ? { problems } : { config }
}

const withoutPassword = (text: string): string => {
  const url = new URL(text)
  if (url.password !== '') url.password = 'redacted'
  for (const name of url.searchParams.keys()) if (/pass|key|token|secret/i.test(name)) url.searchParams.set(name, 'redacted')
  return url.toString()
}

/** The configuration for people: what is secret is named, not shown. */
export const printableConfig = (config: Config): Readonly<Record<string, unknown>> => ({
  ...config,
  ...(config.databaseUrl === undefined ? {} : { databaseUrl: withoutPassword(config.databaseUrl) }),
  ...(config.encryptionKey === undefined ? {} : { encryptionKey: 'redacted' }),
  webhooks: { ...config.webhooks, github: config.webhooks.github.map(() => 'redacted'), gitlab: config.webhooks.gitlab.map(() => 'redacted') },
  plugins: config.plugins.map(({ uses, at, with: options = {} }) => ({ uses, at, options: Object.keys(options) })),
})
