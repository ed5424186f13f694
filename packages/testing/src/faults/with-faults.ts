import { isPaoError, markSent, PaoError } from '@pao/core/action'
import type { Clock } from '@pao/core/ports'
import type { Fault, FaultSchedule } from './fault.js'

export interface FaultOptions {
  /** Waits where a fault says late. Needed only then; a virtual clock, mostly. */
  readonly clock?: Pick<Clock, 'schedule'>
  /** Ends what hangs, beside the call's own signal. */
  readonly signal?: AbortSignal
}

type Method = (...given: unknown[]) => unknown

/** The error of an outage of a port, by its name in `OrchestratorPorts`. `happened`: whether the call took effect. */
export const faultError = (method: string, happened: boolean): Error => {
  const [port] = method.split('.')
  const what = `${method} fails on purpose, ${happened ? 'after' : 'before'} the call`
  if (port === 'http') return markSent(new PaoError('HTTP_CONNECTION', what, { retryable: true }), happened)
  return new PaoError(port === 'secrets' ? 'SECRET_UNAVAILABLE' : 'STORE_UNAVAILABLE', what, { retryable: true })
}

const signalOf = (given: readonly unknown[]): AbortSignal | undefined => {
  for (const argument of given) {
    const { signal } = (typeof argument === 'object' && argument !== null ? argument : {}) as { readonly signal?: unknown }
    if (signal instanceof AbortSignal) return signal
  }
  return undefined
}

/** Rejects when one of the signals aborts: with its reason where that is a PaoError, else with the port's outage. */
const hang = (method: string, happened: boolean, signals: readonly (AbortSignal | undefined)[]): Promise<never> => new Promise((_resolve, reject) => {
  for (const signal of signals) {
    const end = (): void => { reject(isPaoError(signal?.reason) ? signal.reason : faultError(method, happened)) }
    if (signal?.aborted === true) end()
    else signal?.addEventListener('abort', end, { once: true })
  }
})

const pause = ({ clock }: FaultOptions, method: string, ms: number): Promise<void> => {
  if (clock === undefined) throw new Error(`${method} is to be late: pass a clock to withFaults`)
  return new Promise((resolve) => { clock.schedule(ms, resolve) })
}

const faulty = async (method: string, fault: Fault, call: () => Promise<unknown>, given: readonly unknown[], options: FaultOptions): Promise<unknown> => {
  switch (fault.kind) {
    case 'throw-before': throw fault.error ?? faultError(method, false)
    case 'throw-after': await call(); throw fault.error ?? faultError(method, true)
    case 'twice': await call(); return call()
    case 'late-before': await pause(options, method, fault.ms); return call()
    case 'late-after': {
      const answer = await call()
      await pause(options, method, fault.ms)
      return answer
    }
    case 'hang-before': return hang(method, false, [signalOf(given), options.signal])
    case 'hang-after': await call(); return hang(method, true, [signalOf(given), options.signal])
    case 'custom': return fault.around(call)
  }
}

/** Names of all members, those of a class's prototype too. */
const memberNames = (port: object): ReadonlySet<string> => {
  const names = new Set<string>()
  for (let level: object | null = port; level !== null && level !== Object.prototype; level = Object.getPrototypeOf(level) as object | null) {
    for (const name of Object.getOwnPropertyNames(level)) if (name !== 'constructor') names.add(name)
  }
  return names
}

const wrapMethod = (port: object, method: string, run: Method, schedule: FaultSchedule, options: FaultOptions): Method => (...given) => {
  const fault = schedule.next(method)
  return fault === undefined ? run.apply(port, given) : faulty(method, fault, async () => run.apply(port, given), given, options)
}

/** Made once, member by member: no proxy stands in the way of a call. */
const wrapPort = (name: string, port: object, schedule: FaultSchedule, options: FaultOptions): object => {
  const members = port as Readonly<Record<string, unknown>>
  return Object.fromEntries([...memberNames(port)].map((key) => {
    const member = members[key]
    return [key, typeof member === 'function' ? wrapMethod(port, `${name}.${key}`, member as Method, schedule, options) : member]
  }))
}

/**
 * The same ports, whose calls go wrong as the schedule says. Names of the calls are `port.method` with the names of the record:
 * those of `OrchestratorPorts` get the errors that their laws name. For ports whose methods answer promises; a call without a fault
 * is passed on as it is. One schedule may serve several records: it counts over all of them.
 */
export const withFaults = <Ports extends object>(ports: Ports, schedule: FaultSchedule, options: FaultOptions = {}): Ports =>
  Object.fromEntries(Object.entries(ports).map(([name, port]) => [name, wrapPort(name, port as object, schedule, options)])) as Ports
