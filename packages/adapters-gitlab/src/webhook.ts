import { createHash, timingSafeEqual } from 'node:crypto'
import { deliveryBody, deliveryHeader, readCatalogPush } from '@pao/core/plugin'
import type { CatalogWebhook } from '@pao/core/ports'

const digest = (bytes: Buffer): Buffer => createHash('sha256').update(bytes).digest()

/** Port CatalogWebhook for GitLab: `X-Gitlab-Token`, `X-Gitlab-Event`, `Idempotency-Key` or `X-Gitlab-Event-UUID`. GitLab signs nothing: the token is sent as it is. */
export const webhook: CatalogWebhook = {
  host: 'gitlab',
  verify: (headers, _rawBody, secret) => {
    const sent = headers['x-gitlab-token'] ?? ''
    const wanted = digest(Buffer.from(secret))
    // Node gives the bytes of a header one by one; digests are of one length, whatever was sent.
    const [asText, asBytes] = [timingSafeEqual(digest(Buffer.from(sent)), wanted), timingSafeEqual(digest(Buffer.from(sent, 'latin1')), wanted)]
    return secret !== '' && (asText || asBytes)
  },
  read: (headers, rawBody) => {
    const event = deliveryHeader(headers, 'x-gitlab-event')
    const id = deliveryHeader(headers, 'idempotency-key') ?? deliveryHeader(headers, 'x-gitlab-event-uuid')
    if (event === undefined || id === undefined) return { problem: 'The headers X-Gitlab-Event, and Idempotency-Key or X-Gitlab-Event-UUID, are missing or malformed: is it GitLab that calls?' }
    if (event !== 'Push Hook') return { event: 'other', id, name: event }
    const body = deliveryBody(rawBody)
    if (body?.['object_kind'] !== 'push') return { problem: 'The body of the push is no JSON object with the object_kind push' }
    const { ref, before, after, commits, project, total_commits_count: count } = body
    return readCatalogPush({
      id, host: 'GitLab', ref, before, after, commits, repository: (project as { readonly path_with_namespace?: unknown } | null | undefined)?.path_with_namespace,
      isComplete: (listed) => listed === count,
    })
  },
}
