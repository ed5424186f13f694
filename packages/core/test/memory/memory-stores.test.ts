import { memoryStores } from '@pao/core/memory'
import type { Clock, RequestStore } from '@pao/core/ports'
import type { StoresFixture } from '@pao/testing'
import {
  aRequest, aSubmission, catalogDefinitionsContract, catalogSyncsContract, claimsContract, requestStoreContract, runContract, stepCheckpointsContract, stepLogsContract,
} from '@pao/testing'
import { describe, expect, test } from 'vitest'

/** Between memory and its caller no answer is lost. Here the first one is, and the caller asks again with the same commit. */
const lossy = (requests: RequestStore): { readonly requests: RequestStore; readonly loseNextReply: () => void } => {
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

const create = async (): Promise<StoresFixture> => {
  let time = Date.UTC(2026, 0, 1)
  const clock: Clock = { now: () => time, schedule: () => () => undefined }
  const stores = memoryStores(clock)
  return { ...stores, ...lossy(stores.requests), now: async () => time, elapse: async (ms) => { time += ms } }
}

describe('memory adapters', () => {
  runContract(requestStoreContract, { test, create })
  runContract(claimsContract, { test, create })
  runContract(stepCheckpointsContract, { test, create })
  runContract(stepLogsContract, { test, create })
  runContract(catalogDefinitionsContract, { test, create })
  runContract(catalogSyncsContract, { test, create })

  test('an Idempotency-Key is forgotten after 24 hours', async () => {
    const { requests, elapse } = await create()
    const key = { principal: 'ada', route: 'POST /requests', key: 'key-1', bodyHash: 'ab' }
    await requests.submit(aSubmission(aRequest()), key)
    await elapse(24 * 3_600_000 - 1)
    expect(await requests.recall(key)).toBeDefined()
    await elapse(1)
    expect(await requests.recall(key)).toBeUndefined()
    expect(await requests.submit(aSubmission(aRequest()), key)).toEqual({ kind: 'accepted' })
  })

  test('what is stored cannot be changed through what was given or what is read', async () => {
    const { requests } = await create()
    const submission = structuredClone(aSubmission(aRequest()))
    await requests.submit(submission)
    const given = submission.after.steps as unknown as { id: string }[]
    given[0]!.id = 'changed'
    const stored = await requests.load(submission.after.id)
    expect(stored?.request.steps[0]?.id).toBe('create')
    expect(() => { (stored!.request.steps as unknown as { id: string }[])[0]!.id = 'changed' }).toThrow(TypeError)
  })
})
