import { readFileSync } from 'node:fs'
import { isPaoError, wasSent } from '@pao/core/action'
import type { HttpClient } from '@pao/core/action'
import type { FakeCall, FakeRoute, OpenApiDocument } from '@pao/testing'
import { fakeHttp } from '@pao/testing'
import { describe, expect, onTestFinished, test } from 'vitest'

const openapi = JSON.parse(readFileSync(new URL('./fixtures/github.trimmed.json', import.meta.url), 'utf8')) as OpenApiDocument

const dispatch = 'POST /repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches'
const url = 'https://api.github.com/repos/acme/infra/actions/workflows/deploy.yml/dispatches'
const headers = { 'Content-Type': 'application/json' }

/** What an action would do. */
const start = (http: HttpClient, body: unknown = { ref: 'main', inputs: { env: 'dev' } }) => http.request({ url, method: 'POST', headers, body: JSON.stringify(body) })

const fakeOf = (route: FakeRoute = { status: 204 }) => fakeHttp({ openapi, routes: { [dispatch]: route } })

describe('fakeHttp', () => {
  test('answers what the route says, and keeps the calls', async () => {
    const seen: FakeCall[] = []
    const fake = fakeOf((call) => { seen.push(call); return { status: 200, headers: { 'X-Rate': '9' }, body: { workflow_run_id: 7, run_url: 'https://a.test/7', html_url: 'https://b.test/7' } } })
    const answer = await start(fake)
    expect(answer).toMatchObject({ status: 200, headers: { 'content-type': 'application/json', 'x-rate': '9' } })
    expect(answer.json()).toMatchObject({ workflow_run_id: 7 })
    expect(seen).toEqual(fake.calls)
    expect(seen).toMatchObject([{ operation: dispatch, method: 'POST', params: { owner: 'acme', repo: 'infra', workflow_id: 'deploy.yml' }, body: { ref: 'main', inputs: { env: 'dev' } }, headers: { 'content-type': 'application/json' } }])
    fake.verify()
  })

  test('a call that does not fit throws, and is told again at the end, whoever swallowed it', async () => {
    const fake = fakeOf()
    await expect(start(fake, { inputs: 'none' })).rejects.toMatchObject({ code: 'ERR_ASSERTION', message: expect.stringContaining(`request ${dispatch}: body must have required property 'ref'`) as string })
    expect(fake.mismatches).toEqual([`request ${dispatch}: body must have required property 'ref'`, `request ${dispatch}: body/inputs must be object`])
    expect(() => { fake.verify() }).toThrow(/body\/inputs must be object/)
    expect(fake.calls).toHaveLength(1)
  })

  test.each<[string, FakeRoute, string]>([
    ['an undescribed status', { status: 202 }, 'status 202 is not described; described are 200, 204'],
    ['a body that does not fit', { status: 200, body: { workflow_run_id: 'seven' } }, 'body/workflow_run_id must be integer'],
    ['a body where none belongs', () => ({ status: 204, body: {} }), 'body was given and is not described'],
  ])('%s of the fake itself throws', async (_, route, reason) => {
    const fake = fakeOf(route)
    await expect(start(fake)).rejects.toThrow(`answer ${dispatch}: ${reason}`)
    expect(() => { fake.verify() }).toThrow(reason)
  })

  test('an answer that no document describes is given with a reason', async () => {
    const fake = fakeOf({ status: 502, body: '<html>', headers: { 'content-type': 'text/html' }, undescribed: 'a proxy in between' })
    const answer = await start(fake)
    expect(answer).toMatchObject({ status: 502, body: '<html>' })
    expect(() => answer.json()).toThrow(SyntaxError)
    fake.verify()
    await expect(start(fakeOf({ status: 502, undescribed: ' ' }))).rejects.toThrow('needs a reason')
  })

  test('a call without a route, and a route without an operation', async () => {
    const fake = fakeHttp({ openapi, routes: {} })
    await expect(start(fake)).rejects.toThrow(`request ${dispatch}: path has no route in this fake`)
    expect(() => fakeHttp({ openapi, routes: { 'POST /dispatches': { status: 204 } } })).toThrow('has no operation "POST /dispatches"; it has POST /repos/')
    expect(() => fakeHttp({ openapi, routes: { 'POST /repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches ': { status: 204 } } })).toThrow('has no operation')
  })

  test('keeps the port\'s laws of signals and caps', async () => {
    const fake = fakeOf({ status: 200, body: { workflow_run_id: 7, run_url: 'https://a.test/7', html_url: 'https://b.test/7' } })
    const failure = async (call: Promise<unknown>) => call.then(() => undefined, (error: unknown) => error)
    const aborted = await failure(fake.request({ url, method: 'POST', signal: AbortSignal.abort() }))
    expect([isPaoError(aborted, 'HTTP_CONNECTION'), wasSent(aborted), fake.calls.length]).toEqual([true, false, 0])
    const long = await failure(fake.request({ url, method: 'POST', headers, body: '{"ref":"main"}', maxBodyBytes: 5 }))
    expect([isPaoError(long, 'HTTP_BODY_TOO_LARGE'), wasSent(long)]).toEqual([true, true])
  })

  test('stands behind a real server too', async () => {
    const fake = fakeOf()
    const served = await fake.serve()
    onTestFinished(() => served.close())
    const post = (body: string) => fetch(`${served.url}/repos/acme/infra/actions/workflows/deploy.yml/dispatches`, { method: 'POST', headers, body })
    expect((await post('{"ref":"main"}')).status).toBe(204)
    fake.verify()
    const wrong = await post('{}')
    expect([wrong.status, await wrong.text()]).toEqual([500, `request ${dispatch}: body must have required property 'ref'`])
    expect(fake.mismatches).toHaveLength(1)
  })

  test('a route that throws is told at the end', async () => {
    const fake = fakeOf(() => { throw new Error('a bug of the test') })
    const served = await fake.serve()
    onTestFinished(() => served.close())
    await fetch(`${served.url}/repos/acme/infra/actions/workflows/deploy.yml/dispatches`, { method: 'POST', headers, body: '{"ref":"main"}' })
    expect(() => { fake.verify() }).toThrow('a bug of the test')
  })
})
