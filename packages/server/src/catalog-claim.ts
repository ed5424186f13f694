import { PaoError } from '@pao/core'
import type { CatalogSyncs, Clock, Logger, SyncClaim } from '@pao/core/ports'

/** A process that died leaves its claim for so long. */
const LEASE_MS = 15_000
const RENEW_EVERY_MS = 5_000
const ASK_EVERY_MS = 200
/** Longer than a lease, so that the claim of a dead process is waited out. */
export const CLAIM_PATIENCE_MS = 20_000

export interface Claiming {
  readonly syncs: CatalogSyncs
  /** Names this process. */
  readonly owner: string
  readonly clock: Clock
  readonly logger: Logger
  /** Ends the waiting. */
  readonly signal: AbortSignal
}

const pause = (clock: Clock, ms: number): Promise<void> => new Promise((resolve) => { clock.schedule(ms, resolve) })

const take = async ({ syncs, owner, clock, signal }: Claiming, patienceMs: number): Promise<SyncClaim> => {
  for (const until = clock.now() + patienceMs; ;) {
    signal.throwIfAborted()
    const claim = await syncs.claim(owner, LEASE_MS)
    if (claim !== undefined) return claim
    if (clock.now() >= until) throw new PaoError('CATALOG_UNAVAILABLE', 'Another replica is reading the catalog; what it finds is taken up when it is done.', { retryable: true })
    await pause(clock, ASK_EVERY_MS)
  }
}

/** Does the work as the only one of all replicas. Throws CATALOG_UNAVAILABLE where another one is at it for longer than `patienceMs`. */
export const underClaim = async <Answer>(claiming: Claiming, patienceMs: number, work: (claim: SyncClaim) => Promise<Answer>): Promise<Answer> => {
  const { syncs, clock, logger } = claiming
  const claim = await take(claiming, patienceMs)
  let cancel: () => void = () => undefined
  const renewLater = (): void => {
    cancel = clock.schedule(RENEW_EVERY_MS, () => {
      renewLater()
      syncs.renew(claim, LEASE_MS).catch((error: unknown) => { logger.warn({ err: error }, 'the claim to read the catalog was not renewed') })
    })
  }
  renewLater()
  try {
    return await work(claim)
  } finally {
    cancel()
    // Whoever waits for it has to wait for the lease to run out, no more.
    await syncs.release(claim).catch((error: unknown) => { logger.warn({ err: error }, 'the claim to read the catalog was not given back') })
  }
}
