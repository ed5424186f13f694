import { memoryStores } from '@pao/core/memory'
import type { Clock } from '@pao/core/ports'
import type { StoresFixture } from '@pao/testing'

/** The reference adapters under a clock that jumps. */
export const memoryFixture = async (): Promise<StoresFixture> => {
  let time = Date.UTC(2026, 0, 1)
  const clock: Clock = { now: () => time, schedule: () => () => undefined }
  return { ...memoryStores(clock), now: async () => time, elapse: async (ms) => { time += ms } }
}
