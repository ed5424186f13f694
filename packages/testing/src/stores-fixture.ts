import type { CatalogDefinitions, CatalogSyncs, Claims, RequestStore, StepCheckpoints, StepLogs } from '@pao/core/ports'

/** The ports that keep requests, made over one shared store. */
export interface StoresFixture {
  readonly requests: RequestStore
  readonly claims: Claims
  readonly checkpoints: StepCheckpoints
  readonly logs: StepLogs
  readonly definitions: CatalogDefinitions
  readonly syncs: CatalogSyncs
  /** The store's clock; later than 2024. */
  now(): Promise<number>
  /** Lets the store's clock go on: a fake clock jumps, a real one is waited for. */
  elapse(ms: number): Promise<void>
  /** The next write reaches the store and its answer is lost. Absent: nothing can be lost between this adapter and its store; then skip the cases that need it. */
  loseNextReply?(): void
}
