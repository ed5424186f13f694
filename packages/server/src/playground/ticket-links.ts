import type { Json, JsonObject } from '@pao/core/action'
import type { Tickets } from './tickets.js'

/** The types of links that a new Jira site has. For `Blocks`, the inward ticket blocks the outward one. */
const linkTypes = {
  Blocks: { id: '10000', inward: 'is blocked by', outward: 'blocks' },
  Cloners: { id: '10001', inward: 'is cloned by', outward: 'clones' },
  Duplicate: { id: '10002', inward: 'is duplicated by', outward: 'duplicates' },
  Relates: { id: '10003', inward: 'relates to', outward: 'relates to' },
} as const

type LinkType = keyof typeof linkTypes

export interface TicketLink {
  readonly id: string
  readonly type: LinkType
  /** Keys of tickets. */
  readonly inward: string
  readonly outward: string
}

export const isLinkType = (name: string): name is LinkType => Object.hasOwn(linkTypes, name)

/** The links of a ticket as Jira shows them: each names the ticket at its other end. */
export const linksView = (key: string, tickets: Tickets, baseUrl: string): readonly Json[] => tickets.links(key).flatMap(({ id, type, inward, outward }) => {
  const far = tickets.find(inward === key ? outward : inward)
  if (far === undefined) return []
  const shown: JsonObject = { id: far.id, key: far.key, self: `${baseUrl}/rest/api/3/issue/${far.id}`, fields: { summary: far.fields['summary'] ?? null } }
  return [{ id, self: `${baseUrl}/rest/api/3/issueLink/${id}`, type: { name: type, ...linkTypes[type] }, ...(inward === key ? { outwardIssue: shown } : { inwardIssue: shown }) }]
})
