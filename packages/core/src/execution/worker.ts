import type { Instant } from '../json.js'
import type { Claim } from '../ports/claims.js'
import type { StoredRequest } from '../ports/request-store.js'
import type { RequestEffect } from '../request/request-effect.js'
import { type Carrier, createCarrier } from './carrier.js'
import type { Engine } from './engine.js'
import type { PreparedSteps } from './prepare-step.js'

/** A place for one request in this process. */
export interface Place {
  /** Carries a request that was claimed with its submission. */
  take(stored: Pick<StoredRequest, 'request' | 'chainHash'>, epoch: number, effects: readonly RequestEffect[], prepared: PreparedSteps): void
  /** Gives the place back unused. */
  leave(): void
}

/** The claim loop of one process, and the requests that it carries. */
export interface Worker {
  start(): void
  stop(graceMs: number): Promise<void>
  /** A place, or undefined when all are taken or the worker does not run. */
  reserve(): Place | undefined
  /** Looks for what is due now, or at the moment given. */
  wake(at?: Instant): void
  health(): { readonly running: boolean; readonly carried: number; readonly lastPollAt?: Instant; readonly lastError?: string }
}

/** Timers of the system are not finer than this; a wake-up that comes a little early would find nothing. */
const ROUNDING_MS = 2

export const createWorker = (engine: Engine): Worker => {
  const { ports, owner, options } = engine
  const { clock, claims, logger } = ports
  const carriers = new Map<string, { readonly carrier: Carrier; readonly done: Promise<void> }>()
  let reserved = 0
  let state: 'idle' | 'running' | 'stopping' = 'idle'
  let stopping: Promise<void> = Promise.resolve()
  let polling: Promise<void> | undefined
  let pollAgain = false
  /** Requests may be queued for want of a place here: a place that gets free looks for them. */
  let crowded = false
  let lostSoughtAt: Instant | undefined
  let cancelPoll = (): void => undefined
  const wakes = new Set<() => void>()
  let cancelRenewal = (): void => undefined
  let lastPollAt: Instant | undefined
  let lastError: string | undefined

  const free = (): number => options.workers - carriers.size - reserved

  const carry = (carrier: Carrier): void => {
    // A claim of ours that ran out and was taken again: the earlier carrier is fenced by its epoch.
    carriers.get(carrier.requestId)?.carrier.lose()
    if (state !== 'running') carrier.leave()
    const done = carrier.carry().finally(() => {
      if (carriers.get(carrier.requestId)?.carrier === carrier) carriers.delete(carrier.requestId)
      if (crowded) poll()
    })
    carriers.set(carrier.requestId, { carrier, done })
  }

  const takeUp = async (claim: Claim): Promise<void> => {
    const stored = await ports.requests.load(claim.requestId)
    if (stored !== undefined) carry(createCarrier(engine, stored, claim.epoch))
  }

  const claim = async (source: 'claimDue' | 'claimLost'): Promise<void> => {
    // Half of what is free: submissions that come meanwhile find a place too.
    const limit = Math.ceil(free() / 2)
    if (limit <= 0 || state !== 'running') return
    reserved += limit
    try {
      const found = await claims[source]({ owner, limit, leaseMs: options.leaseMs })
      crowded ||= found.length === limit
      pollAgain ||= found.length === limit
      // All of them, also when one cannot be loaded: a place stays reserved until it is taken or known to be free.
      const taken = await Promise.allSettled(found.map(takeUp))
      const failed = taken.find((outcome) => outcome.status === 'rejected')
      if (failed !== undefined) throw failed.reason
    } finally {
      reserved -= limit
    }
  }

  const claimAll = async (): Promise<void> => {
    crowded = free() <= 0
    await claim('claimDue')
    const now = clock.now()
    if (lostSoughtAt !== undefined && now - lostSoughtAt < options.pollMs / 2) return
    lostSoughtAt = now
    await claim('claimLost')
    const due = await claims.nextDue()
    if (due !== undefined && due > clock.now()) wake(due)
  }

  const pollOnce = async (): Promise<void> => {
    try {
      await claimAll()
      lastError = undefined
      lastPollAt = clock.now()
    } catch (error) {
      lastError = error instanceof Error ? error.message : String(error)
      logger.warn({ error }, 'looking for due requests failed; it is tried again')
    }
  }

  const poll = (): void => {
    if (state !== 'running') return
    if (polling !== undefined) {
      pollAgain = true
      return
    }
    cancelPoll()
    polling = pollOnce().finally(() => {
      polling = undefined
      if (state !== 'running') return
      cancelPoll = clock.schedule(options.pollMs, poll)
      if (pollAgain) {
        pollAgain = false
        poll()
      }
    })
  }

  /** What lies further ahead than the slow poll needs no timer of its own. */
  const wake = (at?: Instant): void => {
    if (state !== 'running') return
    const delay = at === undefined ? 0 : at - clock.now()
    if (delay <= 0) poll()
    else if (delay < options.pollMs) {
      const cancel = clock.schedule(delay + ROUNDING_MS, () => {
        wakes.delete(cancel)
        poll()
      })
      wakes.add(cancel)
    }
  }

  const renewAll = async (): Promise<void> => {
    const held = [...carriers.values()].map(({ carrier }) => carrier)
    if (held.length === 0) return
    const renewed = await claims.renew({ owner, requestIds: held.map((carrier) => carrier.requestId), leaseMs: options.leaseMs })
    const kept = new Map(renewed.map((claim) => [claim.requestId, claim.epoch]))
    for (const carrier of held) {
      // A carrier that ended while the answer was under way has given its claim back itself.
      if (kept.get(carrier.requestId) !== carrier.epoch && carriers.get(carrier.requestId)?.carrier === carrier) carrier.lose()
    }
  }

  /** The next renewal waits for no answer to the one before: one that hangs must not cost the process its claims. */
  const scheduleRenewal = (): void => {
    cancelRenewal = clock.schedule(options.leaseMs / 3, () => {
      scheduleRenewal()
      renewAll().catch((error: unknown) => { logger.warn({ error }, 'renewing claims failed; it is tried again') })
    })
  }

  const allEnded = async (): Promise<void> => {
    // A claim that was under way when the stop came is still taken up, and handed on.
    await polling
    await Promise.all([...carriers.values()].map(({ done }) => done))
  }

  const drain = async (graceMs: number): Promise<void> => {
    for (const { carrier } of carriers.values()) carrier.leave()
    const all = allEnded()
    const cancels = [
      clock.schedule(graceMs / 2, () => { for (const { carrier } of carriers.values()) carrier.interrupt('shutdown') }),
    ]
    const over = new Promise<void>((resolve) => {
      cancels.push(clock.schedule(graceMs, () => {
        for (const { carrier } of carriers.values()) carrier.abandon()
        resolve()
      }))
    })
    await Promise.race([all, over])
    for (const cancel of cancels) cancel()
  }

  const leave = async (graceMs: number): Promise<void> => {
    state = 'stopping'
    cancelPoll()
    for (const cancel of wakes) cancel()
    wakes.clear()
    await drain(graceMs)
    cancelRenewal()
    state = 'idle'
  }

  return {
    start: () => {
      if (state !== 'idle') return
      state = 'running'
      scheduleRenewal()
      poll()
    },
    stop: (graceMs) => {
      if (state === 'running') stopping = leave(graceMs)
      return stopping
    },
    reserve: () => {
      if (state !== 'running') return undefined
      if (free() <= 0) {
        crowded = true
        return undefined
      }
      reserved += 1
      let open = true
      const giveBack = (): void => {
        if (open) reserved -= 1
        open = false
      }
      return {
        leave: giveBack,
        take: (stored, epoch, effects, prepared) => {
          giveBack()
          carry(createCarrier(engine, stored, epoch, { effects, prepared }))
        },
      }
    },
    wake,
    health: () => ({
      running: state === 'running', carried: carriers.size,
      ...(lastPollAt === undefined ? {} : { lastPollAt }), ...(lastError === undefined ? {} : { lastError }),
    }),
  }
}
