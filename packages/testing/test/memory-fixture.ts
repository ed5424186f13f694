import { memoryStores } from '@pao/core/memory'
import type { Clock, RequestStore } from '@pao/core/ports'
import type { StoresFixture } from '@pao/testing'

/** Between memory and its caller no answer is lost. Here the next one is, and the caller asks again with the same commit. */
const lossy = (requests: RequestStore): Pick<StoresFixture, 'requests' | 'loseNextReply'> => {
  let losing = false
  const twice = async <T>(write: () => Promise<T>): Promise<T> => {
    const answer = await write()
    if (!losing) return answer
    losing = false
    return write()
  }
  return {
    requests: { ...requests, submit: (commit, key) => twice(() => requests.submit(commit, key)), commit: (commit) => twice(() => requests.commit(commit)) },
    loseNextReply: () => { losing = true },
  }
}

/** The reference adapters under a clock that jumps. */
export const memoryFixture = async (): Promise<StoresFixture> => {
  let time = Date.UTC(2026, 0, 1)
  const clock: Clock = { now: () => time, schedule: () => () => undefined }
  const stores = memoryStores(clock)
  return { ...stores, ...lossy(stores.requests), now: async () => time, elapse: async (ms) => { time += ms } }
}
