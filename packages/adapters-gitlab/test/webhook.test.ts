import { webhook } from '@pao/adapters-gitlab'
import { catalogWebhookContract, runContract } from '@pao/testing'
import type { CatalogWebhookFixture, SentDelivery, ToldPush } from '@pao/testing'
import { describe, expect, test } from 'vitest'

const none = '0'.repeat(40)

const bodyOf = ({ repository, ref, before = none, after = none, commits, commitCount = commits.length }: ToldPush) => ({
  object_kind: 'push', event_name: 'push', before, after, ref, ref_protected: true, checkout_sha: after === none ? null : after, message: null, user_id: 4, user_name: 'Ada', project_id: 15,
  project: { id: 15, name: 'Catalog', web_url: `https://gitlab.example.com/${repository}`, path_with_namespace: repository, default_branch: 'main' },
  commits: commits.slice(-20).map(({ added = [], modified = [], removed = [] }, index) => ({
    id: `${index}`.padStart(40, 'a'), message: 'change', title: 'change', timestamp: '2026-11-23T21:00:00+00:00', url: 'https://gitlab.example.com/x', author: { name: 'Ada', email: '[REDACTED]' },
    added: [...added], modified: [...modified], removed: [...removed],
  })),
  total_commits_count: commitCount,
})

let deliveries = 0

const sent = (event: string, body: object, secret: string): SentDelivery => {
  deliveries += 1
  return {
    body: new TextEncoder().encode(JSON.stringify(body)),
    headers: {
      'content-type': 'application/json', 'user-agent': 'GitLab/18.0.0', 'x-gitlab-event': event, 'x-gitlab-token': secret, 'x-gitlab-instance': 'https://gitlab.example.com',
      'x-gitlab-event-uuid': 'b8f1c2ae-0000-4000-8000-000000000000', 'idempotency-key': `f5e57eb5-8c84-4c7f-9cd2-${String(deliveries).padStart(12, '0')}`,
    },
  }
}

const fixture: CatalogWebhookFixture = {
  webhook, signsBody: false, proof: 'x-gitlab-token', tellsForced: false, tooManyCommits: 21,
  push: (told, secret) => told.ref.startsWith('refs/tags/')
    ? sent('Tag Push Hook', { ...bodyOf(told), object_kind: 'tag_push' }, secret)
    : sent('Push Hook', bodyOf(told), secret),
  other: (secret) => sent('Merge Request Hook', { object_kind: 'merge_request' }, secret),
}

runContract(catalogWebhookContract, { test, create: async () => fixture })

describe('what only GitLab sends', () => {
  const told: ToldPush = { repository: 'acme/platform/catalog', ref: 'refs/heads/main', before: 'a'.repeat(40), after: 'b'.repeat(40), commits: [{ added: ['catalog/a.yaml'] }] }

  test('an older GitLab names a delivery by its event', () => {
    const { headers, body } = fixture.push(told, 'secret')
    expect(webhook.read({ ...headers, 'idempotency-key': undefined }, body)).toMatchObject({ id: 'b8f1c2ae-0000-4000-8000-000000000000', repository: 'acme/platform/catalog' })
    expect(webhook.read({ ...headers, 'idempotency-key': undefined, 'x-gitlab-event-uuid': undefined }, body)).toHaveProperty('problem')
  })

  test('a token with other letters than ASCII arrives byte by byte', () => {
    const { headers, body } = fixture.push(told, 'größe')
    expect(webhook.verify({ ...headers, 'x-gitlab-token': Buffer.from('größe').toString('latin1') }, body, 'größe')).toBe(true)
  })
})
