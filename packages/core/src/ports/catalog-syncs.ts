import type { Instant, JsonObject } from '../json.js'
import type { CatalogDefinition } from './catalog-definitions.js'

/** The right to replace what is served, held by one process at a time. */
export interface SyncClaim {
  /** Names the process; nobody else has the same. */
  readonly owner: string
  /** Rises with each claim. */
  readonly epoch: number
}

/** What was taken up from the source. */
export interface CatalogSync {
  /** From 1, one more with each. */
  readonly number: number
  /** The snapshot's: equal ones hold equal files. */
  readonly revision: string
  /** Absent: the source knows no commits. */
  readonly commit?: string
  readonly at: Instant
  /** Of the snapshot. */
  readonly files: number
}

/** How far the catalog is, as all replicas see it. Small: it is read every few seconds. */
export interface CatalogSyncState {
  /** Absent: nothing was ever taken up. */
  readonly latest?: CatalogSync
  /** When the source could last be read, with or without something new. Absent: never. */
  readonly checkedAt?: Instant
  /** Why the last reading failed, for people and without credentials. Absent: it did not. */
  readonly problem?: string
}

/** What was found in one file. */
export interface FileFinding {
  /** Path inside the catalog, with `/`. */
  readonly path: string
  /** In the form in which the API tells it. Empty: the file is good. */
  readonly issues: readonly JsonObject[]
}

/** What one sync changes. Whatever it does not name stays. */
export interface CatalogChange {
  /** Versions that are served from now on, each item at most once. */
  readonly serve: readonly CatalogDefinition[]
  /** Ids of items that are not served any more. */
  readonly withdraw: readonly string[]
  /** Files in which something else was found than before; a file that is gone has none. */
  readonly findings: readonly FileFinding[]
  /** Paths of files that are gone. */
  readonly forget: readonly string[]
}

/** One version of an item, in the time that it was served. */
export interface ServedVersion {
  readonly hash: string
  readonly version: string
  readonly path: string
  readonly servedAt: Instant
  /** Absent: it is served now. */
  readonly withdrawnAt?: Instant
  /** The commit that brought it. Absent: the source knew none. */
  readonly commit?: string
}

/** What was found in a file, from one sync on. */
export interface FileValidation {
  readonly at: Instant
  readonly commit?: string
  readonly issues: readonly JsonObject[]
}

/**
 * Port CatalogSyncs: what of the catalog is served, and how it came to be, shared by all replicas. Laws:
 * 1. `claim` gives a claim to one owner at a time: another one gets none until it was released or its lease has run out by the store's clock. `renew` makes
 *    the lease longer while nobody else has claimed; false: it is lost. Each claim has a higher epoch.
 * 2. `record` takes effect as a whole or not at all, and only under a current claim and with the number after the latest: otherwise nothing changes, and
 *    it says `claim-lost`. The same record again, under the same claim, changes nothing and says `recorded`.
 * 3. `served` gives the last version recorded of each item that was not withdrawn, at the path that was recorded; `sources` the definitions of any hashes that were ever recorded.
 * 4. `versions` gives the versions of an item, the newest first: one until another one or a withdrawal ended it, and again when it is served again.
 * 5. `findings` gives what was last found in each file that is not forgotten and is not good. `validations` gives what was found in a file over time, the newest first, at
 *    most `syncLimits.validations`; the same finding again is no new one.
 * 6. `checked` notes under a current claim when the source was read, or why it was not; it leaves the latest sync as it is. A reading and a `record` end the problem.
 * 7. `firstSeen` is true once for each host and id within `syncLimits.deliveryMs`, whoever asks, at once or later.
 */
export interface CatalogSyncs {
  claim(owner: string, leaseMs: number): Promise<SyncClaim | undefined>
  renew(claim: SyncClaim, leaseMs: number): Promise<boolean>
  /** A claim that is not current is left alone. */
  release(claim: SyncClaim): Promise<void>
  state(): Promise<CatalogSyncState>
  record(claim: SyncClaim, sync: CatalogSync, change: CatalogChange): Promise<'recorded' | 'claim-lost'>
  checked(claim: SyncClaim, at: Instant, problem?: string): Promise<'noted' | 'claim-lost'>
  served(): Promise<readonly Omit<CatalogDefinition, 'source'>[]>
  sources(hashes: readonly string[]): Promise<readonly CatalogDefinition[]>
  versions(itemId: string, limit: number): Promise<readonly ServedVersion[]>
  findings(): Promise<readonly FileFinding[]>
  validations(path: string): Promise<readonly FileValidation[]>
  firstSeen(host: string, deliveryId: string, at: Instant): Promise<boolean>
}
