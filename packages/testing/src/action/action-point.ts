import type { Instant, Json } from '@pao/core/action'

/** What an execution of a step does; `observe` is a look at what it waits for. */
export type ActionMode = 'run' | 'resume' | 'reconcile' | 'compensate' | 'observe'

/** A boundary at which something can happen to the process: before and after each call that leaves it. */
export interface ActionPoint {
  /** From 0, over all processes of a run; the same in each run of a deterministic action. */
  readonly number: number
  readonly when: 'before' | 'after'
  /** `vendor`: a call that does not go by `http`. `store`: a commit of the request. */
  readonly port: 'http' | 'vendor' | 'secrets' | 'checkpoints' | 'store'
  /** Method and URL, the name of the secret or checkpoint, or the events of the commit. */
  readonly name: string
  /** What the action was doing. Absent: nothing of it runs. */
  readonly mode?: ActionMode
}

/** How a vendor answers. A text is sent as it is, anything else as JSON. */
export interface VendorAnswer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Json
}

/**
 * What happens at a point.
 * - `crash`: the process dies. Before a call it was not made, after it nobody learnt its answer. `freeze`: it stands still until `thaw`.
 * - `deadline`, `shutdown`: the execution's signal aborts with this reason; the call that is under way goes on afterwards, or is given up.
 * - Of calls to the vendor only: `lose`: the answer is lost (before: also the call's effect). `refuse`: no connection, nothing was sent.
 *   `hang`: no answer comes. `flood`: the body has no end. `answer`: this is answered (before: instead of asking the vendor).
 */
export type Interruption = 'crash' | 'freeze' | 'deadline' | 'shutdown' | VendorFault

export type VendorFault = 'lose' | 'refuse' | 'hang' | 'flood' | { readonly answer: VendorAnswer }

/** Decides what happens at a point. Undefined: nothing. */
export type Interrupt = (point: ActionPoint) => Interruption | undefined

/** A call that left the process for the vendor. */
export interface RecordedCall {
  readonly at: Instant
  readonly mode?: ActionMode
  readonly method: string
  /** The URL, or the name of a call that does not go by HTTP. */
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
}
