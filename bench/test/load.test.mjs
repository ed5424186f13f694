import { describe, expect, test } from 'vitest'

import { createTestDatabase } from '../../test-support/database.ts'
import { checkRows } from '../src/cluster.mjs'
import * as coalesced from '../src/engines/floor-coalesced.mjs'
import * as lean from '../src/engines/floor-lean.mjs'
import { backlog, closedLoop, createTracker, oneByOne } from '../src/engines/load.mjs'

const counter = () => {
  let last = 0
  return () => (last += 1)
}

/** Ends each request a turn of the loop after its submission, and remembers how many were under way. */
const fakeEngine = ({ completed }) => {
  const seen = { submitted: 0, inFlight: 0, most: 0 }
  return {
    seen,
    submit: async (key) => {
      seen.submitted += 1
      seen.inFlight += 1
      seen.most = Math.max(seen.most, seen.inFlight)
      setImmediate(() => {
        seen.inFlight -= 1
        completed(key)
      })
    },
  }
}

describe('the loads', () => {
  test('a closed loop has so many in flight and never more, and counts every request', async () => {
    const tracker = createTracker()
    const engine = fakeEngine(tracker)
    const figures = await closedLoop(engine, tracker, counter(), { inFlight: 7, ms: 10_000, requests: 100 })
    expect(figures.requests).toBe(100)
    expect(engine.seen).toEqual({ submitted: 100, inFlight: 0, most: 7 })
    expect(tracker.pending()).toBe(0)
    expect(figures.p99).toBeGreaterThanOrEqual(figures.p50)
  })

  test('a backlog ends with the last request', async () => {
    const tracker = createTracker()
    const engine = fakeEngine(tracker)
    expect((await backlog(engine, tracker, counter(), { requests: 50 })).requests).toBe(50)
    expect(engine.seen).toMatchObject({ submitted: 50, inFlight: 0 })
  })

  test('an idle engine has one request at a time', async () => {
    const tracker = createTracker()
    const engine = fakeEngine(tracker)
    expect((await oneByOne(engine, tracker, counter(), { requests: 20 })).requests).toBe(20)
    expect(engine.seen.most).toBe(1)
  })
})

describe.each([['coalesced', coalesced], ['lean', lean]])('the %s floor', (name, { open, checks }) => {
  test('leaves every row of every request, and the check sees it when one is not there', async () => {
    const database = await createTestDatabase()
    const tracker = createTracker()
    const engine = await open({ url: database.url, completed: tracker.completed })
    try {
      await closedLoop(engine, tracker, counter(), { inFlight: 40, ms: 10_000, requests: 120 })
      await checkRows(database.url, name, checks, 120)
      await expect(checkRows(database.url, name, checks, 121)).rejects.toThrow(`${name}: 120 completed requests after 121 requests, and it must be 121`)
    } finally {
      await engine.close()
      await database.drop()
    }
  })
})
