import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

interface Ticket {
  readonly key: string
  readonly labels: readonly string[]
  readonly properties: readonly unknown[]
  readonly at: number
}

/** A provisioning API that honours Idempotency-Key and a Jira whose search lags, in the process of the test: the independent witness. */
export interface FakeVendor {
  readonly url: string
  /** Effects made, by kind. */
  effects(): Readonly<Record<'databases' | 'records' | 'tickets', number>>
  stop(): Promise<void>
}

/** The index shows a ticket this long after it was made. */
const INDEX_LAG_MS = 250

const bodyOf = async (request: AsyncIterable<Buffer>): Promise<string> => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}

export const startFakeVendor = async (): Promise<FakeVendor> => {
  const made = { databases: new Map<string, object>(), records: new Map<string, object>() }
  const tickets: Ticket[] = []

  const provision = (kind: 'databases' | 'records', key: string): { readonly status: number; readonly body: object } => {
    const known = made[kind].get(key)
    const body = known ?? { id: `${kind}-${made[kind].size + 1}` }
    made[kind].set(key, body)
    return { status: 201, body }
  }

  const shown = (ticket: Ticket): object => ({
    id: '1', key: ticket.key, self: 'http://127.0.0.1/',
    fields: { status: { name: 'Done', statusCategory: { key: 'done' } }, resolution: { name: 'Done' }, labels: ticket.labels },
    properties: Object.fromEntries(ticket.properties.map((property) => [(property as { key: string }).key, (property as { value: unknown }).value])),
  })

  const answer = (method: string, path: string, key: string, body: string): { readonly status: number; readonly body: object } => {
    if (method === 'POST' && path === '/databases') return provision('databases', key)
    if (method === 'POST' && path === '/records') return provision('records', key)
    if (method === 'POST' && path === '/rest/api/3/issue') {
      const { fields, properties = [] } = JSON.parse(body) as { fields: { labels?: string[] }; properties?: unknown[] }
      const ticket = { key: `OPS-${tickets.length + 1}`, labels: fields.labels ?? [], properties, at: Date.now() }
      tickets.push(ticket)
      return { status: 201, body: { id: '1', key: ticket.key, self: 'http://127.0.0.1/' } }
    }
    if (method === 'POST' && path === '/rest/api/3/search/jql') {
      const { jql } = JSON.parse(body) as { jql: string }
      const found = tickets.filter((ticket) => Date.now() - ticket.at >= INDEX_LAG_MS && ticket.labels.some((label) => jql.includes(label)))
      return { status: 200, body: { issues: found.map(shown), isLast: true } }
    }
    const ticket = tickets.find(({ key: name }) => path === `/rest/api/3/issue/${name}`)
    return ticket === undefined ? { status: 404, body: { errorMessages: [`nothing at ${method} ${path}`] } } : { status: 200, body: shown(ticket) }
  }

  const server = createServer((request, response) => {
    bodyOf(request).then((body) => {
      const { status, body: reply } = answer(request.method ?? '', (request.url ?? '').split('?')[0] ?? '', String(request.headers['idempotency-key']), body)
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(reply))
    }, () => response.destroy())
  })
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve) })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    effects: () => ({ databases: made.databases.size, records: made.records.size, tickets: tickets.length }),
    stop: () => new Promise((resolve) => {
      server.close(() => { resolve() })
      server.closeAllConnections()
    }),
  }
}
