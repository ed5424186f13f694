/** Why an execution is ended from outside. */
export type InterruptionReason = 'cancel' | 'deadline' | 'shutdown'

/** Ends an execution from outside, once. A signal is made for those only who ask for one: most executions end by themselves. */
export interface Interruption {
  /** `undefined`: not interrupted. */
  readonly why: InterruptionReason | undefined
  /** Aborted with the reason. */
  readonly signal: AbortSignal
  /** The first reason stands. */
  interrupt(why: InterruptionReason): void
  /** Calls back when it is interrupted, at once where it is already. */
  whenInterrupted(callback: () => void): void
  /** Throws the reason, as the signal would. */
  throwIfInterrupted(): void
}

export const createInterruption = (): Interruption => {
  let controller: AbortController | undefined
  let why: InterruptionReason | undefined
  const callbacks: (() => void)[] = []

  const signal = (): AbortSignal => {
    if (controller === undefined) {
      controller = new AbortController()
      if (why !== undefined) controller.abort(why)
    }
    return controller.signal
  }

  return {
    get why() { return why },
    get signal() { return signal() },
    interrupt: (reason) => {
      if (why !== undefined) return
      why = reason
      controller?.abort(reason)
      for (const callback of callbacks) callback()
    },
    whenInterrupted: (callback) => {
      if (why === undefined) callbacks.push(callback)
      else callback()
    },
    throwIfInterrupted: () => { if (why !== undefined) signal().throwIfAborted() },
  }
}
