import type { ServiceRequest, Step } from '@pao/core'
import type { Json } from '@pao/core/action'
import { isJsonObject } from '@pao/core/action'

/** Where a component of a bundle stands, by its steps. */
type ComponentState = 'pending' | 'in_progress' | 'waiting' | 'completed' | 'skipped' | 'failed' | 'compensated'

const hasFailed = (step: Step): boolean => step.state === 'failed' && !step.tolerated

/** One whose steps are carried out in part is `in_progress`, also when nothing runs just now. */
const stateOf = (steps: readonly Step[]): ComponentState => {
  const all = (...states: readonly Step['state'][]): boolean => steps.every(({ state }) => states.includes(state))
  if (steps.some(hasFailed)) return 'failed'
  if (steps.some(({ state }) => state === 'waiting')) return 'waiting'
  if (all('pending')) return 'pending'
  if (all('skipped') || steps.some((step) => step.state === 'skipped' && step.why === 'request-ended')) return 'skipped'
  if (all('completed', 'skipped', 'failed')) return 'completed'
  return steps.some(({ state }) => state === 'compensated') && all('compensated', 'completed', 'skipped', 'pending') ? 'compensated' : 'in_progress'
}

const textOf = (output: Json, name: string): string | undefined => {
  const found = isJsonObject(output) ? output[name] : undefined
  return typeof found === 'string' ? found : undefined
}

/** The ticket of a step: what is waited for, else what its output says. */
const ticketOf = (step: Step) => {
  const reference = step.references.at(-1)
  if (reference !== undefined) return { step: step.id, key: reference.id, ...(reference.url === undefined ? {} : { url: reference.url }) }
  const [key, url] = step.state === 'completed' ? [textOf(step.output, 'key'), textOf(step.output, 'url')] : []
  return key === undefined ? undefined : { step: step.id, key, ...(url === undefined ? {} : { url }) }
}

/** What became of each component of a bundle, in the order in which they are carried out. Undefined: the request is for a single item. */
export const componentsView = ({ revision: { plan }, steps }: ServiceRequest) => plan.components?.map(({ id, itemId, dependsOn }) => {
  const planned = new Map(plan.steps.filter(({ component }) => component === id).map((step) => [step.id, step]))
  const own = steps.filter((step) => planned.has(step.id))
  return {
    id, itemId, dependsOn,
    state: stateOf(own),
    steps: own.map((step) => step.id),
    tickets: own.flatMap((step) => planned.get(step.id)?.action === 'jira-ticket' ? ticketOf(step) ?? [] : []),
    references: own.flatMap((step) => step.references.map((reference) => ({ step: step.id, ...reference }))),
    outputs: Object.fromEntries(own.flatMap((step) => step.state === 'completed' ? [[step.id.slice(id.length + 1), step.output]] : [])) as Readonly<Record<string, Json>>,
  }
})

/** The ticket above those of a bundle's components, once it is made. Undefined: there is none, or not yet. */
export const parentTicketView = ({ revision: { plan }, steps }: ServiceRequest) => {
  const own = plan.components === undefined ? undefined : plan.steps.find(({ component, action }) => component === undefined && action === 'jira-ticket')
  const step = steps.find(({ id }) => id === own?.id)
  return step === undefined ? undefined : ticketOf(step)
}
