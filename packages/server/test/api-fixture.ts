import { jiraTicketAction } from '@pao/action-jira'
import { restApiAction } from '@pao/action-rest'
import { createActionRegistry, createCatalog } from '@pao/core'
import type { DecisionAnswer, HistoryEntry, Orchestrator, RequestView, ServiceRequest } from '@pao/core'
import type { StoredRequest } from '@pao/core/ports'
import { createApi } from '../src/app.js'
import type { ApiDependencies } from '../src/dependencies.js'
import { devAuthenticator } from '../src/dev-authenticator.js'
import type { ServedCatalog } from '../src/served-catalog.js'

export const NOW = Date.UTC(2026, 10, 23, 12, 0, 0)
export const ID = '019aaf4e-0000-7000-8000-000000000001'

export const serviceRequest = (change: Partial<ServiceRequest> = {}): ServiceRequest => ({
  id: ID,
  version: 7,
  accepted: {
    at: NOW, correlationId: 'corr-1', priority: 'normal', requester: { id: 'ada', teams: ['payments'], roles: ['developer'] },
    subject: { kind: 'item', id: 'database-postgresql', version: '1.0.0', definitionHash: 'ab'.repeat(32) },
    ownerTeam: 'platform-database-team',
  },
  revision: {
    number: 1, sealed: ['password'], input: { name: 'orders-db', password: 'sealed:0a0b0c0d:AAAA' }, variables: {}, planDigest: 'd',
    plan: { mode: 'automatic', limit: 1, quota: [], steps: ['create', 'configure', 'announce'].map((id) => ({
      id, action: 'rest-api', dependsOn: [], critical: true, effect: 'create', compensable: false, timeoutMs: 1000, onFailure: 'fail',
    })) },
  },
  status: { state: 'failed', failure: { at: NOW + 2000, cause: 'step', steps: ['configure'], needsPerson: [] } },
  steps: [
    { id: 'create', state: 'completed', endedAt: NOW + 1000, output: { id: 'db-1' }, adopted: false, iteration: 1, executions: 1, failures: 0, references: [] },
    { id: 'configure', state: 'failed', endedAt: NOW + 2000, tolerated: false, failure: { kind: 'retryable', phase: 'run', code: 'HTTP_503', message: 'POST answered 503' }, iteration: 1, executions: 1, failures: 1, references: [] },
    { id: 'announce', state: 'pending', iteration: 1, executions: 0, failures: 0, references: [] },
  ],
  superseded: [], approvals: [], ledger: [{ step: 'create', iteration: 1 }],
  ...change,
})

export const stored = (request: ServiceRequest): StoredRequest => ({ request, chainHash: 'c'.repeat(64), createdAt: NOW, updatedAt: NOW + 2000 })
export const view = (request: ServiceRequest = serviceRequest(), observed: RequestView['observed'] = new Map()): RequestView => ({ ...stored(request), observed })

/** An example document, a change at a time. */
export interface Example {
  readonly id: string
  readonly name?: string
  readonly category?: string
  readonly owner?: string
  readonly tags?: readonly string[]
  readonly environments?: readonly string[]
  readonly teams?: readonly string[]
  readonly fields?: string
}

export const documentOf = ({ id, name = 'PostgreSQL Database', category = 'databases', owner = 'platform-database-team', tags = [], environments = [], teams = [], fields }: Example): string => `
version: "2.0"
kind: CatalogItem
metadata:
  id: ${id}
  name: ${name}
  description: A managed database with daily backups, monitoring and a support rota behind it.
  version: 1.0.0
  category: ${category}
  owner: { team: ${owner}, contact: team@example.com }
  tags: ${JSON.stringify(tags)}
  visibility: { environments: ${JSON.stringify(environments)}, teams: ${JSON.stringify(teams)} }
  sla: { provisioning_time: 1h }
presentation:
  form:
    groups:
      - id: basic
        name: Basics
        fields:
          - { id: name, name: Name, type: string, required: true }
${fields ?? ''}
fulfillment:
  strategy: { mode: manual }
  manual:
    actions:
      - id: ticket
        type: jira-ticket
        config: { ticket: { project: DBA, issue_type: Task, summary_template: "Database {{fields.name}}" } }
`

const settings = {
  profile: 'compat' as const, templateEnv: [],
  actions: createActionRegistry([restApiAction(), jiraTicketAction({ connections: [{ name: 'main', baseUrl: 'https://jira.example', email: 'a@b.c', tokenSecret: 'T' }] })]),
}

export const catalogOf = (examples: readonly Example[] = [{ id: 'database-postgresql', tags: ['sql'] }]): ServedCatalog => {
  const catalog = createCatalog(examples.map((example) => ({ path: `${example.id}.yaml`, source: documentOf(example) })), settings)
  const report = { items: catalog.items.size, orderable: catalog.items.size, files: catalog.documents.size, loadedAt: NOW, issues: catalog.issues }
  return {
    current: () => catalog, report: () => report, refresh: () => Promise.resolve(report), follow: () => Promise.resolve(false), settled: () => Promise.resolve(), close: () => Promise.resolve(),
    versions: (id) => Promise.resolve({ newest: catalog.get(id), versions: [] }), validations: () => Promise.resolve([]), unavailability: () => [], issuesOf: ({ issues }) => issues,
    estimatedSeconds: ({ accepted }) => (catalog.get(accepted.subject.id) === undefined ? undefined : 3600),
  }
}

const refuseAll = (name: string) => () => { throw new Error(`the test did not expect ${name}`) }

/** An orchestrator that answers only what a test says it should. */
export const orchestrator = (answers: Partial<Orchestrator> = {}): Orchestrator => ({
  start: refuseAll('start'), stop: refuseAll('stop'), submit: refuseAll('submit'), dryRun: refuseAll('dryRun'), retry: refuseAll('retry'), abort: refuseAll('abort'),
  find: refuseAll('find'), findLive: refuseAll('findLive'), wait: refuseAll('wait'), logs: refuseAll('logs'), health: refuseAll('health'), wake: refuseAll('wake'), ...answers,
} as Orchestrator)

export const done = (request: RequestView = view()): DecisionAnswer => ({ kind: 'done', request })

interface Logged { readonly fields: Readonly<Record<string, unknown>>; readonly message: string }

export const api = (change: Partial<ApiDependencies> = {}, options: { readonly basePath?: string } = {}) => {
  const logged: Logged[] = []
  const log = (fields: Readonly<Record<string, unknown>>, message: string) => { logged.push({ fields, message }) }
  const server = createApi({
    orchestrator: orchestrator(),
    requests: { list: () => Promise.resolve({ data: [], hasMore: false }), history: () => Promise.resolve([] as readonly HistoryEntry[]) },
    catalog: catalogOf(),
    authenticator: devAuthenticator(),
    health: { components: () => ({ database: { status: 'ok' } }), accepting: () => true },
    logger: { debug: log, info: log, warn: log, error: log },
    now: () => NOW,
    version: '0.0.0',
    ...change,
  }, options)
  const call = async (method: string, path: string, init: { readonly body?: unknown; readonly raw?: string | Uint8Array<ArrayBuffer>; readonly chunked?: boolean; readonly headers?: Readonly<Record<string, string>> } = {}) => {
    const body = init.raw ?? (init.body === undefined ? undefined : JSON.stringify(init.body))
    const headers: Record<string, string> = { host: '127.0.0.1:8080', ...(init.body === undefined ? {} : { 'content-type': 'application/json' }) }
    if (init.chunked === true) headers['transfer-encoding'] = 'chunked'
    else if (body !== undefined) headers['content-length'] = String(Buffer.byteLength(body))
    const response = await server.fetch(new Request(`http://127.0.0.1:8080${path}`, { method, headers: { ...headers, ...init.headers }, ...(body === undefined ? {} : { body }) }))
    const text = await response.text()
    // eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests read answers freely
    return { status: response.status, headers: response.headers, text, json: (text === '' ? undefined : JSON.parse(text)) as any }
  }
  return { call, logged }
}
