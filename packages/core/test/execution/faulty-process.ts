import { PaoError } from '../../src/errors.js'
import type { Clock } from '../../src/ports/clock.js'
import type { OrchestratorPorts } from '../../src/ports/orchestrator-ports.js'

/** What goes wrong at one call of a port. */
export type Fault =
  | { readonly kind: 'throw-before' | 'throw-after' | 'twice' | 'die-before' | 'die-after' }
  | { readonly kind: 'late-before' | 'late-after' | 'freeze-before' | 'freeze-after'; readonly ms: number }

/** The fault of the nth call (from 0) of a port's method, or none. Counted over all processes. */
export type FaultOf = (method: string) => Fault | undefined

/** One operating-system process as the engine in it sees the world: it can be slow, stop for a while, or end. */
export interface Process {
  readonly name: string
  readonly clock: Clock
  readonly isDead: () => boolean
  /** Resolves when it dies. */
  readonly died: Promise<void>
  /** Nothing of it happens any more: timers do not fire, calls are never answered. */
  die(): void
  /** Nothing of it happens for this long; then everything goes on as if no time had passed (SIGSTOP, a blocked event loop). */
  freeze(ms: number): void
  /** Passes on a value to the process: not while it is frozen, never when it is dead. */
  deliver<Value>(value: Promise<Value>): Promise<Value>
  /** Ports as this process reaches them. */
  faulty<Ports extends Partial<OrchestratorPorts>>(ports: Ports, faultOf: FaultOf): Ports
}

const away = (method: string): PaoError => new PaoError('STORE_UNAVAILABLE', `the store is away (${method})`, { retryable: true })

/** Methods that a caller may repeat after a lost answer: the laws of the ports say so. */
const REPEATABLE: ReadonlySet<string> = new Set(['requests.submit', 'requests.commit', 'checkpoints.save', 'claims.release', 'definitions.serve'])

type Method = (...given: readonly unknown[]) => Promise<unknown>

export const createProcess = (name: string, world: Clock): Process => {
  let dead = false
  let frozenUntil = world.now()
  let announce = (): void => undefined
  const died = new Promise<void>((resolve) => { announce = resolve })

  const whenAwake = (go: () => void): void => {
    if (dead) return
    const left = frozenUntil - world.now()
    if (left <= 0) go()
    else world.schedule(left, () => { whenAwake(go) })
  }

  const deliver = <Value>(value: Promise<Value>): Promise<Value> => new Promise((resolve, reject) => {
    value.then((answer) => { whenAwake(() => { resolve(answer) }) }, (error: unknown) => { whenAwake(() => { reject(error) }) })
  })

  const pause = (ms: number): Promise<void> => new Promise((resolve) => { world.schedule(ms, resolve) })
  const die = (): void => {
    dead = true
    announce()
  }
  const freeze = (ms: number): void => { frozenUntil = Math.max(frozenUntil, world.now() + ms) }
  const never = new Promise<never>(() => undefined)

  const call = async (method: string, work: () => Promise<unknown>, fault: Fault | undefined): Promise<unknown> => {
    switch (fault?.kind) {
      case undefined: return work()
      case 'throw-before': throw away(method)
      case 'throw-after': await work(); throw away(method)
      case 'twice': {
        if (REPEATABLE.has(method)) await work()
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

  const wrapped = <Port extends object>(port: string, methods: Port, faultOf: FaultOf): Port => Object.fromEntries(
    Object.entries(methods).map(([method, run]) => [method, (...given: readonly unknown[]) => {
      if (dead) return never
      const full = `${port}.${method}`
      return deliver(call(full, () => (run as Method)(...given), faultOf(full)))
    }]),
  ) as Port

  return {
    name, died, die, freeze, deliver,
    isDead: () => dead,
    clock: {
      now: () => world.now(),
      schedule: (delayMs, callback) => {
        let cancelled = false
        const cancel = world.schedule(delayMs, () => { whenAwake(() => { if (!cancelled) callback() }) })
        return () => {
          cancelled = true
          cancel()
        }
      },
    },
    faulty: (ports, faultOf) => Object.fromEntries(Object.entries(ports).map(([port, methods]) => [port, wrapped(port, methods as object, faultOf)])) as typeof ports,
  }
}
