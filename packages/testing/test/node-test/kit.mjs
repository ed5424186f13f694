// What a user of the kit writes who tests with node:test. Run by node-test.test.ts, on the packages as they are published.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { memoryStores } from '@pao/core/memory'
import { aRequestAccepted, claimsContract, clockContract, fakeHttp, faultsAt, given, requestStoreContract, runContract, stepStarted, stepSucceeded, virtualClock, withFaults } from '@pao/testing'

const create = async () => {
  const clock = virtualClock()
  return { ...memoryStores(clock), now: async () => clock.now(), elapse: clock.advance }
}

const why = 'nothing is lost between memory and its caller'

runContract(requestStoreContract, {
  test, create, skip: { 'a commit whose reply is lost is settled and applied once': why, 'a submission whose reply is lost is settled and accepted once': why },
})
runContract(claimsContract, { test, create })
runContract(clockContract, { test, create: async () => { const clock = virtualClock(); return { clock, elapse: clock.advance } } })

test('given, when, then', () => {
  given(aRequestAccepted({ steps: ['create'] }), stepStarted('create')).when(stepSucceeded('create')).then({ state: 'completed' })
})

test('faults of a port', async () => {
  const { requests } = await create()
  const broken = withFaults({ requests }, faultsAt({ 'requests.load#0': { kind: 'throw-before' } }))
  await assert.rejects(broken.requests.load('x'), { code: 'STORE_UNAVAILABLE' })
  assert.equal(await broken.requests.load('x'), undefined)
})

test('an HTTP client held to a description', async () => {
  const openapi = { openapi: '3.1.0', paths: { '/ping': { get: { responses: { 200: { content: { 'application/json': { schema: { const: 'pong' } } } } } } } } }
  const http = fakeHttp({ openapi, routes: { 'GET /ping': { status: 200, body: 'pong' } } })
  assert.equal((await http.request({ url: 'https://example.org/ping', method: 'GET' })).json(), 'pong')
  http.verify()
})
