import { PaoError } from '../../../src/errors.js'
import { markSent } from '../../../src/action/http.js'
import type { Clock } from '../../../src/ports/clock.js'
import type { OrchestratorPorts } from '../../../src/ports/orchestrator-ports.js'

/** What goes wrong at one call of a port. */
export type Fault =
  | { readonly kind: 'throw-before' | 'throw-after' | 'twice' | 'die-before' | 'die-after' }
  | { readonly kind: 'late-before' | 'late-after' | 'freeze-before' | 'freeze-after'; readonly ms: number }

/** The fault of this call of a port's method, or none. */
export type FaultOf = (method: string, process: Process) => Fault | undefined

/** One operating-system process as the engine in it sees the world: it can be slow, stop for a while, or end. */
export interface Process {
  readonly name: string
  readonly clock: Clock
  readonly isDead: () => boolean
  readonly isFrozen: () => boolean
  /** Resolves when it dies. */
  readonly died: Promise<void>
  /** Nothing of it happens any more: timers do not fire, calls are never answered. */
  die(): void
  /** Passes on a value to the process: not while it is frozen, never when it is dead. */
  deliver<Value>(value: Promise<Value>): Promise<Value>
  /** Ports as this process reaches them. */
  faulty<Ports extends Partial<OrchestratorPorts>>(ports: Ports, faultOf: FaultOf): Ports
}

const errorOf = (method: string, sent: boolean): PaoError => {
  const more = { retryable: true }
  if (method.startsWith('http.')) return markSent(new PaoError('HTTP_CONNECTION', 'the connection broke', more), sent)
  if (method.startsWith('secrets.')) return new PaoError('SECRET_UNAVAILABLE', 'the secret store is away', more)
  return new PaoError('STORE_UNAVAILABLE', `the store is away (${method})`, more)
}

/** Methods that a caller may repeat after a lost answer: the laws of the ports say so. */
const repeatable: ReadonlySet<string> = new Set(['requests.submit', 'requests.commit', 'checkpoints.save', 'claims.release', 'definitions.keep'])

type Method = (...given: readonly unknown[]) => Promise<unknown>

export const createProcess = (name: string, world: Clock): Process => {
  let dead = false
  let frozenUntil = 0
  let announce = (): void => undefined
  const died = new Promise<void>((resolve) => { announce = resolve })
  const never = new Promise<never>(() => undefined)

  const isFrozen = (): boolean => frozenUntil > world.now()
  const whenAwake = (go: () => void): void => {
    if (dead) return
    if (isFrozen()) world.schedule(frozenUntil - world.now(), () => { whenAwake(go) })
    else go()
  }
  const awake = (): Promise<void> => new Promise((resolve) => { whenAwake(resolve) })

  const deliver = <Value>(value: Promise<Value>): Promise<Value> => value.then(
    (answer) => dead ? never : isFrozen() ? awake().then(() => answer) : answer,
    (error: unknown) => dead ? never : isFrozen() ? awake().then(() => { throw error }) : Promise.reject(error as Error),
  )

  const pause = (ms: number): Promise<void> => new Promise((resolve) => { world.schedule(ms, resolve) })
  /** Timers die with their process. */
  const timers = new Set<() => void>()
  const die = (): void => {
    dead = true
    for (const cancel of timers) cancel()
    announce()
  }
  const freeze = (ms: number): void => { frozenUntil = Math.max(frozenUntil, world.now() + ms) }

  const failing = async (method: string, work: () => Promise<unknown>, fault: Fault): Promise<unknown> => {
    switch (fault.kind) {
      case 'throw-before': throw errorOf(method, false)
      case 'throw-after': await work(); throw errorOf(method, true)
      case 'twice': {
        if (repeatable.has(method)) await work()
        return work()
      }
      case 'die-before': die(); return never
      case 'die-after': await work(); die(); return never
      case 'late-before': await pause(fault.ms); return dead ? never : work()
      case 'late-after': {
        const answer = await work()
        await pause(fault.ms)
        return answer
      }
      case 'freeze-before': freeze(fault.ms); await pause(fault.ms); return dead ? never : work()
      case 'freeze-after': {
        const answer = await work()
        freeze(fault.ms)
        return answer
      }
    }
  }

  const wrapped = (process: Process, port: string, methods: object, faultOf: FaultOf): object => {
    const made: Record<string, unknown> = {}
    for (const [method, run] of Object.entries(methods) as [string, Method][]) {
      const full = `${port}.${method}`
      made[method] = (...given: readonly unknown[]) => {
        if (dead) return never
        const fault = faultOf(full, process)
        return deliver(fault === undefined ? run(...given) : failing(full, () => run(...given), fault))
      }
    }
    return made
  }

  const process: Process = {
    name, died, die, deliver, isFrozen,
    isDead: () => dead,
    clock: {
      now: () => world.now(),
      schedule: (delayMs, callback) => {
        // What was under way when it died goes no further.
        if (dead) return () => undefined
        let cancelled = false
        const stop = world.schedule(delayMs, () => {
          timers.delete(stop)
          whenAwake(() => { if (!cancelled) callback() })
        })
        timers.add(stop)
        return () => {
          cancelled = true
          timers.delete(stop)
          stop()
        }
      },
    },
    faulty: (ports, faultOf) => Object.fromEntries(Object.entries(ports).map(([port, methods]) => [port, wrapped(process, port, methods as object, faultOf)])) as typeof ports,
  }
  return process
}
