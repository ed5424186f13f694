import type { Claims, RequestStore, StepCheckpoints, StepLogs } from '@pao/core/ports'
import type { StoresFixture } from '@pao/testing'
import { memoryFixture } from './memory-fixture.js'
import type { Mutant } from './mutants.js'

export type Break = (stores: StoresFixture) => Partial<StoresFixture>

/** The workers of the contracts' cases. */
export const firstOwner = 'b52c0a3c-9d0e-4f4e-8a55-0d8a3a3f7c01'
export const secondOwner = '0c1f6f0e-52a7-4a39-9a0f-6a1e0f6b2e02'

export const requests = (change: (store: RequestStore, stores: StoresFixture) => Partial<RequestStore>): Break =>
  (stores) => ({ requests: { ...stores.requests, ...change(stores.requests, stores) } })
export const claims = (change: (one: Claims, stores: StoresFixture) => Partial<Claims>): Break =>
  (stores) => ({ claims: { ...stores.claims, ...change(stores.claims, stores) } })
export const checkpoints = (change: (one: StepCheckpoints, stores: StoresFixture) => Partial<StepCheckpoints>): Break =>
  (stores) => ({ checkpoints: { ...stores.checkpoints, ...change(stores.checkpoints, stores) } })
export const logs = (change: (one: StepLogs) => Partial<StepLogs>): Break => (stores) => ({ logs: { ...stores.logs, ...change(stores.logs) } })

/** Stores in memory of which one breaks a law. */
export const brokenStores = (law: string, refusedBy: string | readonly string[], broken: Break): Mutant<StoresFixture> => ({
  breaks: law,
  refusedBy,
  create: async () => {
    const stores = await memoryFixture()
    return { ...stores, ...broken(stores) }
  },
})

/** Gives a claim of the first owner back, if it holds one. */
export const freeClaim = async ({ claims: one }: StoresFixture, requestId: string): Promise<void> => {
  const [claim] = await one.renew({ owner: firstOwner, requestIds: [requestId], leaseMs: 60_000 })
  if (claim !== undefined) await one.release({ owner: firstOwner, requestId, epoch: claim.epoch, wakeAt: 1 })
}
