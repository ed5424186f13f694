import { PaoError, isPaoError } from '../errors.js'
import type { LogLine, StoredRequest } from '../ports/request-store.js'
import { advance } from '../request/advance.js'
import type { RequestEffect } from '../request/request-effect.js'
import type { RequestEvent, StepEvent } from '../request/request-event.js'
import type { ServiceRequest } from '../request/service-request.js'
import { commitOf, isReleased, storedOf, wakeAtOf } from './commit-events.js'
import type { Engine } from './engine.js'
import { dueEvents, wakeWhileRunning } from './next-event.js'
import { observeDue } from './observe-due.js'
import { patiently } from './patiently.js'
import { type PreparedSteps, prepareStep } from './prepare-step.js'
import { type StartedExecution, startExecution } from './start-execution.js'

/** One request in the hands of this process. */
export interface Carrier {
  readonly requestId: string
  readonly epoch: number
  /** Carries the request on until it ends, parks, or another process has it. Never throws. */
  carry(): Promise<void>
  /** Starts nothing more; what runs may end. */
  leave(): void
  /** Stops executions as well; what they did is still recorded. */
  interrupt(why: 'shutdown' | 'cancel'): void
  /** Another process has the claim: nothing more is recorded. */
  lose(): void
  /** Gives up waiting for a store that is away. */
  abandon(): void
}

/** Timers of Node do not reach further. */
const LONGEST_TIMER_MS = 2 ** 31 - 1

type Execute = Extract<RequestEffect, { type: 'execute-step' }>

/** Takes a claimed request. `effects`: what its last commit left to do; absent when that is not known, after a takeover. */
export const createCarrier = (
  engine: Engine, stored: Pick<StoredRequest, 'request' | 'chainHash'>, epoch: number,
  handedOver?: { readonly effects: readonly RequestEffect[]; readonly prepared: PreparedSteps },
): Carrier => {
  const { ports, owner, options } = engine
  let request: ServiceRequest = stored.request
  let chainHash = stored.chainHash
  let interrupted: 'shutdown' | 'cancel' | undefined
  let leaving = false
  let lost = false
  let abandoned = false
  const prepared: PreparedSteps = handedOver?.prepared ?? new Map()
  const running = new Map<string, StartedExecution>()

  const patient = <Value>(work: () => Promise<Value>): Promise<Value> => patiently(work, ports, request.id, () => abandoned)

  const reload = async (): Promise<void> => {
    const current = await patient(() => ports.requests.load(request.id))
    if (current === undefined) throw new PaoError('INVARIANT', `request ${request.id} is claimed but not stored`)
    request = current.request
    chainHash = current.chainHash
  }

  /** The claim is given back. What waits for nothing but people needs no look. */
  const released = (wakeAt: number | undefined): 'done' => {
    if (wakeAt !== undefined) engine.wake(wakeAt)
    return 'done'
  }

  /** Applies events: transitions, one commit. The answer is what is left to do, or `done` when the claim is not ours any more. */
  const apply = async (events: readonly [RequestEvent, ...RequestEvent[]], logs: readonly LogLine[] = []): Promise<readonly RequestEffect[] | 'done' | 'rejected'> => {
    for (;;) {
      const blueprints = engine.definitions.known(request) ?? await patient(() => engine.definitions.of(request))
      // A process that goes away starts nothing more: what comes next is left, due at once, to whoever claims it.
      const advanced = advance(request, events, leaving ? undefined : (current, step, mode, at) =>
        prepareStep({ request: current, step, mode, at, blueprint: blueprints(step), jitter: ports.ids.fraction(), prepared }))
      if ('rejection' in advanced) {
        ports.logger.warn({ requestId: request.id, events: events.map((event) => event.type), rejection: advanced.rejection.code }, advanced.rejection.message)
        return 'rejected'
      }
      const commit = commitOf(
        { before: request, after: advanced.request, events: advanced.events, effects: advanced.effects, logs, chainHash },
        { owner, epoch, claim: 'keep', leaseMs: options.leaseMs }, ports.ids,
      )
      const answer = await patient(() => ports.requests.commit(commit))
      if (answer.kind === 'committed') {
        request = advanced.request
        chainHash = commit.entry.hash
        engine.listeners.changed(storedOf(request, commit.entry, request.accepted.at))
        if (isReleased(advanced.effects)) return released(wakeAtOf(advanced.effects))
        // Written, and learnt so late that another process carries the request by now: what follows is its business.
        return answer.epoch === epoch ? advanced.effects : 'done'
      }
      if (lost || answer.kind === 'claim-lost') return 'done'
      await reload()
    }
  }

  const start = (effect: Execute): void => {
    const execution = startExecution(engine, request, effect, prepared, epoch)
    prepared.delete(effect.step)
    running.set(effect.step, execution)
    if (interrupted !== undefined) execution.interruption.interrupt(interrupted)
  }

  /** The next execution to end; undefined when the clock was faster. */
  const firstToEnd = async (): Promise<{ readonly execution: StartedExecution; readonly event: StepEvent } | undefined> => {
    const executions = [...running.values()]
    // What is due beside it is left to whoever comes next.
    const wake = leaving ? undefined : wakeWhileRunning(request, ports.clock.now())
    const [only] = executions
    if (wake === undefined && only !== undefined && executions.length === 1) return { execution: only, event: await only.ended }
    const ends = executions.map(async (execution) => ({ execution, event: await execution.ended }))
    if (wake === undefined) return Promise.race(ends)
    let cancel = (): void => undefined
    const due = new Promise<undefined>((resolve) => {
      cancel = ports.clock.schedule(Math.min(wake - ports.clock.now(), LONGEST_TIMER_MS), () => { resolve(undefined) })
    })
    try {
      return await Promise.race([...ends, due])
    } finally {
      cancel()
    }
  }

  /** Waits for the next execution to end, or for the clock, and records it. */
  const nextEnd = async (): Promise<readonly RequestEffect[] | 'done'> => {
    const end = await firstToEnd()
    if (lost) return 'done'
    if (end === undefined) return timePassed()
    running.delete(end.execution.step)
    const answer = await apply([end.event], end.execution.logs.take())
    // The machine refused the end of an execution it did not expect any more (it was decided otherwise meanwhile): look at what is due now.
    return answer === 'rejected' ? [] : answer
  }

  /** The request's own deadline, or a retry beside a running step, is due. */
  const timePassed = async (): Promise<readonly RequestEffect[] | 'done'> => {
    const at = ports.clock.now()
    const wake = wakeWhileRunning(request, at)
    if (wake === undefined || wake > at) return []
    const answer = await apply([{ type: 'timer-fired', at }])
    return answer === 'rejected' ? [] : answer
  }

  /** Nothing runs here: find what the request needs now, or give it back. */
  const lookAround = async (): Promise<readonly RequestEffect[] | 'done'> => {
    const [first, ...others] = dueEvents(request, ports.clock.now())
    if (first !== undefined) {
      const { version } = request
      const answer = await apply([first, ...others])
      if (answer !== 'rejected') return answer
      // Somebody outside was faster, and what was due is not any more.
      if (request.version !== version) return []
      throw new PaoError('INVARIANT', `request ${request.id} refused ${first.type}`)
    }
    const seen = leaving ? { wakeAt: ports.clock.now() } : await observeDue(engine, request)
    const answer = seen.event === undefined ? 'rejected' : await apply([seen.event])
    if (answer !== 'rejected') return answer
    await patient(() => ports.claims.release({ owner, requestId: request.id, epoch, wakeAt: seen.wakeAt }))
    return released(seen.wakeAt)
  }

  const onward = async (effects: readonly RequestEffect[]): Promise<readonly RequestEffect[] | 'done'> => {
    for (const effect of effects) {
      if (effect.type === 'execute-step') start(effect)
      if (effect.type === 'interrupt-step') running.get(effect.step)?.interruption.interrupt(effect.why)
    }
    return running.size > 0 ? nextEnd() : lookAround()
  }

  return {
    requestId: stored.request.id,
    epoch,
    carry: async () => {
      try {
        let effects: readonly RequestEffect[] | 'done' = handedOver?.effects ?? []
        while (effects !== 'done' && !lost) effects = await onward(effects)
      } catch (error) {
        const expected = isPaoError(error, 'CLAIM_LOST') || isPaoError(error, 'STORE_UNAVAILABLE')
        ports.logger[expected ? 'warn' : 'error']({ requestId: request.id, error }, 'a request is left to whoever claims it next')
      } finally {
        for (const execution of running.values()) execution.interruption.interrupt('shutdown')
      }
    },
    leave: () => { leaving = true },
    interrupt: (why) => {
      interrupted = why
      leaving = true
      for (const execution of running.values()) execution.interruption.interrupt(why)
    },
    lose: () => {
      lost = true
      for (const execution of running.values()) execution.interruption.interrupt('shutdown')
    },
    abandon: () => { abandoned = true },
  }
}

