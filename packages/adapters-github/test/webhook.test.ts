import { createHmac } from 'node:crypto'
import { webhook } from '@pao/adapters-github'
import { catalogWebhookContract, runContract } from '@pao/testing'
import type { CatalogWebhookFixture, SentDelivery, ToldPush } from '@pao/testing'
import { describe, expect, test } from 'vitest'
import { githubDeliveries } from './github-contract.js'

const none = '0'.repeat(40)
const at = '2026-11-23T21:00:00Z'
const url = 'https://github.com/acme/platform-catalog'

const person = { name: 'Ada', email: 'ada@example.org' }

const repositoryOf = (name: string) => ({
  id: 1, node_id: 'x', name: name.split('/').at(-1), full_name: name, private: true, owner: { login: 'acme', id: 2 }, html_url: url, description: null, fork: false, url, created_at: 1, updated_at: at, pushed_at: 1,
})

const commitOf = ({ added = [], modified = [], removed = [] }: ToldPush['commits'][number], index: number) => ({
  id: `${index}`.padStart(40, 'a'), tree_id: none, distinct: true, message: 'change', timestamp: at, url, author: person, committer: person, added: [...added], modified: [...modified], removed: [...removed],
})

const bodyOf = ({ repository, ref, before = none, after = none, forced = false, commits }: ToldPush) => ({
  ref, before, after, base_ref: null, compare: url, created: before === none, deleted: after === none, forced, pusher: { name: 'ada', email: null },
  head_commit: null, commits: commits.map(commitOf), repository: repositoryOf(repository), sender: { login: 'ada', id: 3 },
})

let deliveries = 0

const sent = (event: string, body: object, secret: string): SentDelivery => {
  deliveries += 1
  const bytes = new TextEncoder().encode(JSON.stringify(body))
  return {
    body: bytes,
    headers: {
      'content-type': 'application/json', 'x-github-event': event, 'x-github-delivery': `72d3162e-cc78-11e3-81ab-4c9367dc${String(deliveries).padStart(4, '0')}`,
      'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(bytes).digest('hex')}`, 'user-agent': 'GitHub-Hookshot/1',
    },
  }
}

const fixture: CatalogWebhookFixture = {
  webhook, signsBody: true, proof: 'x-hub-signature-256', tellsForced: true, tooManyCommits: 2048,
  push: (told, secret) => sent('push', bodyOf(told), secret),
  other: (secret) => sent('issues', { action: 'opened' }, secret),
  ping: (secret) => sent('ping', { zen: 'Keep it logically awesome.', hook_id: 1, hook: {} }, secret),
}

runContract(catalogWebhookContract, { test, create: async () => fixture })

describe('what only GitHub sends', () => {
  const told: ToldPush = { repository: 'acme/platform-catalog', ref: 'refs/heads/main', before: 'a'.repeat(40), after: 'b'.repeat(40), commits: [{ added: ['catalog/a.yaml'] }] }

  test('the deliveries of these tests have the members that GitHub describes', () => {
    const { headers, body } = fixture.push(told, 'secret')
    const problems = githubDeliveries.request({ method: 'POST', path: '/push', query: new URLSearchParams(), headers: headers as Record<string, string>, body: new TextDecoder().decode(body) })
    // A repository and a person have dozens of members that nobody reads.
    expect(problems.filter(({ pointer, reason }) => !/^body\/(?:repository|sender|head_commit)(?:\/|$)/.test(pointer) && !/organization|enterprise/.test(reason))).toEqual([])
  })

  test('GitHub\'s own example is verified', () => {
    const headers = { 'x-hub-signature-256': 'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17' }
    expect(webhook.verify(headers, new TextEncoder().encode('Hello, World!'), 'It\'s a Secret to Everybody')).toBe(true)
  })

  test('the older signature proves nothing', () => {
    const { headers, body } = fixture.push(told, 'secret')
    const older = { ...headers, 'x-hub-signature-256': undefined, 'x-hub-signature': `sha1=${createHmac('sha1', 'secret').update(body).digest('hex')}` }
    expect(webhook.verify(older, body, 'secret')).toBe(false)
  })

  test('a form is told with what to do', () => {
    const { headers, body } = fixture.push(told, 'secret')
    expect(webhook.read({ ...headers, 'content-type': 'application/x-www-form-urlencoded' }, body)).toMatchObject({ problem: expect.stringContaining('application/json') })
  })

  test('a commit whose files are cut off leaves the paths out', () => {
    const many = Array.from({ length: 3000 }, (_, index) => `docs/${index}.md`)
    expect(webhook.read(fixture.push(told, 'x').headers, fixture.push({ ...told, commits: [{ added: many }] }, 'x').body)).not.toHaveProperty('changedPaths')
  })
})
