import { createHmac, timingSafeEqual } from 'node:crypto'
import type { CatalogPush, CatalogWebhook } from '@pao/core/ports'
import { deliveryBody, deliveryHeader, readCatalogPush } from '@pao/core/plugin'
import { catalogWebhookContract } from '@pao/testing'
import type { CatalogWebhookFixture, SentDelivery, ToldPush } from '@pao/testing'
import { refusesMutants } from './mutants.js'
import type { Mutant } from './mutants.js'

const none = '0'.repeat(40)
const mac = (body: Uint8Array, secret: string): Buffer => createHmac('sha256', secret).update(body).digest()

/** A host of a few lines that keeps every law. */
const right: CatalogWebhook = {
  host: 'github',
  verify: ({ proof = '' }, body, secret) => /^[0-9a-f]{64}$/.test(proof) && secret !== '' && timingSafeEqual(Buffer.from(proof, 'hex'), mac(body, secret)),
  read: (headers, rawBody) => {
    const [event, id] = [deliveryHeader(headers, 'event'), deliveryHeader(headers, 'id')]
    if (event === undefined || id === undefined) return { problem: 'the headers event and id are missing' }
    if (event === 'ping') return { event, id }
    if (event !== 'push') return { event: 'other', id, name: event }
    const body = deliveryBody(rawBody)
    if (typeof body?.['forced'] !== 'boolean') return { problem: 'the body is no push' }
    const { ref, before, after, repository, forced, commits } = body
    return readCatalogPush({ id, host: 'the host', ref, before, after, repository, forced, commits, isComplete: (listed) => listed < 10 })
  },
}

let deliveries = 0

const sent = (event: string, body: object, secret: string): SentDelivery => {
  deliveries += 1
  const bytes = new TextEncoder().encode(JSON.stringify(body))
  return { body: bytes, headers: { event, id: `delivery-${deliveries}`, proof: mac(bytes, secret).toString('hex') } }
}

const fixtureOf = (broken: Partial<CatalogWebhook>) => async (): Promise<CatalogWebhookFixture> => ({
  webhook: { ...right, ...broken }, signsBody: true, proof: 'proof', tellsForced: true, tooManyCommits: 10,
  push: ({ repository, ref, before = none, after = none, forced = false, commits }: ToldPush, secret) =>
    sent('push', { repository, ref, before, after, forced, commits: commits.map(({ added = [], modified = [], removed = [] }) => ({ added, modified, removed })) }, secret),
  other: (secret) => sent('issue', {}, secret),
  ping: (secret) => sent('ping', {}, secret),
})

const changed = (change: (push: CatalogPush) => CatalogPush): Partial<CatalogWebhook> => ({
  read: (headers, body) => {
    const answer = right.read(headers, body)
    return 'problem' in answer || answer.event !== 'push' ? answer : change(answer)
  },
})

const withoutId = ({ id: _, ...headers }: Readonly<Record<string, string | undefined>>) => headers

const mutants: readonly (readonly [breaks: string, refusedBy: string | readonly string[], broken: Partial<CatalogWebhook>])[] = [
  ['verifies everybody', ['a delivery is verified by its secret, byte for byte, and by no other', 'a proof that is missing, malformed, cut or given twice verifies nothing and throws nothing'], { verify: () => true }],
  ['verifies nobody', 'a delivery is verified by its secret, byte for byte, and by no other', { verify: () => false }],
  ['signs no body', 'a delivery is verified by its secret, byte for byte, and by no other', { verify: ({ proof = '' }, _, secret) => proof !== '' && secret.startsWith('It’s a secret to everybody') && secret.length === 26 }],
  ['throws for a proof of another length', 'a proof that is missing, malformed, cut or given twice verifies nothing and throws nothing', { verify: ({ proof = '' }, body, secret) => timingSafeEqual(Buffer.from(proof, 'hex'), mac(body, secret)) }],
  ['takes the first of two proofs', 'a proof that is missing, malformed, cut or given twice verifies nothing and throws nothing', { verify: (headers, body, secret) => right.verify({ ...headers, proof: headers['proof']?.split(', ')[0] }, body, secret) }],
  ['admits an empty secret', 'an empty secret verifies nothing', { verify: ({ proof = '' }, body, secret) => /^[0-9a-f]{64}$/.test(proof) && timingSafeEqual(Buffer.from(proof, 'hex'), mac(body, secret)) }],
  ['throws for what is no JSON', 'anything can be read: it is a delivery or a problem, and a problem quotes nothing', { read: (headers, body) => { JSON.parse(new TextDecoder().decode(body)); return right.read(headers, body) } }],
  ['quotes what it cannot read', 'anything can be read: it is a delivery or a problem, and a problem quotes nothing', {
    read: (headers, body) => { const answer = right.read(headers, body); return 'problem' in answer ? { problem: new TextDecoder().decode(body) || 'nothing' } : answer },
  }],
  ['needs no headers', 'anything can be read: it is a delivery or a problem, and a problem quotes nothing', { read: (headers, body) => right.read({ event: 'push', id: 'x', ...headers }, body) }],
  ['leaves refs/heads/ in the branch', 'a push gives repository, branch and commits as the host wrote them', changed((push) => ({ ...push, branch: `refs/heads/${push.branch}` }))],
  ['gives a branch that was deleted a commit', 'a push gives repository, branch and commits as the host wrote them', changed((push) => ({ ...push, commit: push.commit ?? none }))],
  ['calls no push forced', 'a push gives repository, branch and commits as the host wrote them', changed((push) => ({ ...push, forced: false }))],
  ['takes a tag for a branch', 'a tag and what is no push are other, and a ping is a ping', { read: (headers, body) => right.read(headers, new TextEncoder().encode(new TextDecoder().decode(body).replace('refs/tags/', 'refs/heads/'))) }],
  ['gives the paths that it has', 'changed paths are complete or absent', changed((push) => ({ ...push, changedPaths: push.changedPaths ?? [] }))],
  ['names deliveries by the clock', 'a delivery that is sent again has its id, and another one has another', changed((push) => ({ ...push, id: String(deliveries += 1) }))],
  ['names all deliveries alike', 'a delivery that is sent again has its id, and another one has another', { read: (headers, body) => right.read({ ...withoutId(headers), ...(headers['id'] === undefined ? {} : { id: 'same' }) }, body) }],
]

refusesMutants(catalogWebhookContract, fixtureOf({}), mutants.map(([breaks, refusedBy, broken]): Mutant<CatalogWebhookFixture> => ({ breaks, refusedBy, create: fixtureOf(broken) })))
