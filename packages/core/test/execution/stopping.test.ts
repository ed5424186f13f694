import { describe, expect, test } from 'vitest'
import { succeeded } from '../../src/action/outcome.js'
import { scripted } from './engine-fixture.js'
import { gate, oneStep, threeSteps } from './fault-fixture.js'
import { LEASE_MS, virtualWorld } from './virtual-engine.js'

describe('stopping', () => {
  test('a process that leaves lets a running step end, starts nothing more, and hands the request over', async () => {
    const world = virtualWorld(threeSteps)
    const seen: string[] = []
    const said = (who: string) => scripted('first', { run: async ({ request }) => {
      seen.push(`${who}:${request.step}`)
      await new Promise<void>((resolve) => { world.clock.schedule(500, resolve) })
      return succeeded({})
    } })
    const going = await world.engine([said('going')])
    const requestId = await world.submit(going)
    await world.clock.advance(100)
    // The execution ends in the first half of the grace, in which nothing is interrupted.
    await world.clock.until(going.stop({ graceMs: 10_000 }))
    expect(seen).toEqual(['going:one'])
    expect((await world.load(requestId)).steps.map(({ state }) => state)).toEqual(['completed', 'pending', 'pending'])
    expect(world.clock.pending()).toBe(0)
    const coming = await world.engine([said('coming')])
    // Handed over: nobody waits for the lease to run out.
    await world.reaches(requestId, ['completed'], LEASE_MS / 2)
    expect(seen).toEqual(['going:one', 'coming:two', 'coming:three'])
    await world.clock.until(coming.stop())
    expect(world.clock.pending()).toBe(0)
  })

  test('a process that was told to stop while it looked for work claims nothing more', async () => {
    const world = virtualWorld(oneStep)
    const looking = gate<readonly []>()
    let asked = 0
    const first = await world.engine([scripted('first', { run: () => succeeded({}) })], {
      claims: { ...world.stores.claims, claimDue: () => looking.opened, claimLost: async () => { asked += 1; return [] } },
    })
    const stopped = first.stop({ graceMs: 1_000 })
    looking.open([])
    await world.clock.until(stopped)
    expect(asked).toBe(0)
  })

  test('a request that is claimed as the stop comes is handed on, not begun', async () => {
    const world = virtualWorld(oneStep)
    const seen: string[] = []
    const action = (who: string) => scripted('first', { run: () => { seen.push(who); return succeeded({}) } })
    const claimed = gate<void>()
    const slowClaim = async (options: Parameters<typeof world.stores.claims.claimDue>[0]) => {
      const found = await world.stores.claims.claimDue(options)
      if (found.length > 0) await claimed.opened
      return found
    }
    const going = await world.engine([action('going')], { claims: { ...world.stores.claims, claimDue: slowClaim } })
    // Submitted to a process that does not run, so that it is queued.
    const other = await world.engine([action('other')])
    await world.clock.until(other.stop())
    const requestId = await world.submit(other)
    await world.clock.advance(1_500)
    const stopped = going.stop({ graceMs: 10_000 })
    claimed.open()
    await world.clock.until(stopped)
    expect(seen).toEqual([])
    await world.engine([action('coming')])
    await world.reaches(requestId, ['completed'], LEASE_MS / 2)
    expect(seen).toEqual(['coming'])
  })

  test('a store that never answers holds a stop no longer than the grace', async () => {
    const world = virtualWorld(oneStep)
    const orchestrator = await world.engine([], { claims: { ...world.stores.claims, claimDue: () => new Promise(() => undefined) } })
    const before = world.clock.now()
    await world.clock.until(orchestrator.stop({ graceMs: 3_000 }))
    expect(world.clock.now() - before).toBe(3_000)
  })

  test('who stops it a second time waits for the first', async () => {
    const world = virtualWorld(oneStep)
    const orchestrator = await world.engine([scripted('first', { run: async () => {
      await new Promise<void>((resolve) => { world.clock.schedule(2_000, resolve) })
      return succeeded({})
    } })])
    await world.submit(orchestrator)
    const before = world.clock.now()
    const ends = [orchestrator.stop(), orchestrator.stop()].map(async (stopped) => { await stopped; return world.clock.now() - before })
    expect(await world.clock.until(Promise.all(ends))).toEqual([2_000, 2_000])
  })

  test('a request that has ended makes nobody look for work', async () => {
    const world = virtualWorld(threeSteps)
    let looks = 0
    const claimDue: typeof world.stores.claims.claimDue = (options) => { looks += 1; return world.stores.claims.claimDue(options) }
    const orchestrator = await world.engine([scripted('first', { run: () => succeeded({}) })], { claims: { ...world.stores.claims, claimDue } })
    const before = looks
    const requestId = await world.submit(orchestrator)
    await world.clock.advance(0)
    expect((await world.load(requestId)).status.state).toBe('completed')
    expect(looks).toBe(before)
  })
})
