import assert from 'node:assert/strict'
import type { CatalogDelivery, CatalogPush, CatalogWebhook, WebhookHeaders, WebhookProblem } from '@pao/core/ports'
import { notApplicable } from './contract.js'
import type { Contract, ContractCase } from './contract.js'

/** A delivery as it arrives. */
export interface SentDelivery {
  readonly headers: WebhookHeaders
  readonly body: Uint8Array
}

/** A push, for a host to tell. */
export interface ToldPush {
  readonly repository: string
  readonly ref: string
  readonly before?: string
  readonly after?: string
  readonly forced?: boolean
  readonly commits: readonly { readonly added?: readonly string[]; readonly modified?: readonly string[]; readonly removed?: readonly string[] }[]
  /** Default: as many as `commits`. */
  readonly commitCount?: number
}

/** A host that sends deliveries as its documentation has them. */
export interface CatalogWebhookFixture {
  readonly webhook: CatalogWebhook
  push(told: ToldPush, secret: string): SentDelivery
  /** Something that is no push. */
  other(secret: string): SentDelivery
  /** Absent: the host sends none. */
  ping?(secret: string): SentDelivery
  /** Whether what proves the sender covers the body. */
  readonly signsBody: boolean
  /** The header that proves the sender. */
  readonly proof: string
  /** Whether the host tells of a push that it was forced. */
  readonly tellsForced: boolean
  /** More commits than the host lists in one delivery. */
  readonly tooManyCommits: number
}

type WebhookCase = ContractCase<CatalogWebhookFixture>

const secret = 'It’s a secret to everybody'
const [before, after] = ['1'.repeat(40), 'abcdef0123'.repeat(4)]

const told: ToldPush = {
  repository: 'acme/platform-catalog', ref: 'refs/heads/feature/größe', before, after,
  commits: [{ added: ['catalog/z.yaml'], modified: ['catalog/a.yaml'] }, { modified: ['catalog/a.yaml', 'CODEOWNERS'], removed: ['bundles/old “one”.yaml'] }],
}

const paths = ['CODEOWNERS', 'bundles/old “one”.yaml', 'catalog/a.yaml', 'catalog/z.yaml']

const unthrown = <Value>(what: string, work: () => Value): Value => {
  try {
    return work()
  } catch (error) {
    return assert.fail(`${what} threw ${String(error)}`)
  }
}

const verified = (webhook: CatalogWebhook, headers: WebhookHeaders, body: Uint8Array, by: string): boolean => unthrown('verify', () => webhook.verify(headers, body, by))

const answerOf = (webhook: CatalogWebhook, headers: WebhookHeaders, body: Uint8Array): CatalogDelivery | WebhookProblem => unthrown('read', () => webhook.read(headers, body))

const read = (webhook: CatalogWebhook, { headers, body }: SentDelivery): CatalogDelivery => {
  const answer = answerOf(webhook, headers, body)
  if ('problem' in answer) assert.fail(`a delivery of the host cannot be read: ${answer.problem}`)
  return answer
}

const pushOf = (webhook: CatalogWebhook, sent: SentDelivery): CatalogPush => {
  const answer = read(webhook, sent)
  if (answer.event !== 'push') assert.fail(`a push was read as ${answer.event}`)
  return answer
}

const proven: WebhookCase = {
  name: 'a delivery is verified by its secret, byte for byte, and by no other',
  law: '1',
  run: async (create) => {
    const { webhook, push, other, signsBody } = await create()
    for (const { headers, body } of [push(told, secret), other(secret)]) {
      assert.equal(verified(webhook, headers, body, secret), true)
      for (const wrong of [secret.slice(0, -1), `${secret} `, secret.toUpperCase(), 'x', before]) assert.equal(verified(webhook, headers, body, wrong), false, 'another secret verified it')
      if (!signsBody) continue
      const [first = 0] = body
      for (const changed of [body.slice(1), Uint8Array.of(...body, 10), Uint8Array.of(first ^ 1, ...body.slice(1)), new Uint8Array()]) {
        assert.equal(verified(webhook, headers, changed, secret), false, 'another body was verified')
      }
    }
  },
}

const unproven: WebhookCase = {
  name: 'a proof that is missing, malformed, cut or given twice verifies nothing and throws nothing',
  law: '1',
  run: async (create) => {
    const { webhook, push, proof } = await create()
    const { headers, body } = push(told, secret)
    const right = headers[proof] ?? assert.fail(`the delivery has no header ${proof}`)
    for (const wrong of [undefined, '', ' ', right.slice(0, -1), `${right}0`, `${right}, ${right}`, ` ${right}é`, '=', 'sha256=', 'sha1=abc', right.replace(/.$/, (sign) => (sign === 'a' ? 'b' : 'a')), '\u0000', '🐘'.repeat(20)]) {
      assert.equal(verified(webhook, { ...headers, [proof]: wrong }, body, secret), false, `verified by ${JSON.stringify(wrong)}`)
    }
    assert.equal(verified(webhook, {}, body, secret), false)
  },
}

const noSecret: WebhookCase = {
  name: 'an empty secret verifies nothing',
  law: '2',
  run: async (create) => {
    const { webhook, push, proof } = await create()
    const { headers, body } = push(told, '')
    for (const one of [headers, { ...headers, [proof]: '' }, { ...headers, [proof]: undefined }]) assert.equal(verified(webhook, one, body, ''), false)
  },
}

const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`

const total: WebhookCase = {
  name: 'anything can be read: it is a delivery or a problem, and a problem quotes nothing',
  law: '3',
  run: async (create) => {
    const { webhook, push, other } = await create()
    const { headers, body } = push(told, secret)
    const sent = JSON.parse(new TextDecoder().decode(body)) as Record<string, unknown>
    const texts = ['', 'canary', '{', 'null', '[]', '"canary"', '{}', '{"canary":1}', deep, ...Object.keys(sent).flatMap((name) => [
      JSON.stringify({ ...sent, [name]: undefined }), ...[null, 7, 'canary', ['canary'], { canary: 'canary' }, '\u0000', `refs/heads/${'x'.repeat(5_000)}`].map((value) => JSON.stringify({ ...sent, [name]: value })),
    ])]
    const bodies = [...texts.map((text) => new TextEncoder().encode(text)), Uint8Array.of(0xff, 0xfe, 0x00), Uint8Array.of(0x7b, 0xff, 0x7d)]
    for (const one of [headers, other(secret).headers, {}, Object.fromEntries(Object.keys(headers).map((name) => [name, '']))]) {
      for (const bytes of bodies) {
        const answer = answerOf(webhook, one, bytes)
        if (!('problem' in answer)) continue
        assert.ok(answer.problem !== '', 'a problem without a reason')
        assert.ok(!answer.problem.includes('canary'), `a problem quotes the delivery: ${answer.problem}`)
      }
    }
    for (const text of ['', 'canary', 'null', '[]', '{}']) {
      assert.ok('problem' in answerOf(webhook, headers, new TextEncoder().encode(text)), `a push of ${JSON.stringify(text)} was read`)
    }
    assert.ok('problem' in answerOf(webhook, {}, body), 'a delivery without headers was read')
  },
}

const pushed: WebhookCase = {
  name: 'a push gives repository, branch and commits as the host wrote them',
  law: '4',
  run: async (create) => {
    const { webhook, push, tellsForced } = await create()
    const { id, ...rest } = pushOf(webhook, push(told, secret))
    assert.notEqual(id, '')
    assert.deepEqual(rest, { event: 'push', repository: told.repository, branch: 'feature/größe', before, commit: after, ...(tellsForced ? { forced: false } : {}), changedPaths: paths })
    const { before: _, ...created } = told
    assert.equal(pushOf(webhook, push(created, secret)).before, undefined, 'a new branch was somewhere before')
    const { after: __, ...deleted } = told
    assert.equal(pushOf(webhook, push({ ...deleted, commits: [] }, secret)).commit, undefined, 'a branch that was deleted is somewhere')
    assert.equal(pushOf(webhook, push({ ...told, forced: true }, secret)).forced, tellsForced ? true : undefined)
  },
}

const noPush: WebhookCase = {
  name: 'a tag and what is no push are other, and a ping is a ping',
  law: '4',
  run: async (create) => {
    const { webhook, push, other, ping } = await create()
    for (const sent of [push({ ...told, ref: 'refs/tags/v1' }, secret), other(secret)]) {
      const answer = read(webhook, sent)
      assert.equal(answer.event, 'other')
      assert.ok(answer.event === 'other' && answer.name !== '' && answer.id !== '')
    }
    if (ping === undefined) throw notApplicable('the host sends no ping')
    const sent = ping(secret)
    assert.equal(read(webhook, sent).event, 'ping')
    assert.equal(verified(webhook, sent.headers, sent.body, secret), true)
  },
}

const complete: WebhookCase = {
  name: 'changed paths are complete or absent',
  law: '5',
  run: async (create) => {
    const { webhook, push, tellsForced, tooManyCommits } = await create()
    const { before: _, ...created } = told
    const { after: __, ...deleted } = told
    const many = Array.from({ length: tooManyCommits }, () => ({ modified: ['README.md'] }))
    const incomplete: readonly ToldPush[] = [created, { ...deleted, commits: [] }, { ...told, commits: many, commitCount: tooManyCommits }, ...(tellsForced ? [{ ...told, forced: true }] : [])]
    for (const one of incomplete) assert.equal(pushOf(webhook, push(one, secret)).changedPaths, undefined, 'paths that may be only some of them are given')
    assert.deepEqual(pushOf(webhook, push({ ...told, commits: [{}] }, secret)).changedPaths, [])
  },
}

const sameId: WebhookCase = {
  name: 'a delivery that is sent again has its id, and another one has another',
  law: '6',
  run: async (create) => {
    const { webhook, push } = await create()
    const [first, second] = [push(told, secret), push(told, secret)]
    assert.equal(pushOf(webhook, first).id, pushOf(webhook, { headers: { ...first.headers }, body: first.body.slice() }).id)
    assert.notEqual(pushOf(webhook, first).id, pushOf(webhook, second).id, 'two deliveries have one id')
  },
}

/** The laws of port CatalogWebhook. */
export const catalogWebhookContract: Contract<CatalogWebhookFixture> = {
  port: 'CatalogWebhook', cases: [proven, unproven, noSecret, total, pushed, noPush, complete, sameId],
}
