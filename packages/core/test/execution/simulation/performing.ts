import type { Effect } from '../../../src/action/action.js'
import { ActionFailure, fatal, retryable, unknownOutcome } from '../../../src/action/action-failure.js'
import { classifyStatus } from '../../../src/action/classify.js'
import { type HttpClient, markSent } from '../../../src/action/http.js'
import { type Outcome, parked, succeeded } from '../../../src/action/outcome.js'
import { PaoError } from '../../../src/errors.js'
import type { Context, Performance } from './actions.js'
import type { Process } from './process.js'
import type { Behaviour, StepScript } from './scenario.js'
import type { Vendor } from './vendor.js'

/** What the actions of one process reach. */
export interface Surroundings {
  readonly process: Process
  readonly vendor: Vendor
  readonly scriptOf: (step: string) => StepScript
  /** Whether things still go wrong. */
  readonly chaos: () => boolean
  /** How often this has been asked before, over all processes. */
  readonly turn: (what: string) => number
  readonly reached: (what: string) => void
  /** Notes that an execution runs now. */
  readonly called: (key: string, attempt: number) => void
}

const SLOW_MS = 8_000

/** What the vendor is to do with a call; `hang`: it never answers. */
type Answer = 'made' | 'busy' | 'error-before' | 'error-after' | 'lost' | 'unsent' | 'hang'

const status = (code: number): { readonly status: number; readonly headers: Readonly<Record<string, string>>; readonly body: string; json(): null } =>
  ({ status: code, headers: code === 429 ? { 'retry-after': '2' } : {}, body: '', json: () => null })

const broken = (sent: boolean): PaoError => markSent(new PaoError('HTTP_CONNECTION', 'the connection broke', { retryable: true }), sent)

const untilAborted = (signal: AbortSignal | undefined): Promise<never> => new Promise((_resolve, reject) => {
  const end = (): void => { reject(markSent(new PaoError('HTTP_DEADLINE', 'no answer in time', { retryable: true }), true)) }
  if (signal?.aborted === true) end()
  else signal?.addEventListener('abort', end, { once: true })
})

/** The outside as a process reaches it over HTTP; headers tell the vendor what to do. */
export const vendorHttp = (vendor: Vendor, process: string): HttpClient => ({
  request: async ({ method, headers = {}, signal }) => {
    const { 'idempotency-key': key = '', 'x-answer': answer, 'x-effect': effect } = headers as Readonly<Record<string, Answer | Effect | undefined>> & { readonly 'idempotency-key'?: string }
    if (method === 'GET') return status(vendor.look(key, process) ? 200 : 404)
    if (answer === 'unsent') throw broken(false)
    if (answer === 'busy') return status(429)
    if (answer === 'error-before') return status(500)
    if (method === 'DELETE') vendor.undo(key, process)
    else vendor.change(key, process, effect === 'idempotent', effect !== 'none')
    if (answer === 'lost') throw broken(true)
    if (answer === 'hang') return untilAborted(signal)
    return status(answer === 'error-after' ? 500 : 201)
  },
})

/** How the actions of a process behave: as the scenario says while things go wrong, well afterwards. */
export const createPerformance = ({ process, vendor, scriptOf, chaos, turn, reached, called }: Surroundings): Performance => {
  const crash = (): Promise<never> => {
    process.die()
    vendor.gone(process.name)
    return new Promise(() => undefined)
  }
  const idle = (ms: number): Promise<void> => new Promise((resolve) => { process.clock.schedule(ms, resolve) })

  const send = async ({ http, key, now, config }: Context, method: 'POST' | 'DELETE', answer: Answer, effect: Effect): Promise<void> => {
    const response = await http.request({
      url: 'https://vendor.example/things', method, headers: { 'idempotency-key': key, 'x-answer': answer, 'x-effect': effect }, body: JSON.stringify(config),
    })
    if (response.status < 400) return
    throw new ActionFailure(classifyStatus(response, 'the vendor', effect !== 'create' || method === 'DELETE', now()))
  }

  const waitFor = (key: string) => ({ until: 'signal', reference: { service: 'vendor', id: key }, status: 'open' }) as const

  const act = async (context: Context, effect: Effect, does: Behaviour): Promise<Outcome> => {
    const { key, now } = context
    const made = { made: key, echo: context.config }
    const post = (answer: Answer = 'made'): Promise<void> => send(context, 'POST', answer, effect)
    switch (does) {
      case 'ok': await post(); return succeeded(made)
      case 'slow': await idle(SLOW_MS); await post(); return succeeded(made)
      case 'checkpointed': return succeeded(await context.checkpoint('make', async () => { await post(); return made }))
      case 'busy': await post('busy'); return succeeded(made)
      case 'refused': throw fatal('REFUSED', `no, not with ${JSON.stringify(context.config)}`)
      case 'error-before': await post('error-before'); return succeeded(made)
      case 'error-after': await post('error-after'); return succeeded(made)
      case 'lost': await post('lost'); return succeeded(made)
      case 'unsent': await post('unsent'); return succeeded(made)
      case 'throws': await post(); throw new TypeError(`a bug of the plugin with ${JSON.stringify(context.config)}`)
      case 'garbage': await post(); return undefined as never
      case 'hangs': return new Promise(() => undefined)
      case 'hangs-after': await post('hang'); return succeeded(made)
      case 'dies-before': return crash()
      case 'dies-after': await post(); return crash()
      case 'parks-for-time': await post(); return parked({ until: 'time', at: now() + 3_000 })
      case 'parks-for-signal': await post(); return parked({ ...waitFor(key), pollEveryMs: 1_000 })
      case 'parks-and-escalates': await post(); return parked({ ...waitFor(key), timeoutMs: 4_000, onTimeout: 'escalate' })
    }
  }

  const behaviourOf = ({ key, request: { step } }: Context): Behaviour => {
    const run = turn(`run ${key}`)
    // Where people work, the ticket waits for them.
    if (step === 'ticket') return 'parks-for-signal'
    return chaos() ? scriptOf(step).runs[run] ?? 'ok' : 'ok'
  }

  const other = async (context: Context, what: string): Promise<'ok' | 'busy' | 'lost' | 'refused'> => {
    const { others } = scriptOf(context.request.step)
    const does = chaos() ? others[turn(`other ${context.key}`)] ?? 'ok' : 'ok'
    reached(`${what}-${does}`)
    if (does === 'busy') throw retryable('BUSY', 'not now')
    if (does === 'refused') throw fatal('REFUSED', 'no')
    return does
  }

  return {
    run: async (context, effect) => {
      if (process.isDead()) return new Promise(() => undefined)
      const { key, attempt, config, log, signal } = context
      const done = vendor.begin(key, process.name)
      called(key, attempt)
      const does = behaviourOf(context)
      reached(does)
      // What hangs can be given up: nothing of it happens after the signal.
      if (does === 'hangs') signal.addEventListener('abort', done)
      log.info(`working with ${String(config['password'] ?? config['auth'] ?? 'nothing secret')}`, config)
      try {
        return await process.deliver(act(context, effect, does))
      } finally {
        done()
      }
    },
    resume: async (context) => {
      if (await other(context, 'resume') === 'lost') throw unknownOutcome('LOST', 'the answer was lost')
      return succeeded({ made: context.key })
    },
    reconcile: async (context) => {
      const { key, http, request } = context
      reached('reconcile')
      if (vendor.busy(key)) return { kind: 'unsure', why: 'somebody still works on it', askAgainInMs: 1_000 }
      if (!scriptOf(request.step).findable) return { kind: 'unsure', why: 'the vendor cannot be asked' }
      const { status: found } = await http.request({ url: 'https://vendor.example/things', method: 'GET', headers: { 'idempotency-key': key } })
      return found === 200 ? { kind: 'present', output: { made: key } } : { kind: 'absent' }
    },
    observe: ({ key }) => {
      const seen = turn(`observe ${key}`) % 4
      return process.deliver(Promise.resolve(seen === 3 ? { status: 'done', payload: 'resolved' } : { status: seen === 2 ? 'nearly' : 'open' }))
    },
    compensate: async (context) => {
      const does = await other(context, 'undo')
      await send(context, 'DELETE', does === 'lost' ? 'lost' : 'made', 'idempotent')
    },
  }
}
