import { createHmac, timingSafeEqual } from 'node:crypto'
import { deliveryBody, deliveryHeader, readCatalogPush } from '@pao/core/plugin'
import type { CatalogWebhook } from '@pao/core/ports'

const proof = /^sha256=([0-9a-f]{64})$/

/** GitHub lists no more commits of a push, and no more files of a commit. */
const [MOST_COMMITS, MOST_FILES] = [2048, 3000]

/** Port CatalogWebhook for GitHub: `X-Hub-Signature-256` over the raw body, `X-GitHub-Event`, `X-GitHub-Delivery`. */
export const webhook: CatalogWebhook = {
  host: 'github',
  verify: (headers, rawBody, secret) => {
    const sent = proof.exec(headers['x-hub-signature-256'] ?? '')?.[1]
    if (sent === undefined || secret === '') return false
    return timingSafeEqual(Buffer.from(sent, 'hex'), createHmac('sha256', secret).update(rawBody).digest())
  },
  read: (headers, rawBody) => {
    const [event, id] = [deliveryHeader(headers, 'x-github-event'), deliveryHeader(headers, 'x-github-delivery')]
    if (event === undefined || id === undefined) return { problem: 'The headers X-GitHub-Event and X-GitHub-Delivery are missing or malformed: is it GitHub that calls?' }
    if (event === 'ping') return { event, id }
    if (event !== 'push') return { event: 'other', id, name: event }
    if (headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true) return { problem: 'The webhook sends a form: set its content type to application/json' }
    const body = deliveryBody(rawBody)
    if (body === undefined) return { problem: 'The body of the push is no JSON object' }
    const { ref, before, after, forced, commits, repository } = body
    if (typeof forced !== 'boolean') return { problem: 'The delivery is no push as GitHub describes it: forced is neither true nor false' }
    return readCatalogPush({
      id, host: 'GitHub', ref, before, after, forced, commits, repository: (repository as { readonly full_name?: unknown } | null | undefined)?.full_name,
      isComplete: (listed) => listed < MOST_COMMITS, mostFiles: MOST_FILES,
    })
  },
}
