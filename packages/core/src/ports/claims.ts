import type { Instant } from '../json.js'

/** A worker's lease on one request. Every takeover raises the epoch. */
export interface Claim {
  readonly requestId: string
  readonly epoch: number
}

/** What a renewal tells the owner of its request: another version means that somebody outside has changed it. */
export interface RenewedClaim extends Claim {
  readonly version: number
  readonly status: string
}

/**
 * Port Claims: who carries which request. Times are the store's clock, never the caller's. Laws:
 * 1. A request is claimed by at most one owner; each new claim of it has a higher epoch than all before.
 * 2. `claimDue` gives only unclaimed requests whose wake-at has passed, higher priority first, then longest due; `claimLost` only those whose lease ran out.
 *    Concurrent callers never get the same request.
 * 3. `renew` prolongs only what the owner still holds and answers those; what is missing in the answer is lost.
 * 4. `release` changes nothing unless owner and epoch are current.
 */
export interface Claims {
  claimDue(options: { readonly owner: string; readonly limit: number; readonly leaseMs: number }): Promise<readonly Claim[]>
  claimLost(options: { readonly owner: string; readonly limit: number; readonly leaseMs: number }): Promise<readonly Claim[]>
  renew(options: { readonly owner: string; readonly requestIds: readonly string[]; readonly leaseMs: number }): Promise<readonly RenewedClaim[]>
  /** Gives a claim back without an event, due again at `wakeAt`. False: it was not held any more. */
  release(options: { readonly owner: string; readonly requestId: string; readonly epoch: number; readonly wakeAt: Instant }): Promise<boolean>
  /** When the next unclaimed request is due. Undefined: none. Lets a poll sleep no longer than needed. */
  nextDue(): Promise<Instant | undefined>
}
