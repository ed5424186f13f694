import { classifyStatus } from '@pao/core/action'
import type { ActionContext, JsonObject } from '@pao/core/action'
import type { JiraConnection } from './connection.js'
import { callJira, refusal } from './jira-api.js'
import type { JiraCall } from './jira-api.js'
import type { TicketConfig } from './ticket-config.js'
import type { Ticket } from './ticket-state.js'

type Context = ActionContext<TicketConfig>

/** One link as Jira takes it: keys of both tickets. For the type `Blocks`, `inward` blocks `outward`. */
interface TicketLink {
  readonly type: string
  readonly inward: string
  readonly outward: string
}

/** Jira's own types under the words by which they are shown on a ticket. Others are named as Jira names them. */
const TYPE_NAMES: Readonly<Record<string, string>> = { blocks: 'Blocks', clones: 'Cloners', duplicates: 'Duplicate', relates: 'Relates', 'relates to': 'Relates' }

const typeOf = (written: string): string => {
  const name = written.trim()
  return TYPE_NAMES[name.toLowerCase()] ?? name
}

/** The links that a config asks for; the side that it does not name, or that rendered to nothing, is the ticket itself. */
const linksOf = ({ linking = [] }: TicketConfig, ticket: Ticket): readonly TicketLink[] => linking.flatMap((link) => {
  const [inward = '', outward = ''] = [link.inward_issue?.trim(), link.outward_issue?.trim()]
  return inward === '' && outward === '' ? [] : [{ type: typeOf(link.link_type), inward: inward === '' ? ticket.key : inward, outward: outward === '' ? ticket.key : outward }]
})

const bodyOf = ({ type, inward, outward }: TicketLink): JsonObject => ({ type: { name: type }, inwardIssue: { key: inward }, outwardIssue: { key: outward } })

/** Jira takes the call and not the link: there is no such type, or one of the tickets is not there for this account. */
const isRefused = (context: Context, status: number, headers: Readonly<Record<string, string>>): boolean =>
  status >= 400 && status < 500 && status !== 401 && classifyStatus({ status, headers }, '', false, context.now()).kind === 'fatal'

type Made = { readonly made: boolean }

/** What it means that Jira takes a call and not what it asks for: told in the log, for nobody's work waits for it. */
interface Tie extends JiraCall {
  readonly what: string
  readonly without: string
}

/** Ties tickets together. What is tied already is answered as done: `reconcile` simply asks for it again. */
const tie = async (context: Context, connection: JiraConnection, { what, without, ...call }: Tie): Promise<Made> => {
  const response = await callJira(context, connection, call)
  if (response.status >= 200 && response.status < 300) return { made: true }
  const failure = refusal(response, connection, what, false, context.now())
  if (!isRefused(context, response.status, response.headers)) throw failure
  context.log.warn(`${failure.message}; ${without}`)
  return { made: false }
}

const makeLink = (context: Context, connection: JiraConnection, link: TicketLink): Promise<Made> => tie(context, connection, {
  what: `linking ${link.inward} and ${link.outward} as ${link.type}`, without: 'the ticket stays without this link', method: 'POST', path: '/rest/api/3/issueLink', body: bodyOf(link),
})

/** A ticket has one parent: one that its own document names stays, and another is only linked with it. So it is where Jira takes no such parent. */
const hangUnder = async (context: Context, connection: JiraConnection, ticket: Ticket): Promise<void> => {
  const parent = context.config.parent_ticket?.trim() ?? ''
  if (parent === '') return
  const hung = (context.config.ticket.epic_key?.trim() ?? '') === '' && (await context.checkpoint('parent', () => tie(context, connection, {
    what: `hanging ${ticket.key} under ${parent}`, without: 'they are linked instead', method: 'PUT', path: `/rest/api/3/issue/${encodeURIComponent(ticket.key)}`, body: { fields: { parent: { key: parent } } },
  }))).made
  if (!hung) await context.checkpoint('parent-link', () => makeLink(context, connection, { type: 'Relates', inward: parent, outward: ticket.key }))
}

/** Ties a ticket that exists to others, each once: the links that its config asks for, and the ticket that it hangs under. */
export const linkTicket = async (context: Context, connection: JiraConnection, ticket: Ticket): Promise<void> => {
  for (const [index, link] of linksOf(context.config, ticket).entries()) await context.checkpoint(`link-${index}`, () => makeLink(context, connection, link))
  await hangUnder(context, connection, ticket)
}
