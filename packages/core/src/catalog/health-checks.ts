import type { Json, JsonObject } from '../json.js'
import { isJsonObject } from '../json.js'
import { compileConfig, renderConfig } from '../template/config.js'
import { durationSeconds } from './duration.js'

const INTERVAL_SECONDS = 60
const SHORTEST_SECONDS = 10
const TIMEOUT_SECONDS = 5

/** What is looked at. */
export type HealthTarget =
  | { readonly type: 'http'; readonly url: string; readonly method: 'GET' | 'HEAD'; /** Empty: every 2xx. */ readonly expectedStatus: readonly number[] }
  | { readonly type: 'tcp'; readonly host: string; readonly port: number }

/** A check of an item that can be carried out before anybody orders it. */
export interface HealthCheck {
  readonly name: string
  /** Milliseconds between two looks. Default 60,000, never less than 10,000. */
  readonly intervalMs: number
  /** Milliseconds for one look. Default 5,000. */
  readonly timeoutMs: number
  readonly target: HealthTarget
}

/** Why a check is not carried out. `later`: it is about what an order makes. `wrong`: its config lacks something. */
export type UnreadCheck = { readonly name: string; readonly why: string; readonly kind: 'later' | 'unknown' | 'wrong' }

export interface HealthScopes {
  /** Absent: not known yet; a check that reads one is taken to be sound. */
  readonly env?: JsonObject
  readonly metadata: JsonObject
}

type ReadCheck = { readonly check: HealthCheck } | { readonly unread: UnreadCheck } | { readonly undecided: true }

const textIn = (config: JsonObject, ...names: readonly string[]): string | undefined => {
  const found = names.map((name) => Object.hasOwn(config, name) ? config[name] : undefined).find((value) => value !== undefined)
  return typeof found === 'string' || typeof found === 'number' ? String(found) : undefined
}

const milliseconds = (value: Json | undefined, otherwise: number): number =>
  1000 * (typeof value === 'number' || typeof value === 'string' ? durationSeconds(value) ?? otherwise : otherwise)

const statuses = (value: Json | undefined): readonly number[] => [value ?? []].flat().filter((one): one is number => typeof one === 'number')

const httpTarget = (config: JsonObject): HealthTarget | string => {
  const url = textIn(config, 'url', 'endpoint')
  if (url === undefined || url === '') return 'a check of type http needs config.url'
  if (!/^https?:\/\//i.test(url) || !URL.canParse(url)) return 'config.url must be an http or https URL'
  return { type: 'http', url, method: config['method'] === 'HEAD' ? 'HEAD' : 'GET', expectedStatus: statuses(config['expected_status']) }
}

const tcpTarget = (config: JsonObject): HealthTarget | string => {
  const [host, port] = [textIn(config, 'host'), Number(textIn(config, 'port') ?? Number.NaN)]
  if (host === undefined || host === '') return 'a check of type tcp needs config.host'
  return Number.isInteger(port) && port >= 1 && port <= 65_535 ? { type: 'tcp', host, port } : 'a check of type tcp needs config.port, 1 to 65535'
}

const targets: Readonly<Record<string, (config: JsonObject) => HealthTarget | string>> = { http: httpTarget, https: httpTarget, tcp: tcpTarget }

/** Scopes that are there before anybody orders. */
const early: ReadonlySet<string> = new Set(['env', 'metadata'])

const readCheck = (name: string, type: string, entry: JsonObject, { env, metadata }: HealthScopes): ReadCheck => {
  const unread = (kind: UnreadCheck['kind'], why: string): ReadCheck => ({ unread: { name, kind, why } })
  const read = targets[type]
  if (read === undefined) return unread('unknown', `checks of type ${type} are not carried out; http and tcp are`)
  const { compiled } = compileConfig(isJsonObject(entry['config']) ? entry['config'] : {}, (path) => path[0] === 'url' || path[0] === 'endpoint' ? 'url' : 'text')
  if (compiled === undefined) return unread('wrong', 'its templates cannot be read')
  const foreign = compiled.references.find(({ scope }) => !early.has(scope))
  if (foreign !== undefined) return unread('later', `it reads ${foreign.scope}, which there is only when something was made`)
  if (env === undefined && compiled.references.some(({ scope }) => scope === 'env')) return { undecided: true }
  const rendered = renderConfig(compiled, { env: env ?? {}, metadata, fields: {}, request: {}, system: {}, secrets: {}, output: {} }, { seed: 'health', at: 0 })
  if (!rendered.ok) return unread('wrong', `config.${rendered.path.join('.')}: ${rendered.issue.message}`)
  const config = isJsonObject(rendered.value) ? rendered.value : {}
  const target = read(config)
  if (typeof target === 'string') return unread('wrong', target)
  return { check: { name, target, intervalMs: Math.max(SHORTEST_SECONDS * 1000, milliseconds(entry['interval'], INTERVAL_SECONDS)), timeoutMs: Math.min(30_000, milliseconds(config['timeout'], TIMEOUT_SECONDS)) } }
}

/** The entries of `monitoring.health_checks` of a canonical document: what can be looked at now, and why the others cannot. */
export const readHealthChecks = (document: JsonObject, scopes: HealthScopes): readonly ReadCheck[] => {
  const monitoring = document['monitoring']
  const entries = isJsonObject(monitoring) ? monitoring['health_checks'] : undefined
  if (!Array.isArray(entries)) return []
  return (entries as readonly Json[]).flatMap((entry) => {
    const [name, type] = isJsonObject(entry) ? [entry['name'], entry['type']] : []
    return isJsonObject(entry) && typeof name === 'string' && typeof type === 'string' ? [readCheck(name, type, entry, scopes)] : []
  })
}

/** The checks of an item that can be carried out with these values. */
export const healthChecks = (document: JsonObject, scopes: HealthScopes): readonly HealthCheck[] =>
  readHealthChecks(document, scopes).flatMap((read) => 'check' in read ? [read.check] : [])
