import type { Fault, FaultKind, FaultSchedule } from './fault.js'

/** A schedule that asks `faultOf` at each call. `call` counts the calls of this method, from 0. */
export const faultSchedule = (faultOf: (method: string, call: number) => Fault | undefined): FaultSchedule => {
  const counts = new Map<string, number>()
  const methods: string[] = []
  const calls: number[] = []
  const hits: { readonly point: string; readonly fault: Fault }[] = []
  return {
    next: (method) => {
      const call = counts.get(method) ?? 0
      counts.set(method, call + 1)
      methods.push(method)
      calls.push(call)
      const fault = faultOf(method, call)
      if (fault !== undefined) hits.push({ point: `${method}#${call}`, fault })
      return fault
    },
    points: () => methods.map((method, index) => `${method}#${calls[index]}`),
    hits: () => hits,
  }
}

/** Nothing goes wrong: records the points of a run, for `oneFaultEach`. */
export const noFaults = (): FaultSchedule => faultSchedule(() => undefined)

/** These faults at these points, for example `{ 'requests.commit#2': { kind: 'throw-after' } }`. */
export const faultsAt = (planned: Readonly<Record<string, Fault>>): FaultSchedule => {
  const faults = new Map(Object.entries(planned))
  const methods = new Set([...faults.keys()].map((point) => point.slice(0, point.lastIndexOf('#'))))
  return faultSchedule((method, call) => methods.has(method) ? faults.get(`${method}#${call}`) : undefined)
}

/** For each point and each fault a schedule in which only this goes wrong: every place of a recorded run is tried. */
export function* oneFaultEach(points: readonly string[], faults: readonly Fault[]): Generator<{ readonly point: string; readonly fault: Fault; readonly schedule: FaultSchedule }> {
  for (const point of points) {
    for (const fault of faults) yield { point, fault, schedule: faultsAt({ [point]: fault }) }
  }
}

/** Calls that a caller may repeat after a lost answer: the laws of the ports say so. */
export const repeatableMethods: ReadonlySet<string> = new Set(['requests.submit', 'requests.commit', 'checkpoints.save', 'claims.release', 'definitions.keep'])

export interface SeededFaults {
  readonly seed: number
  /** Share of the calls that go wrong, 0 to 1. Default 0.05. */
  readonly rate?: number
  /** Default: all but `custom` and the two that hang. `twice` comes only to `repeatableMethods`. */
  readonly kinds?: readonly Exclude<FaultKind, 'custom'>[]
  /** Of a late call or answer, at most. Default 10,000. */
  readonly maxLateMs?: number
}

/** Mulberry32: 32 bits of state, the same numbers on every machine. */
const random = (seed: number): (() => number) => {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** Faults by chance, the same for the same seed and the same calls. */
export const seededFaults = ({ seed, rate = 0.05, kinds = ['throw-before', 'throw-after', 'twice', 'late-before', 'late-after'], maxLateMs = 10_000 }: SeededFaults): FaultSchedule => {
  const chance = random(seed)
  return faultSchedule((method) => {
    if (chance() >= rate) return undefined
    const kind = kinds[Math.floor(chance() * kinds.length)]
    if (kind === undefined || (kind === 'twice' && !repeatableMethods.has(method))) return undefined
    return kind === 'late-before' || kind === 'late-after' ? { kind, ms: Math.ceil(chance() * maxLateMs) } : { kind }
  })
}
