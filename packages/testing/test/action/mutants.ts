import type { Action, ActionContext, AnyAction } from '@pao/core/action'
import { ActionFailure, fatal, parked, succeeded } from '@pao/core/action'
import type { fakeQueues } from './fake-queues.js'
import { BASE, create, declaration, find, idOf, waiting } from './queue-action.js'
import type { QueueConfig, QueueOutput } from './queue-action.js'

type Queues = ReturnType<typeof fakeQueues>
type Context = ActionContext<QueueConfig>

/** An action that breaks one rule on purpose. */
export interface ActionMutant {
  /** What it does wrong. */
  readonly breaks: string
  /** The rule that must refuse it. */
  readonly refusedBy: string
  /** `vendor`: of one world, for those that go round the engine. */
  readonly action: (vendor: Queues) => AnyAction
}

const mutant = (breaks: string, refusedBy: string, change: Partial<Action<QueueConfig, QueueOutput>> | ((vendor: Queues) => Partial<Action<QueueConfig, QueueOutput>>)): ActionMutant =>
  ({ breaks, refusedBy, action: (vendor) => ({ ...declaration, ...(typeof change === 'function' ? change(vendor) : change) }) })

const outputOf = (id: string): QueueOutput => ({ id, url: `${BASE}/queues/${id}` })
const kept = (context: Context): Promise<string> => context.checkpoint('queue', () => create(context))
const never = (): Promise<never> => new Promise(() => undefined)

const SCHEMA = 'what the config schema accepts, its JSON Schema accepts'
const EXAMPLES = 'examples run'
const OUTPUT = 'the output fits its schema'
const SECRETS = 'only declared secrets are asked for'
const PURE = 'plan is pure'
const COVERS = 'plan covers what run does'
const CRASH = 'a crash at each point leaves one effect'
const TWICE = 'one attempt delivered to two processes leaves one effect'
const LOST = 'a lost answer is reconciled'
const WAITS = 'a crash between effect and park still waits'
const EDITED = 'an edited input after a failure leaves one effect'
const ABORT = 'an abort ends soon and adds no effect'
const CLASSIFIED = 'what goes wrong with a call is classified'
const UNDONE = 'compensation twice is compensation once'
const SECRECY = 'no secret is kept or shown'
const VERSIONS = 'an earlier version is carried on or refused clearly'

let counted = 0

/** Each rule has at least one. */
export const mutants: readonly ActionMutant[] = [
  mutant('exports the schema of the decoded config, where defaults are required', SCHEMA, { config: { ...declaration.config, jsonSchema: { ...declaration.config.jsonSchema, required: ['name', 'size'] } } }),
  mutant('checks its config later', SCHEMA, { config: { ...declaration.config, schema: { '~standard': { version: 1, vendor: 'test', validate: async (value) => ({ value: value as QueueConfig }) } } } }),
  mutant('has no example', EXAMPLES, { examples: [] }),
  mutant('has an example that its own schema refuses', EXAMPLES, { examples: [{ title: 'A queue', config: { name: '', size: 3 } }] }),
  mutant('gives half an output', OUTPUT, { resume: async (_context, payload) => succeeded({ id: String((payload as { readonly id: string }).id) } as never) }),
  mutant('tries a secret that it does not declare', SECRETS, { run: async (context) => {
    await context.secret('ADMIN_TOKEN').catch(() => undefined)
    return parked(waiting(await kept(context)))
  } }),
  mutant('goes on without its secret', SECRETS, { run: async (context) => {
    await context.secret('QUEUE_TOKEN').catch(() => undefined)
    throw fatal('SIGN_IN', 'the vendor would not let us in')
  } }),
  mutant('plans another name each time', PURE, { plan: ({ config }) => ({ summary: `${config.name} ${counted += 1}`, changes: [{ kind: 'create', target: 'queues' }] }) }),
  mutant('asks the vendor while it plans', PURE, { plan: ({ config }) => {
    try {
      void fetch(BASE)
    } catch {
      // It hides that it was stopped.
    }
    return { summary: config.name, changes: [{ kind: 'create', target: 'queues' }] }
  } }),
  mutant('plans later', PURE, { plan: (async () => ({ summary: 'a queue', changes: [] })) as never }),
  mutant('plans to read and creates', COVERS, { plan: () => ({ summary: 'a look at the queues', changes: [{ kind: 'read', target: 'queues' }] }) }),
  mutant('says that nothing is there without looking', CRASH, { reconcile: async () => ({ kind: 'absent' }) }),
  mutant('calls itself idempotent and sends no key', CRASH, { effect: 'idempotent', run: async (context) => parked(waiting(await create(context))) }),
  mutant('calls itself idempotent where the vendor is not', TWICE, { effect: 'idempotent' }),
  mutant('says that all is done without looking', LOST, { reconcile: async () => ({ kind: 'present', output: outputOf('q-1') }) }),
  mutant('says that nothing is there when it cannot look', LOST, { reconcile: async (context) => {
    await find(context).catch(() => undefined)
    return { kind: 'absent' }
  } }),
  mutant('takes what is still being made for done', WAITS, { reconcile: async (context) => {
    const id = await find(context)
    return id === undefined ? { kind: 'absent' } : { kind: 'present', output: outputOf(id) }
  } }),
  mutant('calls a failure after its effect fatal', EDITED, { run: async (context) => {
    const id = await create(context)
    const response = await context.http.request({ url: `${BASE}/queues/${id}`, method: 'GET', headers: { authorization: `Bearer ${await context.secret('QUEUE_TOKEN')}` } })
    if (response.status !== 200) throw fatal('NOT_READY', 'the queue cannot be read')
    return parked(waiting(id))
  } }),
  mutant('does not hear its signal', ABORT, { run: async (context) => {
    try {
      return parked(waiting(await kept(context)))
    } catch (error) {
      return context.signal.aborted ? never() : Promise.reject(error as Error)
    }
  } }),
  mutant('makes its effect in spite of the abort, with a client of its own', ABORT, (vendor) => ({ run: async (context) => {
    try {
      return parked(waiting(await kept(context)))
    } catch (error) {
      if (!context.signal.aborted) throw error
      vendor.http({ method: 'POST', url: `${BASE}/queues`, body: JSON.stringify({ name: context.config.name, tag: context.key }), headers: { authorization: 'Bearer own' } })
      throw error
    }
  } })),
  mutant('tries a creation again that may have worked', CLASSIFIED, { classify: (error) => error instanceof ActionFailure && error.classification.code === 'HTTP_503' ? { ...error.classification, kind: 'retryable' } : undefined }),
  mutant('falls over an answer that it cannot read', CLASSIFIED, { effect: 'idempotent', run: async (context) => {
    const response = await context.http.request({ url: `${BASE}/queues`, method: 'POST', body: JSON.stringify({ name: 'a', tag: context.key }), headers: { authorization: `Bearer ${await context.secret('QUEUE_TOKEN')}` } })
    return parked(waiting((response.json() as { readonly id: string }).id))
  } }),
  mutant('quotes the page of a proxy', CLASSIFIED, { run: async (context) => parked(waiting(await context.checkpoint('queue', async () => {
    const response = await context.http.request({ url: `${BASE}/queues`, method: 'POST', body: JSON.stringify({ name: 'a', tag: context.key }), headers: { authorization: `Bearer ${await context.secret('QUEUE_TOKEN')}` } })
    if (response.status >= 500) throw new ActionFailure({ kind: 'unknown', code: `HTTP_${response.status}`, message: response.body })
    return idOf(response)
  }))) }),
  mutant('cannot take back what is gone', UNDONE, { compensate: async (context) => {
    if (await find(context) === undefined) throw fatal('GONE', 'there is nothing to take back')
    return (declaration.compensate as (given: Context, done: QueueOutput | null) => Promise<void>)(context, null)
  } }),
  mutant('takes back by an output that a broken run has not given', UNDONE, { compensate: async (context, done) => {
    await context.http.request({ url: `${BASE}/queues/${(done as QueueOutput).id}`, method: 'DELETE', headers: { authorization: `Bearer ${await context.secret('QUEUE_TOKEN')}` } })
  } }),
  mutant('takes back everything that it finds', UNDONE, { compensate: async (context) => {
    for (const id of ['q-0', 'q-1']) await context.http.request({ url: `${BASE}/queues/${id}`, method: 'DELETE', headers: { authorization: `Bearer ${await context.secret('QUEUE_TOKEN')}` } })
  } }),
  mutant('logs how it signs in', SECRECY, { run: async (context) => {
    const encoded = Buffer.from(`pao:${await context.secret('QUEUE_TOKEN')}`).toString('base64')
    await context.http.request({ url: `${BASE}/queues`, method: 'GET', headers: { authorization: `Bearer ${encoded}` } })
    context.log.info(`signed in with ${encoded}`)
    return parked(waiting(await kept(context)))
  } }),
  mutant('keeps how it signs in', SECRECY, { run: async (context) => {
    const encoded = await context.checkpoint('sign-in', async () => Buffer.from(`pao:${await context.secret('QUEUE_TOKEN')}`).toString('base64'))
    await context.http.request({ url: `${BASE}/queues`, method: 'GET', headers: { authorization: `Bearer ${encoded}` } })
    return parked(waiting(await kept(context)))
  } }),
  mutant('cannot read what its earlier version has kept', VERSIONS, { version: '2.0.0', run: async (context) => {
    const queue = await context.checkpoint('queue', async () => ({ names: { id: await create(context) } }))
    return parked(waiting(queue.names.id))
  }, effect: 'idempotent', reconcile: async () => ({ kind: 'absent' }) }),
  mutant('makes again what its earlier version has kept under another name', VERSIONS, { version: '2.0.0', run: async (context) => parked(waiting(await context.checkpoint('queue-2', () => create(context)))), reconcile: async () => ({ kind: 'absent' }) }),
  mutant('says nothing of its earlier versions', VERSIONS, { version: '3.0.0' }),
]

