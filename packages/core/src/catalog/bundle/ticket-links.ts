import { type CompiledConfig, compileConfig } from '../../template/config.js'
import type { LoadedComponent, PlannableStep } from '../loaded-item.js'

/** The action whose tickets are linked. */
export const TICKET_ACTION = 'jira-ticket'

const ticketsOf = ({ id, item, mode }: LoadedComponent): readonly string[] =>
  item.stepsIn(mode).flatMap(({ definition }) => definition.action === TICKET_ACTION ? [`${id}.${definition.id}`] : [])

/** How the tickets of a bundle are tied together. */
export interface Linking {
  /** Absent: tickets are not linked with those that they depend on. */
  readonly linkType?: string | undefined
  /** Id of the step that makes the ticket above them. Absent: there is none. */
  readonly parent?: string | undefined
}

const keyOf = (step: string): string => `{{default(output["${step}"].key, "")}}`

/**
 * What is added to the config of a component's ticket: links from the tickets of the components that it depends on, which block it, and the
 * ticket that it hangs under. Read with the outputs of the whole bundle; a ticket that there is not ties nothing. Undefined: nothing is added.
 */
export const ticketLinks = (part: LoadedComponent, parts: readonly LoadedComponent[], { linkType, parent }: Linking) => ({ definition }: PlannableStep): CompiledConfig | undefined => {
  if (definition.action !== TICKET_ACTION) return undefined
  const before = linkType === undefined ? [] : parts.filter(({ id }) => part.dependsOn.includes(id)).flatMap(ticketsOf)
  const linking = before.map((step) => ({ link_type: linkType ?? '', inward_issue: keyOf(step) }))
  const addition = { ...(linking.length === 0 ? {} : { linking }), ...(parent === undefined ? {} : { parent_ticket: keyOf(parent) }) }
  return Object.keys(addition).length === 0 ? undefined : compileConfig(addition, (path) => path.at(-1) === 'link_type' ? undefined : 'text').compiled
}
