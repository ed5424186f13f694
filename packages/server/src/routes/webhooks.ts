import type { Context } from 'hono'
import type { Answer } from '../answer.js'
import { reply } from '../answer.js'
import type { ApiDependencies, WebhookDoor } from '../dependencies.js'
import { readBytes } from '../json-body.js'
import { problem } from '../problem.js'
import { irrelevance, isPush } from '../webhook-delivery.js'
import { post } from './route.js'
import type { Route } from './route.js'

/** A push may list thousands of files; what is larger is found by polling. */
const MAX_DELIVERY_BYTES = 5 * 1024 * 1024

const hosts = ['github', 'gitlab'] as const

const variableOf = { github: 'PAO_GITHUB_WEBHOOK_SECRET', gitlab: 'PAO_GITLAB_WEBHOOK_SECRET' } as const

type Dependencies = Pick<ApiDependencies, 'webhooks' | 'logger' | 'now'>

const received = async (context: Context, { webhook, secrets, filter, firstSeen, pushed }: WebhookDoor, { logger, now }: Dependencies): Promise<Answer> => {
  const { host } = webhook
  const body = await readBytes(context.req.raw, MAX_DELIVERY_BYTES)
  if ('kind' in body) return body
  const headers = Object.fromEntries(context.req.raw.headers)
  // Every secret is tried, so that the time tells nothing of which one fits.
  const isKnown = secrets.map((secret) => webhook.verify(headers, body, secret)).includes(true)
  if (!isKnown) {
    logger.warn({ host }, 'a webhook was refused: its signature or token does not fit the secret')
    return problem('UNAUTHORIZED', 'The signature or token of this delivery does not fit.')
  }
  const delivery = webhook.read(headers, body)
  if ('problem' in delivery) return problem('VALIDATION_ERROR', `This delivery cannot be read: ${delivery.problem}`, { errors: [{ field: '', constraint: 'payload', message: delivery.problem, pointer: '' }] })
  if (delivery.event === 'ping') return reply(200, { status: 'pong' })
  const why = isPush(delivery) ? irrelevance(delivery, filter) : `it is ${delivery.name}, and changes no branch`
  if (!isPush(delivery) || delivery.commit === undefined || why !== undefined) {
    logger.debug({ host, delivery: delivery.id, why }, 'a webhook changes nothing here')
    return reply(204)
  }
  if (!await firstSeen(host, delivery.id, now())) return reply(200, { status: 'duplicate', deliveryId: delivery.id })
  pushed(delivery.commit)
  logger.info({ host, delivery: delivery.id, commit: delivery.commit }, 'a webhook told of a push: the catalog is read')
  return reply(202, { status: 'accepted', deliveryId: delivery.id, commit: delivery.commit })
}

/** Nobody is asked who calls: a delivery shows by its signature or token that it comes from the host. Without a secret there is no door. */
export const webhookRoutes = (dependencies: Dependencies): readonly Route[] => hosts.map((host) => post(`/webhooks/${host}`, (context) => {
  const door = dependencies.webhooks?.find(({ webhook, secrets }) => webhook.host === host && secrets.length > 0)
  if (door !== undefined) return received(context, door, dependencies)
  dependencies.logger.warn({ host }, `a webhook came and none is set up: set ${variableOf[host]} to the secret that the host has`)
  return problem('NOT_FOUND', 'No webhook of this host is set up here.')
}))
