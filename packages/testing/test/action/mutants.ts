import type { Action, ActionContext, AnyAction } from '@pao/core/action'
import { ActionFailure, classifyStatus, fatal, isPaoError, parked, succeeded } from '@pao/core/action'
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
  /** What it must say. */
  readonly because: RegExp
  /** `vendor`: of one world, for those that go round the engine. */
  readonly action: (vendor: Queues) => AnyAction
}

const mutant = (breaks: string, refusedBy: string, because: RegExp, change: Partial<Action<QueueConfig, QueueOutput>> | ((vendor: Queues) => Partial<Action<QueueConfig, QueueOutput>>)): ActionMutant =>
  ({ breaks, refusedBy, because, action: (vendor) => ({ ...declaration, ...(typeof change === 'function' ? change(vendor) : change) }) })

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
  mutant('exports the schema of the decoded config, where defaults are required', SCHEMA, /the exported JSON Schema does not/, { config: { ...declaration.config, jsonSchema: { ...declaration.config.jsonSchema, required: ['name', 'size'] } } }),
  mutant('checks its config later', SCHEMA, /answers later/, { config: { ...declaration.config, schema: { '~standard': { version: 1, vendor: 'test', validate: async (value) => ({ value: value as QueueConfig }) } } } }),
  mutant('has no example', EXAMPLES, /there is no example/, { examples: [] }),
  mutant('has an example that its own schema refuses', EXAMPLES, /must NOT have fewer than 1 characters/, { examples: [{ title: 'A queue', config: { name: '', size: 3 } }] }),
  mutant('gives half an output', OUTPUT, /the step gave no output/, { resume: async (_context, payload) => succeeded({ id: String((payload as { readonly id: string }).id) } as never) }),
  mutant('tries a secret that it does not declare', SECRETS, /asked for the secret ADMIN_TOKEN/, { run: async (context) => {
    await context.secret('ADMIN_TOKEN').catch(() => undefined)
    return parked(waiting(await kept(context)))
  } }),
  mutant('goes on without its secret', SECRETS, /a secret that is not there must end the step/, { run: async (context) => {
    await context.secret('QUEUE_TOKEN').catch(() => undefined)
    throw fatal('SIGN_IN', 'the vendor would not let us in')
  } }),
  mutant('plans another name each time', PURE, /two plans of the same config differ/, { plan: ({ config }) => ({ summary: `${config.name} ${counted += 1}`, changes: [{ kind: 'create', target: 'queues' }] }) }),
  mutant('asks the vendor while it plans', PURE, /tried to reach outside/, { plan: ({ config }) => {
    try {
      void fetch(BASE)
    } catch {
      // It hides that it was stopped.
    }
    return { summary: config.name, changes: [{ kind: 'create', target: 'queues' }] }
  } }),
  mutant('plans later', PURE, /plan answers later/, { plan: (async () => ({ summary: 'a queue', changes: [] })) as never }),
  mutant('plans to read and creates', COVERS, /run made 1 effects/, { plan: () => ({ summary: 'a look at the queues', changes: [{ kind: 'read', target: 'queues' }] }) }),
  mutant('says that nothing is there without looking', CRASH, /a crash after http POST/, { reconcile: async () => ({ kind: 'absent' }) }),
  mutant('calls itself idempotent and sends no key', CRASH, /a crash after http POST/, { effect: 'idempotent', run: async (context) => parked(waiting(await create(context))) }),
  mutant('calls itself idempotent where the vendor is not', TWICE, /a process that stood still/, { effect: 'idempotent' }),
  mutant('says that all is done without looking', LOST, /0 effects/, { reconcile: async () => ({ kind: 'present', output: outputOf('q-1') }) }),
  mutant('says that nothing is there when it cannot look', LOST, /2 effects/, { reconcile: async (context) => {
    await find(context).catch(() => undefined)
    return { kind: 'absent' }
  } }),
  mutant('takes what is still being made for done', WAITS, /the step waited before, and is succeeded now/, { reconcile: async (context) => {
    const id = await find(context)
    return id === undefined ? { kind: 'absent' } : { kind: 'present', output: outputOf(id) }
  } }),
  mutant('calls a failure after its effect fatal', EDITED, /then another input: 2 effects/, { run: async (context) => {
    const id = await create(context)
    const response = await context.http.request({ url: `${BASE}/queues/${id}`, method: 'GET', headers: { authorization: `Bearer ${await context.secret('QUEUE_TOKEN')}` } })
    if (response.status !== 200) throw fatal('NOT_READY', 'the queue cannot be read')
    return parked(waiting(id))
  } }),
  mutant('does not hear its signal', ABORT, /went on after its signal had aborted/, { run: async (context) => {
    try {
      return parked(waiting(await kept(context)))
    } catch (error) {
      return context.signal.aborted ? never() : Promise.reject(error as Error)
    }
  } }),
  mutant('makes its effect in spite of the abort, with a client of its own', ABORT, /an effect was made after the abort/, (vendor) => ({ run: async (context) => {
    try {
      return parked(waiting(await kept(context)))
    } catch (error) {
      if (!context.signal.aborted) throw error
      vendor.http({ method: 'POST', url: `${BASE}/queues`, body: JSON.stringify({ name: context.config.name, tag: context.key }), headers: { authorization: 'Bearer own' } })
      throw error
    }
  } })),
  mutant('does not hear its signal while it looks for its effect', ABORT, /reconcile went on after its signal had aborted/, { reconcile: async (context) => {
    const id = await find(context).catch((error: unknown) => context.signal.aborted ? never() : Promise.reject(error as Error))
    return id === undefined ? { kind: 'absent' } : { kind: 'parked', park: waiting(id) }
  } }),
  mutant('tries a creation again that may have worked', CLASSIFIED, /503, .* it was classified as retryable/, { classify: (error) => error instanceof ActionFailure && error.classification.code === 'HTTP_503' ? { ...error.classification, kind: 'retryable' } : undefined }),
  mutant('does not keep the pause that the vendor asks for', CLASSIFIED, /Retry-After is not passed on/, { classify: (error) => error instanceof ActionFailure && error.classification.code === 'HTTP_429' ? { kind: 'retryable', code: 'BUSY', message: 'the vendor is busy' } : undefined }),
  mutant('takes a call that never left for one whose answer was lost', CLASSIFIED, /no connection, .* it was classified as unknown/, { classify: (error) => isPaoError(error, 'HTTP_CONNECTION') ? { kind: 'unknown', code: 'LOST', message: 'the answer was lost' } : undefined }),
  mutant('falls over an answer that it cannot read', CLASSIFIED, /threw something that says nothing/, { effect: 'idempotent', run: async (context) => {
    const response = await context.http.request({ url: `${BASE}/queues`, method: 'POST', body: JSON.stringify({ name: 'a', tag: context.key }), headers: { authorization: `Bearer ${await context.secret('QUEUE_TOKEN')}` } })
    return parked(waiting((response.json() as { readonly id: string }).id))
  } }),
  mutant('quotes the page of a proxy', CLASSIFIED, /quotes the whole answer/, { run: async (context) => parked(waiting(await context.checkpoint('queue', async () => {
    const response = await context.http.request({ url: `${BASE}/queues`, method: 'POST', body: JSON.stringify({ name: 'a', tag: context.key }), headers: { authorization: `Bearer ${await context.secret('QUEUE_TOKEN')}` } })
    const failure = classifyStatus(response, 'the queues', false, context.now())
    if (response.status !== 201) throw new ActionFailure({ ...failure, message: `${failure.message}: ${response.body}` })
    return idOf(response)
  }))) }),
  mutant('cannot take back what is gone', UNDONE, /there is nothing to take back/, { compensate: async (context) => {
    if (await find(context) === undefined) throw fatal('GONE', 'there is nothing to take back')
    return (declaration.compensate as (given: Context, done: QueueOutput | null) => Promise<void>)(context, null)
  } }),
  mutant('takes back by an output that a broken run has not given', UNDONE, /after a wait that ended badly/, { compensate: async (context, done) => {
    await context.http.request({ url: `${BASE}/queues/${(done as QueueOutput).id}`, method: 'DELETE', headers: { authorization: `Bearer ${await context.secret('QUEUE_TOKEN')}` } })
  } }),
  mutant('takes back everything that it finds', UNDONE, /something was touched that is not the step/, { compensate: async (context) => {
    for (const id of ['q-0', 'q-1']) await context.http.request({ url: `${BASE}/queues/${id}`, method: 'DELETE', headers: { authorization: `Bearer ${await context.secret('QUEUE_TOKEN')}` } })
  } }),
  mutant('logs how it signs in', SECRECY, /a secret stands in the log/, { run: async (context) => {
    const encoded = Buffer.from(`pao:${await context.secret('QUEUE_TOKEN')}`).toString('base64')
    await context.http.request({ url: `${BASE}/queues`, method: 'GET', headers: { authorization: `Bearer ${encoded}` } })
    context.log.info(`signed in with ${encoded}`)
    return parked(waiting(await kept(context)))
  } }),
  mutant('keeps how it signs in', SECRECY, /a secret stands in the checkpoints/, { run: async (context) => {
    const encoded = await context.checkpoint('sign-in', async () => Buffer.from(`pao:${await context.secret('QUEUE_TOKEN')}`).toString('base64'))
    await context.http.request({ url: `${BASE}/queues`, method: 'GET', headers: { authorization: `Bearer ${encoded}` } })
    return parked(waiting(await kept(context)))
  } }),
  mutant('cannot read the signal that its earlier version has kept', VERSIONS, /neither carried on nor refused clearly/, {
    version: '2.0.0',
    observe: async (context, { id }) => {
      const seen = await (declaration.observe as (given: Context, reference: { readonly service: string; readonly id: string }) => Promise<{ readonly status: string; readonly payload?: unknown }>)(context, { service: 'queues', id })
      return { status: seen.status, ...(seen.payload === undefined ? {} : { payload: { queue: { id } } }) }
    },
    resume: async (_context, payload) => succeeded(outputOf((payload as { readonly queue: { readonly id: string } }).queue.id)),
  }),
  mutant('makes again what its earlier version has kept under another name', VERSIONS, /2 effects/, { version: '2.0.0', run: async (context) => parked(waiting(await context.checkpoint('queue-2', () => create(context)))), reconcile: async () => ({ kind: 'absent' }) }),
  mutant('says nothing of its earlier versions', VERSIONS, /give the ones before it as previous/, { version: '3.0.0' }),
]

