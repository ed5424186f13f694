import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { defineAction, fromJsonSchema, succeeded } from '@pao/core'
import type { Action, AnyAction } from '@pao/core/action'
import { parked } from '@pao/core/action'
import type { VendorCall } from '@pao/testing'
import { actionContract, runAction, runContract } from '@pao/testing'
import { describe, expect, test } from 'vitest'
import { fakeQueues } from './fake-queues.js'
import { queueAction } from './queue-action.js'

const options = (vendor = fakeQueues()) => ({ config: { name: '{{fields.name}}' }, fields: { name: 'orders' }, secrets: { QUEUE_TOKEN: 'canary' }, http: vendor.http })

describe('what can go wrong', () => {
  test('an answer that is lost, a call that hangs, a vendor that says no', async () => {
    const at = (what: 'lose' | 'hang' | { answer: { status: number } }) => runAction(queueAction(), {
      ...options(), interrupt: ({ when, name }) => when === 'after' && name.startsWith('POST') ? what : undefined,
    })
    expect((await at('lose')).executions.map(({ mode }) => mode)).toEqual(['run', 'reconcile'])
    const hung = await at('hang')
    expect(hung.executions[0]?.endedAt).toBe((hung.executions[0]?.beganAt ?? 0) + 30_000)
    expect(await at({ answer: { status: 403 } })).toMatchObject({ state: 'failed', failure: { kind: 'fatal', code: 'HTTP_403' } })
  })

  test('a deadline and a shutdown abort the execution that is under way', async () => {
    const reasons: unknown[] = []
    const good = queueAction()
    const action: AnyAction = { ...good, run: async (context: Parameters<typeof good.run>[0]) => {
      context.signal.addEventListener('abort', () => { reasons.push(context.signal.reason) })
      return good.run(context)
    } }
    const stopped = await runAction(action, { ...options(), interrupt: ({ when, port }) => when === 'before' && port === 'http' ? 'shutdown' : undefined })
    expect(stopped).toMatchObject({ state: 'stopped', calls: [] })
    expect((await stopped.again()).state).toBe('waiting')
    const late = await runAction(action, { ...options(), timeoutMs: 5_000, interrupt: ({ when, port, mode }) => when === 'before' && port === 'http' && mode === 'run' ? 'deadline' : undefined })
    expect(late.executions[0]).toMatchObject({ mode: 'run', abortedAt: (late.executions[0]?.beganAt ?? 0) + 5_000 })
    expect(reasons.slice(0, 2)).toEqual(['shutdown', 'deadline'])
  })

  test('a process that stands still and wakes up is fenced', async () => {
    const vendor = fakeQueues()
    const frozen = await runAction(queueAction(), { ...options(vendor), interrupt: ({ when, name }) => when === 'after' && name.startsWith('POST') ? 'freeze' : undefined })
    expect(frozen.state).toBe('frozen')
    const other = await frozen.again()
    expect(other.state).toBe('waiting')
    const { state, request } = await other.thaw()
    expect([state, request.version, vendor.effects()]).toEqual(['waiting', other.request.version, ['q-1']])
  })
})

describe('people', () => {
  test('try again with another input', async () => {
    const vendor = fakeQueues()
    const refused = await runAction(queueAction(), { ...options(vendor), interrupt: ({ when, name }) => when === 'before' && name.startsWith('POST') ? { answer: { status: 400 } } : undefined })
    expect(refused.state).toBe('failed')
    const again = await refused.retry({ fields: { name: 'invoices' } })
    expect(again).toMatchObject({ state: 'waiting', answer: { kind: 'done' } })
    expect(again.executions.at(-1)).toMatchObject({ config: { name: 'invoices' }, key: expect.stringMatching(/:2$/) as string })
  })

  test('have everything taken back', async () => {
    const vendor = fakeQueues()
    const done = await (await runAction(queueAction(), { ...options(vendor), laterStepFails: true })).resume({ id: 'q-1' })
    expect([done.state, done.request.status.state, vendor.effects()]).toEqual(['succeeded', 'failed', ['q-1']])
    const undone = await done.compensate()
    expect([undone.state, undone.request.status.state, vendor.effects()]).toEqual(['compensated', 'aborted', []])
  })
})

describe('what cannot be run says so', () => {
  test.each([
    ['a config that the schema refuses', { config: { size: 3 } }, /cannot be ordered: .*name/],
    ['a field that the document does not know', { config: { name: '{{fields.nope}}' } }, /nope/],
  ])('%s', async (_what, more, message) => {
    await expect(runAction(queueAction(), { ...options(), ...more })).rejects.toThrow(message)
  })

  test('a fake that fails', async () => {
    await expect(runAction(queueAction(), { ...options(), http: () => { throw new TypeError('the fake is broken') } })).rejects.toThrow('the fake of the vendor failed')
  })

  test('a signal that nobody waits for', async () => {
    const ended = await (await runAction(queueAction(), options())).resume({ id: 'q-1' })
    await expect(ended.resume({ id: 'q-1' })).rejects.toThrow('does not wait for a signal')
  })
})

test('the clock stands still while a real server answers', async () => {
  const server = createServer((_request, response) => { setTimeout(() => response.writeHead(201).end('{"id":"q-9"}'), 20) })
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve) })
  const { port } = server.address() as AddressInfo
  const run = await runAction(queueAction(), {
    ...options(), http: async ({ method }) => {
      const response = await fetch(`http://127.0.0.1:${port}/`, { method })
      return { status: response.status, body: await response.text() }
    },
  })
  server.closeAllConnections()
  await new Promise((resolve) => { server.close(resolve) })
  expect(run).toMatchObject({ state: 'waiting', references: [{ id: 'q-9' }] })
  expect(run.executions[0]?.endedAt).toBe(run.executions[0]?.beganAt)
})

/** A vendor that is no HTTP service: the action is given a client of its own. */
interface Files { readonly write: (name: string) => Promise<void>; readonly list: () => Promise<readonly string[]>; readonly remove: (name: string) => Promise<void> }

const fileAction = (files: Files): Action<Record<string, never>, { readonly name: string }> => defineAction({
  type: 'file', version: '1.0.0', apiVersion: 1, summary: 'Writes a file and waits a minute', examples: [{ title: 'A file', config: {} }],
  config: fromJsonSchema({ type: 'object', additionalProperties: false }),
  output: fromJsonSchema({ type: 'object', properties: { name: { type: 'string' } }, required: ['name'] }),
  templates: [], effect: 'create',
  plan: () => ({ summary: 'a file', changes: [{ kind: 'create', target: 'files' }] }),
  run: async (context) => {
    await context.checkpoint('file', () => files.write(context.key).then(() => null))
    return parked({ until: 'time', at: context.now() + 60_000 })
  },
  resume: (context) => Promise.resolve(succeeded({ name: context.key })),
  reconcile: async ({ key, now }) => (await files.list()).includes(key) ? { kind: 'parked', park: { until: 'time', at: now() + 60_000 } } : { kind: 'absent' },
  compensate: async ({ key }) => files.remove(key),
})

/** Each name is written as often as it is asked for. */
const disk = () => {
  const names: string[] = []
  let call: VendorCall = (_name, work) => work()
  const files: Files = {
    write: (name) => call('write', async () => { names.push(name) }),
    list: () => call('list', async () => [...names]),
    remove: (name) => call('remove', async () => { if (names.includes(name)) names.splice(names.indexOf(name), 1) }),
  }
  return { action: fileAction(files), vendor: (link: VendorCall) => { call = link }, effects: () => names }
}

runContract(actionContract({ action: disk().action }), { test, create: async () => disk() })
