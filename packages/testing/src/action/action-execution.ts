import type { ActionContext, AnyAction, Instant, Json } from '@pao/core/action'
import type { ActionProcess } from './action-process.js'
import type { ActionMode } from './action-point.js'

/** One call of a function of the action by the engine. */
export interface ActionExecution {
  readonly mode: ActionMode
  /** Number of the execution in its iteration, from 1. */
  readonly attempt: number
  readonly key: string
  /** The config as the action got it. */
  readonly config: unknown
  /** Names of the secrets that it asked for. */
  readonly asked: readonly string[]
  readonly beganAt: Instant
  /** When its signal aborted. Absent: it did not. */
  readonly abortedAt?: Instant
  /** When it ended. Absent: it has not, or its process died before. */
  readonly endedAt?: Instant
  /** What it answered: an outcome, a reconciliation or an observation. */
  readonly answer?: unknown
  /** What it threw. */
  readonly error?: unknown
}

type Writable<T> = { -readonly [Name in keyof T]: T[Name] }

/** An execution while it runs. */
export interface RunningExecution extends Writable<Omit<ActionExecution, 'asked'>> {
  readonly asked: string[]
  readonly signal: AbortSignal
  readonly process: ActionProcess
}

/** What notes the executions of one process. */
export interface ExecutionLog {
  begin(execution: RunningExecution): void
  end(execution: RunningExecution): void
}

type Context = ActionContext<unknown>

const noted = (context: Context, execution: RunningExecution): Context => ({
  ...context,
  secret: (name) => {
    execution.asked.push(name)
    return context.secret(name)
  },
})

/** What the test hands over in place of the next observation. */
export interface Handover {
  take(): { readonly payload: Json } | undefined
}

/** An execution as it is shown. */
export const executionOf = ({ process: _process, signal: _signal, ...shown }: RunningExecution): ActionExecution => shown

/** The action as one process runs it: the engine calls it, and each of its functions is noted. Nothing else is changed. */
export const instrumented = (action: AnyAction, process: ActionProcess, log: ExecutionLog, handover: Handover): AnyAction => {
  const enter = async <Answer>(mode: ActionMode, context: Context, work: (context: Context) => Promise<Answer>): Promise<Answer> => {
    const execution: RunningExecution = {
      mode, attempt: context.attempt, key: context.key, config: context.config, asked: [], beganAt: context.now(), signal: context.signal, process,
    }
    context.signal.addEventListener('abort', () => { execution.abortedAt = context.now() }, { once: true })
    log.begin(execution)
    try {
      const answer = await process.deliver((async () => work(noted(context, execution)))())
      execution.answer = answer
      return answer
    } catch (error) {
      execution.error = error
      throw error
    } finally {
      execution.endedAt = context.now()
      log.end(execution)
    }
  }

  const observe: NonNullable<AnyAction['observe']> = (context, reference) => {
    const handed = handover.take()
    if (handed !== undefined) return Promise.resolve({ status: 'delivered', payload: handed.payload })
    if (action.observe === undefined) return Promise.reject(new Error(`${action.type} cannot be asked: it has no observe`))
    return enter('observe', context, (own) => action.observe?.(own, reference) as ReturnType<NonNullable<AnyAction['observe']>>)
  }

  const { compensate } = action
  const functions: Partial<AnyAction> = {
    run: (context) => enter('run', context, (own) => action.run(own)),
    observe,
    ...(action.resume === undefined ? {} : { resume: (context, payload) => enter('resume', context, (own) => action.resume?.(own, payload) as ReturnType<AnyAction['run']>) }),
    ...(action.reconcile === undefined ? {} : { reconcile: (context) => enter('reconcile', context, (own) => action.reconcile?.(own) as ReturnType<NonNullable<AnyAction['reconcile']>>) }),
    ...(typeof compensate === 'function' ? { compensate: (context, done) => enter('compensate', context, (own) => compensate.call(action, own, done)) } : {}),
  }
  return Object.assign(Object.create(Object.getPrototypeOf(action) as object) as AnyAction, action, functions)
}
