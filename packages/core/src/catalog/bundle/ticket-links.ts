import { type CompiledConfig, compileConfig } from '../../template/config.js'
import type { LoadedComponent, PlannableStep } from '../loaded-item.js'

/** The action whose tickets are linked. */
const TICKET_ACTION = 'jira-ticket'

const ticketsOf = ({ id, item, mode }: LoadedComponent): readonly string[] =>
  item.stepsIn(mode).flatMap(({ definition }) => definition.action === TICKET_ACTION ? [`${id}.${definition.id}`] : [])

/**
 * What is added to the config of a component's ticket: links from the tickets of the components that it depends on, which block it. Read
 * with the outputs of the whole bundle; a ticket that there is not gives no link. Undefined: nothing is linked.
 */
export const ticketLinks = (part: LoadedComponent, parts: readonly LoadedComponent[], linkType: string | undefined) => ({ definition }: PlannableStep): CompiledConfig | undefined => {
  if (linkType === undefined || definition.action !== TICKET_ACTION) return undefined
  const before = parts.filter(({ id }) => part.dependsOn.includes(id)).flatMap(ticketsOf)
  const linking = before.map((step) => ({ link_type: linkType, inward_issue: `{{default(output["${step}"].key, "")}}` }))
  return linking.length === 0 ? undefined : compileConfig({ linking }, ([, , name]) => name === 'inward_issue' ? 'text' : undefined).compiled
}
