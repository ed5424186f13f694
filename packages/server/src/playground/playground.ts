import { join } from 'node:path'
import type { Instant, Json } from '@pao/core/action'
import { isJsonObject } from '@pao/core/action'
import { fakeJira, playgroundCredentials } from './fake-jira.js'
import { openJournal } from './journal.js'
import { loopbackServer } from './loopback-server.js'
import { provisioningApi } from './provisioning-api.js'
import { isTicketStatus, tickets } from './tickets.js'

/** The variable that documents read to find the provisioning API. */
export const PROVISIONING_VARIABLE = 'PAO_PLAYGROUND_PROVISIONING_URL'

/** Fakes of Jira and of a provisioning API on this machine. What they are told outlives the process. */
export interface Playground {
  readonly jira: { readonly url: string; readonly email: string; readonly token: string }
  readonly provisioningUrl: string
  /** `host:port` of both: what the egress policy must let through, and nothing more. */
  readonly egress: readonly string[]
  /** Names and values for templates. */
  readonly env: Readonly<Record<string, string>>
  /** Moves a ticket to a status, as a person in Jira would. */
  resolve(key: string, status: string): 'moved' | 'unknown-ticket' | 'unknown-status'
  stop(): Promise<void>
}

const portOf = (ports: Json | undefined, name: string): number => {
  const port = ports !== undefined && isJsonObject(ports) ? ports[name] : undefined
  return typeof port === 'number' ? port : 0
}

/** Starts both fakes on the ports that they had before, so that requests on their way find them again. */
export const startPlayground = async (
  options: { readonly dataDirectory: string; readonly resolveSeconds: number; readonly now: () => Instant },
): Promise<Playground> => {
  const directory = join(options.dataDirectory, 'playground')
  const jiraJournal = openJournal(join(directory, 'jira.jsonl'))
  const provisioningJournal = openJournal(join(directory, 'provisioning.jsonl'))
  const ports = jiraJournal.get('ports')
  const kept = tickets(jiraJournal, options)
  const jira = await loopbackServer(portOf(ports, 'jira'), fakeJira(kept, options.now))
  const provisioning = await loopbackServer(portOf(ports, 'provisioning'), provisioningApi(provisioningJournal, options.now))
  jiraJournal.set('ports', { jira: jira.port, provisioning: provisioning.port })
  return {
    jira: { url: jira.url, ...playgroundCredentials },
    provisioningUrl: provisioning.url,
    egress: [`127.0.0.1:${jira.port}`, `127.0.0.1:${provisioning.port}`],
    env: { [PROVISIONING_VARIABLE]: provisioning.url },
    resolve: (key, status) => {
      if (!isTicketStatus(status)) return 'unknown-status'
      return kept.move(key, status) ? 'moved' : 'unknown-ticket'
    },
    stop: async () => {
      await Promise.all([jira.stop(), provisioning.stop()])
    },
  }
}
