import { ACTION_API_VERSION, defineAction, fatal, isJsonObject, parked, succeeded } from '@pao/core/action'
import type { Action, ActionContext, CheckContext, ExternalReference, Json, JsonObject, Observation, Outcome, Reconciliation, TemplateRule } from '@pao/core/action'
import { connectionOfService, requireConnection, serviceOf } from './connection.js'
import type { JiraConnection } from './connection.js'
import { durationMs } from './duration.js'
import { callJira, refusal } from './jira-api.js'
import { lintConfig } from './lint-config.js'
import { projectOf, summaryText } from './new-issue.js'
import { normalizeConfig } from './normalize-config.js'
import { createTicket, findTicket } from './own-ticket.js'
import { ticketConfig, ticketOutput } from './ticket-config.js'
import type { TicketConfig, TicketOutput } from './ticket-config.js'
import { linkTicket } from './ticket-links.js'
import { browseUrl, readTicket } from './ticket-state.js'
import type { Ticket, TicketState } from './ticket-state.js'

export interface JiraTicketOptions {
  /** Without one every document that uses the action has an issue. */
  readonly connections: readonly JiraConnection[]
  /** Milliseconds that Jira's search may lag behind its writes: a ticket it does not find for so long after the call is absent. Default 60,000. */
  readonly indexLagMs?: number
  /** Milliseconds between two searches for a ticket that may exist. Default 10,000. */
  readonly askAgainMs?: number
}

type Context = ActionContext<TicketConfig>

const POLL_EVERY_MS = 300_000
const INDEX_LAG_MS = 60_000
const ASK_AGAIN_MS = 10_000
const DEFAULT_WAIT_MS = 90 * 86_400_000

/** The checkpoint that holds the ticket of a step from the moment its making was answered. */
const TICKET = 'ticket'

const TEMPLATES: readonly TemplateRule[] = [
  ...['project', 'issue_type', 'summary_template', 'description_template', 'priority', 'epic_key', 'assignee', 'reporter'].map((name) => ({ path: `ticket.${name}`, target: 'text' as const })),
  ...['description_template', 'labels', 'components', 'fix_versions', 'custom_fields'].map((name) => ({ path: `ticket.${name}.**`, target: 'value' as const })),
  ...['labels', 'components', 'fix_versions'].map((name) => ({ path: `ticket.${name}`, target: 'value' as const })),
  ...['link_type', 'inward_issue', 'outward_issue'].map((name) => ({ path: `linking.*.${name}`, target: 'text' as const })),
  { path: 'parent_ticket', target: 'text' },
]

const examples: Action<TicketConfig, TicketOutput>['examples'] = [{
  title: 'Ask the database team for a database and wait until they resolved the ticket',
  config: {
    ticket: { project: 'DBA', issue_type: 'Task', summary_template: 'PostgreSQL: orders', description_template: 'Size: small\nRegion: eu', labels: ['database'] },
    workflow: { timeout: '14 days' },
  },
}]

/** What ends a wait: the state of the ticket, and which one it is. */
interface Ending extends TicketState, Ticket {
  readonly id: string
  readonly url: string
  /** The connection through which it was made, as `jira:<name>`. */
  readonly service: string
}

const text = (value: Json | undefined): string | undefined => typeof value === 'string' ? value : undefined

/** What `observe` gave, back from the store. */
const endingOf = (payload: Json): Ending => {
  const { outcome, status, resolution, ...rest } = isJsonObject(payload) ? payload : {} as JsonObject
  const known = outcome === 'resolved' || outcome === 'rejected' || outcome === 'gone'
  const [key, id, url, service] = [text(rest['key']), text(rest['id']), text(rest['url']), text(rest['service'])]
  if (!known || key === undefined || id === undefined || url === undefined || service === undefined) throw fatal('JIRA_SIGNAL', 'what ended the wait does not say how the ticket ended')
  return { outcome, key, id, url, service, status: text(status) ?? 'unknown', ...(typeof resolution === 'string' ? { resolution } : {}) }
}

const outputOf = ({ key, id, url, status, resolution }: Ending): TicketOutput => ({ key, id, url, status, ...(resolution === undefined ? {} : { resolution }) })

const failureOf = (ending: Ending): Error => ending.outcome === 'gone'
  ? fatal('TICKET_GONE', `ticket ${ending.key} was deleted in Jira; restore it and retry, or abort and order again`)
  : fatal('TICKET_REJECTED', `ticket ${ending.key} was closed as ${[ending.status, ending.resolution].filter((part) => part !== undefined).join(', ')}; reopen it and retry, or abort`)

/**
 * `jira-ticket`: opens a ticket in Jira Cloud and waits until people have resolved it. A ticket carries two marks, a label and a property
 * made of the step's key, by which a later run finds it: no crash makes a second one.
 */
export const jiraTicketAction = ({ connections, indexLagMs = INDEX_LAG_MS, askAgainMs = ASK_AGAIN_MS }: JiraTicketOptions): Action<TicketConfig, TicketOutput> => {
  const connectionOf = ({ connection, ticket }: TicketConfig): JiraConnection =>
    requireConnection(connections, { instance: connection?.instance, useDefault: connection?.use_default, project: ticket.project.trim() })

  const endsWhenCreated = (config: TicketConfig, connection: JiraConnection): boolean =>
    (config.workflow?.complete_on ?? connection.completeOn ?? 'resolved') === 'created'

  const outcomeOf = (config: TicketConfig, connection: JiraConnection, ticket: Ticket): Outcome<TicketOutput> => {
    const url = browseUrl(connection, ticket.key)
    if (endsWhenCreated(config, connection)) return succeeded({ key: ticket.key, id: ticket.id, url, status: 'created' })
    const timeoutMs = durationMs(config.workflow?.timeout ?? DEFAULT_WAIT_MS / 1_000)
    if (timeoutMs === undefined) throw fatal('TICKET_TIMEOUT', 'workflow.timeout is not a duration')
    const pollEveryMs = connection.pollEveryMs ?? POLL_EVERY_MS
    return parked({ until: 'signal', reference: { service: serviceOf(connection), id: ticket.key, url }, timeoutMs, pollEveryMs, onTimeout: 'fail' })
  }

  const run = async (context: Context): Promise<Outcome<TicketOutput>> => {
    const connection = connectionOf(context.config)
    const ticket = await context.checkpoint(TICKET, async () => ({ ...await createTicket(context, connection) }))
    await linkTicket(context, connection, ticket)
    return outcomeOf(context.config, connection, ticket)
  }

  /** Under the checkpoint of `run`: what was recorded there is believed, and what a search found is recorded there. */
  const recordedOrFound = async (context: Context, connection: JiraConnection): Promise<Ticket | undefined> => {
    const notFound = new Error('the index does not know the ticket')
    try {
      return await context.checkpoint(TICKET, async () => {
        const found = await findTicket(context, connection)
        if (found === undefined) throw notFound
        return { ...found }
      })
    } catch (error) {
      if (error === notFound) return undefined
      throw error
    }
  }

  const unfound = (context: Context): Reconciliation<TicketOutput> => {
    const { uncertainSince } = context
    const why = 'Jira\'s search does not find the ticket, and may lag behind'
    if (uncertainSince === undefined) return { kind: 'unsure', why }
    const left = uncertainSince + indexLagMs - context.now()
    return left > 0 ? { kind: 'unsure', why, askAgainInMs: Math.min(askAgainMs, left) } : { kind: 'absent' }
  }

  const reconcile = async (context: Context): Promise<Reconciliation<TicketOutput>> => {
    const connection = connectionOf(context.config)
    const ticket = await recordedOrFound(context, connection)
    if (ticket === undefined) return unfound(context)
    await linkTicket(context, connection, ticket)
    const outcome = outcomeOf(context.config, connection, ticket)
    return outcome.kind === 'parked' ? outcome : { kind: 'present', output: outcome.output }
  }

  const observe = async (context: Context, reference: ExternalReference): Promise<Observation> => {
    const connection = connectionOfService(connections, reference.service)
    const state = await readTicket(context, connection, reference.id, context.now())
    const note = state.resolution === undefined ? {} : { note: state.resolution }
    if (state.outcome === 'open') return { status: state.status, ...note }
    const payload = { id: reference.id, ...state, key: reference.id, url: browseUrl(connection, reference.id), service: reference.service }
    return { status: state.status, ...note, payload }
  }

  /** An end that is not a good one is read again: the ticket may have been reopened since, and then it is waited for again. */
  const resume = async (context: Context, payload: Json): Promise<Outcome<TicketOutput>> => {
    const ending = endingOf(payload)
    if (ending.outcome === 'resolved') return succeeded(outputOf(ending))
    const connection = connectionOfService(connections, ending.service)
    const now: Ending = { ...ending, ...await readTicket(context, connection, ending.key, context.now()) }
    switch (now.outcome) {
      case 'resolved': return succeeded(outputOf(now))
      case 'open': return outcomeOf(context.config, connection, ending)
      case 'rejected':
      case 'gone': throw failureOf(now)
    }
  }

  const checkOne = async (context: CheckContext, connection: JiraConnection): Promise<{ readonly ok: boolean; readonly message: string }> => {
    try {
      const response = await callJira(context, connection, { method: 'GET', path: '/rest/api/3/myself' })
      if (response.status !== 200) return { ok: false, message: refusal(response, connection, 'signing in', true, 0).message }
      return { ok: true, message: `Jira (${connection.name}): signed in` }
    } catch (error) {
      return { ok: false, message: `Jira (${connection.name}): ${error instanceof Error ? error.message : 'failed'}` }
    }
  }

  return defineAction<TicketConfig, TicketOutput>({
    type: 'jira-ticket',
    version: '1.0.0',
    apiVersion: ACTION_API_VERSION,
    summary: 'Opens a ticket in Jira Cloud and waits until it is resolved',
    examples,
    config: ticketConfig,
    output: ticketOutput,
    templates: TEMPLATES,
    normalize: normalizeConfig,
    lint: lintConfig(connections),
    // All of them: a ticket that is waited for stays readable when its project is routed elsewhere meanwhile.
    secrets: () => [...new Set(connections.map(({ tokenSecret }) => tokenSecret))],
    effect: 'create',
    plan: ({ config }) => {
      const connection = connectionOf(config)
      const target = `${serviceOf(connection)}/${projectOf(config)}`
      return { summary: `Jira ticket in ${projectOf(config)} (${connection.name}): ${summaryText(config)}`, changes: [{ kind: 'create', target }] }
    },
    run,
    resume,
    observe,
    reconcile,
    compensate: { impossible: 'people work on a ticket; it is closed by them, not taken back by a program' },
    check: async (context) => {
      if (connections.length === 0) return { ok: false, message: 'no Jira connection is configured' }
      const all = await Promise.all(connections.map((connection) => checkOne(context, connection)))
      return { ok: all.every(({ ok }) => ok), message: all.map(({ message }) => message).join('; ') }
    },
  })
}
