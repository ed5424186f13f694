import { createHash, randomBytes } from 'node:crypto'
import type { Instant, Json, JsonObject } from '@pao/core/action'
import { isJsonObject } from '@pao/core/action'
import type { Journal } from './journal.js'
import type { FakeAnswer, FakeCall } from './loopback-server.js'

interface Collection {
  readonly prefix: string
  /** What a new one tells beside its name. */
  readonly made: (name: string, wish: JsonObject) => JsonObject
}

const word = (value: Json | undefined, otherwise: string): string => (typeof value === 'string' && value !== '' ? value : otherwise)

const ports: Readonly<Record<string, number>> = { postgres: 5432, postgresql: 5432, mysql: 3306, mariadb: 3306, redis: 6379, mongodb: 27_017 }

const collections: Readonly<Record<string, Collection>> = {
  'databases': {
    prefix: 'db',
    made: (name, wish) => {
      const engine = word(wish['engine'], 'postgresql')
      const port = ports[engine.toLowerCase()] ?? 5432
      return { engine, host: `${name}.db.playground.internal`, port, endpoint: `${name}.db.playground.internal:${port}`, username: `${name.replaceAll('-', '_')}_owner` }
    },
  },
  'apps': { prefix: 'app', made: (name) => ({ endpoint: `https://${name}.apps.playground.internal`, url: `https://${name}.apps.playground.internal` }) },
  'buckets': { prefix: 'bkt', made: (name) => ({ endpoint: `https://${name}.objects.playground.internal`, url: `https://${name}.objects.playground.internal`, arn: `arn:playground:objects:::${name}` }) },
  'queues': { prefix: 'que', made: (name) => ({ endpoint: `https://queues.playground.internal/${name}`, url: `https://queues.playground.internal/${name}` }) },
  'dns-records': {
    prefix: 'dns',
    made: (name, wish) => {
      const zone = word(wish['zone'], 'playground.internal')
      const fqdn = name === zone || name.endsWith(`.${zone}`) ? name : `${name}.${zone}`
      return { endpoint: fqdn, fqdn, type: word(wish['type'], 'A') }
    },
  },
  'secrets': { prefix: 'sec', made: (name) => ({ endpoint: `secret://playground/${name}`, reference: `secret://playground/${name}`, version: 1 }) },
}

/** What a wish may hold that is never kept or told again. */
const confidential = /value|password|secret|token|key/i

const refusal = (status: number, code: string, message: string, headers: Readonly<Record<string, string>> = {}): FakeAnswer =>
  ({ status, body: { error: { code, message } }, headers })

const object = (value: Json | undefined): JsonObject | undefined => (value !== undefined && isJsonObject(value) ? value : undefined)

const hash = (path: string, body: Json): string => createHash('sha256').update(path).update(JSON.stringify(body)).digest('hex')

/**
 * A provisioning API that makes nothing: `POST /v1/<collection>` with a `name`, `GET` and `DELETE` by id. It honours Idempotency-Key.
 * Names that begin with `flaky-` fail once with 503; names that begin with `refused-` are refused with a reason.
 */
export const provisioningApi = (journal: Journal, now: () => Instant) => {
  const refuse = (collection: string, name: string): FakeAnswer | undefined => {
    if (name.startsWith('refused-')) {
      return refusal(422, 'NAME_REFUSED', `The name "${name}" is refused by the naming policy: names do not begin with "refused-".`)
    }
    const memory = `flaky:${collection}:${name}`
    if (!name.startsWith('flaky-') || journal.get(memory) !== undefined) return undefined
    journal.set(memory, true)
    return refusal(503, 'CAPACITY', 'There is no capacity at the moment. Ask again.')
  }

  const make = (collection: string, { prefix, made }: Collection, wish: JsonObject, name: string): JsonObject => {
    const id = `${prefix}-${randomBytes(6).toString('hex')}`
    const told = Object.fromEntries(Object.entries(wish).filter(([member]) => !confidential.test(member)))
    const resource = { ...told, id, status: 'available', name, ...made(name, wish), createdAt: new Date(now()).toISOString() }
    journal.set(`resource:${collection}:${id}`, resource)
    return resource
  }

  const post = (call: FakeCall, name: string, collection: Collection): FakeAnswer => {
    const wish = object(call.body)
    if (wish === undefined) return refusal(400, 'BODY', 'The body must be a JSON object.')
    const wanted = wish['name']
    if (typeof wanted !== 'string' || !/^[A-Za-z0-9_@*][A-Za-z0-9._@*-]{0,253}$/.test(wanted)) return refusal(422, 'NAME', 'A name of letters, digits, ".", "_" and "-" is needed.')
    const key = call.header('idempotency-key')
    const memory = `idempotency:${call.path}:${key ?? ''}`
    const before = key === undefined ? undefined : object(journal.get(memory))
    if (before !== undefined) {
      return before['hash'] === hash(call.path, wish)
        ? { status: 201, body: before['answer'] ?? null, headers: { 'idempotency-replayed': 'true' } }
        : refusal(422, 'IDEMPOTENCY_CONFLICT', 'This Idempotency-Key was used for another body.')
    }
    const refused = refuse(name, wanted)
    if (refused !== undefined) return refused
    const answer = make(name, collection, wish, wanted)
    if (key !== undefined) journal.set(memory, { hash: hash(call.path, wish), answer })
    return { status: 201, body: answer, headers: { location: `${call.path}/${String(answer['id'])}` } }
  }

  return (call: FakeCall): FakeAnswer => {
    const [, name = '', id] = /^\/v1\/([^/]+)(?:\/([^/]+))?$/.exec(call.path) ?? []
    const collection = Object.hasOwn(collections, name) ? collections[name] : undefined
    if (collection === undefined) return refusal(404, 'NOT_FOUND', `Known are ${Object.keys(collections).map((path) => `/v1/${path}`).join(', ')}.`)
    if (id === undefined) {
      if (call.method === 'POST') return post(call, name, collection)
      if (call.method === 'GET') return { status: 200, body: { items: journal.list(`resource:${name}:`) } }
      return refusal(405, 'METHOD', 'GET and POST are known here.', { allow: 'GET, POST' })
    }
    const resource = journal.get(`resource:${name}:${id}`)
    if (resource === undefined) return refusal(404, 'NOT_FOUND', 'There is no such resource.')
    if (call.method === 'GET') return { status: 200, body: resource }
    if (call.method !== 'DELETE') return refusal(405, 'METHOD', 'GET and DELETE are known here.', { allow: 'GET, DELETE' })
    journal.delete(`resource:${name}:${id}`)
    return { status: 204 }
  }
}
