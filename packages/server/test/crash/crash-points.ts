/** Every call of a port is a place where the process can die: just before it, and just after it was answered. */
export interface CrashPoint {
  /** For example `requests.commit`. */
  readonly call: string
  /** Which call of that name in this process, from 1. */
  readonly number: number
  readonly side: 'before' | 'after'
}

export const nameOf = ({ call, number, side }: CrashPoint): string => `${call}#${number}:${side}`

type Calls = Readonly<Record<string, unknown>>

/**
 * The same ports, with `visit` called before and after each call of each method: a method that is added later is covered without being named
 * anywhere.
 */
export const withCrashPoints = <Ports extends object>(ports: Ports, visit: (point: CrashPoint) => Promise<void>): Ports => {
  const counts = new Map<string, number>()
  const wrapMethod = (call: string, method: (...args: unknown[]) => unknown, owner: unknown) => async (...args: unknown[]): Promise<unknown> => {
    const number = (counts.get(call) ?? 0) + 1
    counts.set(call, number)
    await visit({ call, number, side: 'before' })
    const answer = await method.apply(owner, args)
    await visit({ call, number, side: 'after' })
    return answer
  }
  const wrapPort = (name: string, port: Calls): Calls => Object.fromEntries(Object.entries(port).map(([method, value]) =>
    [method, typeof value === 'function' ? wrapMethod(`${name}.${method}`, value as (...args: unknown[]) => unknown, port) : value]))
  return Object.fromEntries(Object.entries(ports).map(([name, port]) =>
    [name, typeof port === 'object' && port !== null ? wrapPort(name, port as Calls) : port])) as Ports
}
