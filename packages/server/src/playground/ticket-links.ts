import type { Json, JsonObject } from '@pao/core/action'
import { linkTypes } from './link-types.js'
import type { Tickets } from './tickets.js'

/** The links of a ticket as Jira shows them: each names the ticket at its other end. */
export const linksView = (key: string, tickets: Tickets, baseUrl: string): readonly Json[] => tickets.links(key).flatMap(({ id, type, inward, outward }) => {
  const far = tickets.find(inward === key ? outward : inward)
  if (far === undefined) return []
  const shown: JsonObject = { id: far.id, key: far.key, self: `${baseUrl}/rest/api/3/issue/${far.id}`, fields: { summary: far.fields['summary'] ?? null } }
  return [{ id, self: `${baseUrl}/rest/api/3/issueLink/${id}`, type: { name: type, ...linkTypes[type] }, ...(inward === key ? { outwardIssue: shown } : { inwardIssue: shown }) }]
})
