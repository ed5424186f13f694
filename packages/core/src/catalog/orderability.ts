import type { InputProblem } from '../form/input-problem.js'
import type { Instant } from '../json.js'
import type { LoadedItem } from './loaded-item.js'

/** Who asks, where and when. */
export interface Ordering {
  readonly teams: readonly string[]
  /** Sees and orders everything. Default false. */
  readonly administrator?: boolean
  readonly environment?: string
  readonly now: Instant
}

/** Whether a person may order an item. `hidden`: for this person it does not exist. `input`: the request lacks something. */
export type Orderability =
  | { readonly kind: 'orderable' }
  | { readonly kind: 'hidden' }
  | { readonly kind: 'not-orderable'; readonly message: string; readonly reasons: readonly string[] }
  | { readonly kind: 'input'; readonly problems: readonly InputProblem[] }

/** Whether an item exists for somebody: its teams, the team that owns it, and administrators see it; without teams everybody does. */
export const isVisibleTo = ({ item }: LoadedItem, { teams, administrator = false }: Pick<Ordering, 'teams' | 'administrator'>): boolean => {
  const allowed = item.visibility.teams
  return allowed.length === 0 || administrator || teams.some((team) => team === item.owner.team || allowed.includes(team))
}

const DAY = 86_400_000

/** From when on the item is past its sunset; `undefined` when it has none. A date alone lasts until its end in UTC. */
export const sunsetAt = ({ item }: LoadedItem): Instant | undefined => {
  const { sunsetDate } = item.lifecycle
  const at = sunsetDate === undefined ? Number.NaN : Date.parse(sunsetDate)
  if (Number.isNaN(at)) return undefined
  return sunsetDate?.length === 10 ? at + DAY : at
}

/** Why nobody can order the item now, whoever asks. Empty: it can be ordered. */
export const unavailability = (loaded: LoadedItem, now: Instant): readonly string[] => {
  const sunset = sunsetAt(loaded)
  const { replacement, sunsetDate } = loaded.item.lifecycle
  return [
    ...loaded.blockers.map(({ message, line }) => `${message.replace(/; the item is not orderable$/, '')} (line ${line})`),
    ...(sunset === undefined || sunset > now ? [] : [`it is not offered any more since ${sunsetDate ?? ''}${replacement === undefined ? '' : `; take ${replacement} instead`}`]),
  ]
}

const environmentProblem = (message: string, expected: readonly string[]): Orderability =>
  ({ kind: 'input', problems: [{ field: 'environment', constraint: 'required', message, expected }] })

/** Decides whether somebody may order an item. The same answer for the API, a dry run and a submission. */
export const orderability = (loaded: LoadedItem, ordering: Ordering): Orderability => {
  if (!isVisibleTo(loaded, ordering)) return { kind: 'hidden' }
  const reasons = unavailability(loaded, ordering.now)
  const { id, visibility: { environments } } = loaded.item
  if (reasons.length > 0) return { kind: 'not-orderable', message: `${id} cannot be ordered: ${reasons.join('; ')}`, reasons }
  if (environments.length === 0) return { kind: 'orderable' }
  if (ordering.environment === undefined) return environmentProblem(`${id} needs an environment: ${environments.join(', ')}`, environments)
  if (environments.includes(ordering.environment)) return { kind: 'orderable' }
  const message = `${id} is not offered in ${ordering.environment}; it is in ${environments.join(', ')}`
  return { kind: 'not-orderable', message, reasons: [message] }
}
