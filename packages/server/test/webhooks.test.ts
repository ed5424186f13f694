import { createHmac } from 'node:crypto'
import { webhook as github } from '@pao/adapters-github'
import { webhook as gitlab } from '@pao/adapters-gitlab'
import { memoryStores } from '@pao/core/memory'
import { describe, expect, test } from 'vitest'
import type { WebhookDoor } from '../src/dependencies.js'
import { irrelevance } from '../src/webhook-delivery.js'
import { api } from './api-fixture.js'

const [before, commit] = ['a'.repeat(40), 'b'.repeat(40)]
const filter = { repository: 'acme/catalog', branch: 'main', paths: ['catalog', 'bundles'] }

const opened = (change: Partial<WebhookDoor> = {}) => {
  const { syncs } = memoryStores()
  const pushed: string[] = []
  const door: WebhookDoor = { webhook: github, secrets: ['new secret', 'old secret'], filter, firstSeen: syncs.firstSeen, pushed: (id) => { pushed.push(id) }, ...change }
  return { ...api({ webhooks: [door] }), pushed }
}

const push = (more: Readonly<Record<string, unknown>> = {}, paths: readonly string[] = ['catalog/a.yaml']) => ({
  ref: 'refs/heads/main', before, after: commit, created: false, deleted: false, forced: false, repository: { full_name: 'acme/catalog' },
  commits: [{ id: commit, added: paths, modified: [], removed: [] }], ...more,
})

const delivered = (body: unknown, { id = 'delivery-1', event = 'push', secret = 'new secret', headers = {} }: { readonly id?: string; readonly event?: string; readonly secret?: string; readonly headers?: Record<string, string> } = {}): { readonly raw: string; readonly headers: Record<string, string> } => {
  const raw = typeof body === 'string' ? body : JSON.stringify(body)
  return {
    raw, headers: {
      'content-type': 'application/json', 'x-github-event': event, 'x-github-delivery': id, 'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(raw).digest('hex')}`, ...headers,
    },
  }
}

const path = '/api/v1/webhooks/github'

test('a push is accepted, and the catalog is read behind the answer', async () => {
  const { call, pushed } = opened()
  const answer = await call('POST', path, delivered(push()))
  expect([answer.status, answer.json, pushed]).toEqual([202, { status: 'accepted', deliveryId: 'delivery-1', commit }, [commit]])
})

test('the same delivery again changes nothing, also when twenty come at once', async () => {
  const { call, pushed } = opened()
  const answers = await Promise.all(Array.from({ length: 20 }, () => call('POST', path, delivered(push()))))
  expect(answers.map(({ status }) => status).toSorted()).toEqual([...Array.from({ length: 19 }, () => 200), 202])
  expect(answers.filter(({ json }) => json.status === 'duplicate').length).toBe(19)
  expect(pushed).toEqual([commit])
})

test('a ping is answered', async () => {
  const { call } = opened()
  const answer = await call('POST', path, delivered({ zen: 'Keep it simple.' }, { event: 'ping' }))
  expect([answer.status, answer.json]).toEqual([200, { status: 'pong' }])
})

test('while a secret is replaced both are taken', async () => {
  const { call } = opened()
  expect((await call('POST', path, delivered(push(), { secret: 'old secret' }))).status).toBe(202)
})

describe('refused', () => {
  test.each<[string, ReturnType<typeof delivered>, number]>([
    ['another secret', delivered(push(), { secret: 'guessed' }), 401],
    ['no signature', { ...delivered(push()), headers: { 'content-type': 'application/json', 'x-github-event': 'push', 'x-github-delivery': 'x' } }, 401],
    ['another body than was signed', { ...delivered(push()), raw: JSON.stringify(push({ after: 'c'.repeat(40) })) }, 401],
    ['a body that is no push', delivered({ ref: 7 }), 400],
    ['a body that is no JSON', delivered('{'), 400],
    ['a body of a web form', delivered(push(), { headers: { 'content-type': 'application/x-www-form-urlencoded' } }), 415],
    ['a body that is too large', delivered(`"${'x'.repeat(5 * 1024 * 1024)}"`), 413],
  ])('%s', async (_name, delivery, status) => {
    const { call, pushed, logged } = opened()
    const answer = await call('POST', path, delivery)
    expect([answer.status, pushed]).toEqual([status, []])
    expect(JSON.stringify([answer.json, logged])).not.toMatch(/(old|new) secret|guessed/)
  })

  test('a bad signature does not use up the id of a delivery', async () => {
    const { call } = opened()
    await call('POST', path, delivered(push(), { secret: 'guessed' }))
    expect((await call('POST', path, delivered(push()))).status).toBe(202)
  })
})

describe('nothing relevant', () => {
  test.each<[string, unknown, string?]>([
    ['another branch', push({ ref: 'refs/heads/topic' })],
    ['another repository', push({ repository: { full_name: 'acme/other' } })],
    ['a tag', push({ ref: 'refs/tags/v1' })],
    ['a branch that was deleted', push({ after: '0'.repeat(40), deleted: true, commits: [] })],
    ['no change below the folders', push({}, ['README.md', 'catalogue/a.yaml'])],
    ['another event', { action: 'opened' }, 'issues'],
  ])('%s', async (_name, body, event) => {
    const { call, pushed } = opened()
    const answer = await call('POST', path, delivered(body, event === undefined ? {} : { event }))
    expect([answer.status, answer.text, pushed]).toEqual([204, '', []])
  })

  test.each<[string, unknown]>([
    ['a forced push, which may have taken anything back', push({ forced: true }, ['README.md'])],
    ['a new branch', push({ before: '0'.repeat(40), created: true, commits: [] })],
    ['a change of the owners', push({}, ['.github/CODEOWNERS'])],
    ['a bundle', push({}, ['bundles/a.yaml'])],
  ])('relevant: %s', async (_name, body) => {
    const { call, pushed } = opened()
    expect([(await call('POST', path, delivered(body))).status, pushed]).toEqual([202, [commit]])
  })

  test('without a repository any counts, and . is all of it', () => {
    const one = { event: 'push', id: 'x', repository: 'acme/other', branch: 'main', commit, changedPaths: ['README.md'] } as const
    expect(irrelevance(one, { branch: 'main', paths: ['.'] })).toBeUndefined()
    expect(irrelevance({ ...one, repository: 'ACME/Catalog' }, { ...filter, paths: ['README.md'] })).toBeUndefined()
  })
})

describe('without a secret', () => {
  test.each(['github', 'gitlab'])('there is no door for %s, and the log says how to open it', async (host) => {
    const { call, logged } = opened({ secrets: [] })
    const answer = await call('POST', `/api/v1/webhooks/${host}`, delivered(push(), { secret: '' }))
    expect([answer.status, answer.json.code]).toEqual([404, 'NOT_FOUND'])
    expect(logged.map(({ message }) => message).join()).toContain(`set PAO_${host.toUpperCase()}_WEBHOOK_SECRET`)
  })
})

test('GitLab proves itself by its token', async () => {
  const { call, pushed } = opened({ webhook: gitlab, secrets: ['one', 'two'] })
  const body = {
    object_kind: 'push', ref: 'refs/heads/main', before, after: commit, project: { path_with_namespace: 'acme/catalog' }, total_commits_count: 1,
    commits: [{ id: commit, added: [], modified: ['bundles/a.yaml'], removed: [] }],
  }
  const send = (token: string) => call('POST', '/api/v1/webhooks/gitlab', { body, headers: { 'X-Gitlab-Token': token, 'X-Gitlab-Event': 'Push Hook', 'X-Gitlab-Event-UUID': 'delivery-1' } })
  expect([(await send('guess')).status, (await send('one')).status, (await send('two')).json.status, pushed]).toEqual([401, 202, 'duplicate', [commit]])
})

test('a store that is out lets the host send it again', async () => {
  let isOut = true
  const { syncs } = memoryStores()
  const { call, pushed } = opened({ firstSeen: (...given) => (isOut ? Promise.reject(new Error('out')) : syncs.firstSeen(...given)) })
  expect((await call('POST', path, delivered(push()))).status).toBe(500)
  isOut = false
  expect([(await call('POST', path, delivered(push()))).status, pushed]).toEqual([202, [commit]])
})
