import { virtualClock } from '@pao/testing'
import { expect, onTestFinished, test } from 'vitest'
import type { CatalogReport } from '../src/catalog-report.js'
import { watchHealth } from '../src/health.js'
import { api, orchestrator } from './api-fixture.js'

const told = (change: Partial<CatalogReport>) => {
  const clock = virtualClock()
  const report: CatalogReport = { items: 3, orderable: 2, files: 3, loadedAt: clock.now(), lastSync: clock.now(), outcome: 'succeeded', commit: 'abc', issues: [], ...change }
  const health = watchHealth({
    ping: () => Promise.resolve(), clock, catalog: { report: () => report },
    orchestrator: orchestrator({ health: () => ({ running: true, carried: 0 }) as ReturnType<ReturnType<typeof orchestrator>['health']> }),
  })
  onTestFinished(() => { health.stop() })
  return api({ health })
}

test('a catalog that was read says from what and when', async () => {
  const { call } = told({})
  const { json } = await call('GET', '/health')
  expect([json.status, json.components.catalog]).toMatchObject(['ok', { status: 'ok', commit: 'abc', lastSync: expect.any(String), outcome: 'succeeded', items: 3 }])
})

test('a source that is out degrades the catalog, and the server stays ready', async () => {
  const { call } = told({ outcome: 'failed', problem: 'the repository is out' })
  const { json } = await call('GET', '/health')
  expect([json.status, json.components.catalog.status, json.components.catalog.message]).toEqual(['degraded', 'degraded', 'the repository is out'])
  expect((await call('GET', '/health/ready')).status).toBe(200)
})

test('without any catalog the server is not ready', async () => {
  const { call } = told({ loadedAt: 0 })
  expect((await call('GET', '/health/ready')).status).toBe(503)
})
