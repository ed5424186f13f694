import { classifyError, isActionFailure, markSent, PaoError } from '@pao/core/action'
import type { ActionContext, Classification, ExternalReference, HttpClient, Json, Observation, Outcome, Reconciliation } from '@pao/core/action'
import { jiraTicketAction } from '../src/index.js'
import type { JiraConnection, TicketConfig, TicketOutput } from '../src/index.js'

/** The process died here: nothing after it was recorded. */
class Crash extends Error {}

const parse = (text: string): Json => {
  try {
    return JSON.parse(text) as Json
  } catch {
    throw new SyntaxError('the answer is not JSON')
  }
}

/** The port as its laws say, over fetch: enough for loopback. */
const loopbackHttp: HttpClient = {
  request: async ({ url, method, headers = {}, body, timeoutMs = 30_000 }) => {
    const response = await fetch(url, { method, headers: { ...headers }, signal: AbortSignal.timeout(timeoutMs), ...(body === undefined ? {} : { body }) }).catch((error: unknown) => {
      if ((error as Error).name === 'TimeoutError') throw markSent(new PaoError('HTTP_DEADLINE', 'no answer in time', { retryable: true }), true)
      const code = ((error as Error).cause as NodeJS.ErrnoException | undefined)?.code
      throw markSent(new PaoError('HTTP_CONNECTION', `no answer (${code ?? 'unknown'})`, { retryable: true }), code !== 'ECONNREFUSED')
    })
    const text = await response.text()
    return { status: response.status, headers: Object.fromEntries(response.headers), body: text, json: () => parse(text) }
  },
}

export type Ended =
  | { readonly kind: 'outcome'; readonly outcome: Outcome<TicketOutput> }
  | { readonly kind: 'failed'; readonly failure: Classification }
  | { readonly kind: 'crashed' }

/**
 * One step as the engine carries it: checkpoints that outlive a crash, executions that are counted, a clock, and points at which it can be
 * told to crash. What an action throws is classified as the engine classifies it.
 */
export const stepRunner = (config: TicketConfig, connections: readonly JiraConnection[], secrets: Readonly<Record<string, string>>) => {
  const action = jiraTicketAction({ connections })
  const checkpoints = new Map<string, { readonly value: Json | undefined }>()
  const lines: string[] = []
  const hidden: string[] = []
  const asked: string[] = []
  const state = { now: 1_000_000, attempt: 0, uncertainSince: undefined as number | undefined, crashAt: Number.POSITIVE_INFINITY, passed: 0, callTimeoutMs: 2_000 }

  /** A boundary at which the process may die. */
  const pass = (): void => {
    state.passed += 1
    if (state.passed === state.crashAt) throw new Crash(`crash at ${state.passed}`)
  }

  const checkpoint = (used: Set<string>) => async <Value extends Json | undefined>(name: string, work: () => Promise<Value>): Promise<Value> => {
    if (used.has(name)) throw new PaoError('CHECKPOINT_REPEATED', name)
    used.add(name)
    const kept = checkpoints.get(name)
    if (kept !== undefined) return kept.value as Value
    const value = await work()
    pass()
    checkpoints.set(name, { value: structuredClone(value) })
    pass()
    return value
  }

  const http: HttpClient = {
    request: async (request) => {
      pass()
      const response = await loopbackHttp.request({ ...request, timeoutMs: state.callTimeoutMs })
      pass()
      return response
    },
  }

  const log = (message: string): void => { lines.push(message) }
  const context = (): ActionContext<TicketConfig> => ({
    config, key: 'request-1:ticket:0', attempt: state.attempt, signal: new AbortController().signal,
    ...(state.uncertainSince === undefined ? {} : { uncertainSince: state.uncertainSince }),
    request: {
      id: 'request-1', correlationId: 'c-1', subject: { kind: 'item', id: 'database-postgresql', version: '2.1.0', name: 'PostgreSQL Database' }, step: 'ticket',
      requester: { id: 'dev', email: 'dev@example.com', teams: ['checkout'] }, acceptedAt: 0, environment: 'staging',
    },
    log: { debug: log, info: log, warn: log, error: log },
    now: () => state.now,
    secret: (name) => {
      asked.push(name)
      const value = secrets[name]
      if (value === undefined || action.secrets?.(config).includes(name) !== true) return Promise.reject(new PaoError('SECRET_NOT_DECLARED', name))
      hidden.push(value)
      return Promise.resolve(value)
    },
    sensitive: (value) => { hidden.push(value) },
    checkpoint: checkpoint(new Set()), http,
  })

  const ended = async (work: () => Promise<Outcome<TicketOutput>>): Promise<Ended> => {
    state.attempt += 1
    try {
      const outcome = await work()
      pass()
      return { kind: 'outcome', outcome }
    } catch (error) {
      if (error instanceof Crash) return { kind: 'crashed' }
      return { kind: 'failed', failure: isActionFailure(error) ? error.classification : classifyError(error, false) }
    }
  }

  const required = <Member>(member: Member | undefined): Member => {
    if (member === undefined) throw new Error('jira-ticket has every member')
    return member
  }

  const run = (): Promise<Ended> => ended(() => action.run(context()))
  const resume = (payload: Json): Promise<Ended> => ended(() => required(action.resume)(context(), payload))
  const reconcile = (): Promise<Reconciliation<TicketOutput>> => required(action.reconcile)(context())
  const observe = (reference: ExternalReference): Promise<Observation> => required(action.observe)(context(), reference)

  /** As the engine does after a crash or a lost answer: asks until it is told, and runs again only when the effect is known to be absent. */
  const settle = async (first: Ended): Promise<Ended> => {
    let last = first
    for (let turn = 0; turn < 50; turn += 1) {
      if (last.kind === 'outcome' || (last.kind === 'failed' && last.failure.kind !== 'unknown')) return last
      state.uncertainSince ??= state.now
      const verdict = await reconcile().catch((error: unknown) => error instanceof Crash ? 'crashed' as const : Promise.reject(error))
      if (verdict === 'crashed') continue
      if (verdict.kind === 'parked') return { kind: 'outcome', outcome: verdict }
      if (verdict.kind === 'present') return { kind: 'outcome', outcome: { kind: 'succeeded', output: verdict.output } }
      if (verdict.kind === 'unsure') {
        if (verdict.askAgainInMs === undefined) throw new Error(`a person is needed: ${verdict.why}`)
        state.now += verdict.askAgainInMs
        continue
      }
      state.uncertainSince = undefined
      last = await run()
    }
    throw new Error('it never settled')
  }

  return { action, state, checkpoints, lines, hidden, asked, context, run, resume, reconcile, observe, settle }
}
