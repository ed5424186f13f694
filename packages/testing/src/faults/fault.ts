/**
 * What goes wrong at one call of a port.
 * - `throw-before`: it fails, and nothing happened. `throw-after`: it happened, and its answer was lost.
 * - `twice`: it happens twice; the second answer counts. Only where the port's laws let a caller repeat the call.
 * - `late-before`: it happens later. `late-after`: it happens at once, and its answer comes later.
 * - `hang-before`, `hang-after`: no answer comes until the call's `signal` (a member of an argument) or that of the options aborts.
 * - `custom`: whatever `around` makes of the call, for faults of a test's own: a process that dies, a value that is changed.
 */
export type Fault =
  | { readonly kind: 'throw-before' | 'throw-after'; /** Default: what the port's laws say of an outage (`faultError`). */ readonly error?: Error }
  | { readonly kind: 'twice' | 'hang-before' | 'hang-after' }
  | { readonly kind: 'late-before' | 'late-after'; readonly ms: number }
  | { readonly kind: 'custom'; readonly name: string; readonly around: (call: () => Promise<unknown>) => Promise<unknown> }

export type FaultKind = Fault['kind']

/**
 * Says which call goes wrong and how. It counts the calls over everything that is wrapped with it, and keeps their names: a point is
 * `port.method#n`, n from 0, and the same in each run of a deterministic test.
 */
export interface FaultSchedule {
  /** Called at each call of `port.method`, in order. Undefined: nothing goes wrong. */
  next(method: string): Fault | undefined
  /** Every point that was called, in order. Made on demand. */
  points(): readonly string[]
  /** The faults that happened, in order. */
  hits(): readonly { readonly point: string; readonly fault: Fault }[]
}
