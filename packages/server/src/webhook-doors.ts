import { webhook as github } from '@pao/adapters-github'
import { webhook as gitlab } from '@pao/adapters-gitlab'
import type { Config } from './config.js'
import type { WebhookDoor } from './dependencies.js'

/** The doors of the hosts that are known; one without a secret is closed. */
export const webhookDoors = ({ filter, ...secrets }: Config['webhooks'], to: Pick<WebhookDoor, 'firstSeen' | 'pushed'>): readonly WebhookDoor[] =>
  [github, gitlab].map((webhook) => ({ webhook, secrets: secrets[webhook.host], filter, firstSeen: to.firstSeen, pushed: to.pushed }))
