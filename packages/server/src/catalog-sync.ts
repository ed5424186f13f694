import type { CatalogSource, Clock, Logger } from '@pao/core/ports'
import type { ServedCatalog } from './served-catalog.js'

/** How soon another replica's work is taken up; one row is read each time. */
const FOLLOW_EVERY_MS = 2_000
/** After a reading that failed: doubled with each further one, up to the time between two polls. */
const RETRY_AFTER_MS = 5_000
/** A host may tell of a commit before its own replicas show it. */
const LOOK_AGAIN_MS: readonly number[] = [1_000, 4_000, 15_000]

export interface CatalogSyncOptions {
  readonly catalog: Pick<ServedCatalog, 'refresh' | 'follow' | 'report' | 'close'>
  readonly source: Pick<CatalogSource, 'watch'>
  readonly clock: Clock
  readonly logger: Logger
  /** Milliseconds between two readings of the source, by whichever replica; a tenth more or less, so that replicas do not ask at once. */
  readonly pollMs: number
  /** Default: every two seconds. */
  readonly followMs?: number
  /** From 0 to below 1. Default: Math.random. */
  readonly random?: () => number
}

/** Keeps the catalog as its source is while the program runs. */
export interface CatalogSync {
  /** `failed`: the first reading failed, and is done again soon. */
  start(options?: { readonly failed?: boolean }): void
  /** The source's host told of a commit. */
  pushed(commit: string): void
  /** Afterwards nothing is begun any more, and nothing is under way. */
  stop(): Promise<void>
}

/** Timers by name, of which each replaces the one before. */
const createTimers = (clock: Clock) => {
  const pending = new Map<string, () => void>()
  return {
    set: (name: string, ms: number, work: () => void): void => {
      pending.get(name)?.()
      pending.set(name, clock.schedule(ms, work))
    },
    clear: (): void => {
      for (const cancel of pending.values()) cancel()
      pending.clear()
    },
  }
}

/** Reads the source when it tells of a change, when its host does, and from time to time; takes up what other replicas have read. */
export const createCatalogSync = ({ catalog, source, clock, logger, pollMs, followMs = FOLLOW_EVERY_MS, random = Math.random }: CatalogSyncOptions): CatalogSync => {
  const timers = createTimers(clock)
  let stopped = true
  let failures = 0
  let isFollowing = true
  let stopWatching: () => Promise<void> = async () => undefined

  const pollLater = (): void => {
    if (stopped) return
    const retry = Math.min(pollMs, RETRY_AFTER_MS * 2 ** Math.max(0, failures - 1))
    timers.set('poll', (failures === 0 ? pollMs : retry) * (0.9 + 0.2 * random()), () => { void poll() })
  }

  const read = async (): Promise<void> => {
    if (stopped) return
    try {
      await catalog.refresh()
      failures = 0
    } catch (error) {
      // Ended by the stop.
      if (stopped) return
      failures += 1
      logger.warn({ err: error, failures }, 'the catalog could not be read; what was served before stays served')
    }
    pollLater()
  }

  const poll = async (): Promise<void> => {
    const { lastSync = 0, outcome } = catalog.report()
    // Another replica has just read the source: once for all of them is enough.
    if (failures === 0 && outcome !== 'failed' && clock.now() - lastSync < pollMs * 0.8) pollLater()
    else await read()
  }

  const follow = async (): Promise<void> => {
    try {
      await catalog.follow()
      isFollowing = true
    } catch (error) {
      // Once for an outage of the database, of which health tells too.
      if (isFollowing) logger.warn({ err: error }, 'what other replicas read of the catalog cannot be taken up')
      isFollowing = false
    }
    if (!stopped) timers.set('follow', followMs, () => { void follow() })
  }

  const readFor = async (commit: string, tries: number): Promise<void> => {
    await read()
    const wait = LOOK_AGAIN_MS[tries]
    if (stopped || wait === undefined || catalog.report().commit === commit) return
    timers.set('pushed', wait, () => { void readFor(commit, tries + 1) })
  }

  return {
    start: ({ failed = false } = {}) => {
      stopped = false
      failures = failed ? 1 : 0
      pollLater()
      timers.set('follow', followMs, () => { void follow() })
      stopWatching = source.watch?.(() => { void read() }) ?? stopWatching
    },
    pushed: (commit) => { void readFor(commit, 0) },
    stop: async () => {
      stopped = true
      timers.clear()
      await stopWatching()
      await catalog.close()
    },
  }
}
