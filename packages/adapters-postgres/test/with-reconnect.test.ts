import { isPaoError, PaoError } from '@pao/core'
import { describe, expect, test } from 'vitest'
import { withReconnect } from '../src/with-reconnect.js'

const failing = (error: unknown, times: number) => {
  const state = { calls: 0 }
  const work = async (): Promise<string> => {
    state.calls += 1
    if (state.calls <= times) throw error
    return 'done'
  }
  return { state, work }
}

const sqlError = (code: string): Error => Object.assign(new Error(`refused (${code})`), { code })

describe('work that may be done twice', () => {
  test.each(['40P01', '40001', '08006', '57P01', 'ECONNRESET', 'EPIPE'])('is done again after %s', async (code) => {
    const { state, work } = failing(sqlError(code), 2)
    expect(await withReconnect(work)).toBe('done')
    expect(state.calls).toBe(3)
  })

  test.each(['23505', '22P02', '57014', '55P03', '42601'])('is not done again after %s', async (code) => {
    const { state, work } = failing(sqlError(code), 1)
    const error: unknown = await withReconnect(work).catch((thrown: unknown) => thrown)
    expect([isPaoError(error), state.calls]).toEqual([true, 1])
  })

  test('is given up in the end', async () => {
    const { state, work } = failing(sqlError('40P01'), 100)
    await expect(withReconnect(work)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE', retryable: true })
    expect(state.calls).toBe(5)
  })

  test('an error of ours passes as it is', async () => {
    const error = new PaoError('INVARIANT', 'ours')
    await expect(withReconnect(failing(error, 1).work)).rejects.toBe(error)
  })
})
