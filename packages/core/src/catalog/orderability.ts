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

/** The teams that see an item: its own and the one that owns it; of a draft and of an archived item the owner alone. Undefined: everybody does. */
export const audienceOf = ({ item: { stage, owner, visibility } }: LoadedItem): readonly string[] | undefined => {
  if (stage === 'draft' || stage === 'archived') return [owner.team]
  return visibility.teams.length === 0 ? undefined : [...new Set([...visibility.teams, owner.team])]
}

/** Whether an item exists for somebody: for its audience and for administrators. */
export const isVisibleTo = (loaded: LoadedItem, { teams, administrator = false }: Pick<Ordering, 'teams' | 'administrator'>): boolean => {
  const audience = audienceOf(loaded)
  return audience === undefined || administrator || teams.some((team) => audience.includes(team))
}

const DAY = 86_400_000

/** From when on the item is past its sunset; `undefined` when it has none. A date alone lasts until its end in UTC. */
export const sunsetAt = ({ item }: LoadedItem): Instant | undefined => {
  const { sunsetDate } = item.lifecycle
  const at = sunsetDate === undefined ? Number.NaN : Date.parse(sunsetDate)
  if (Number.isNaN(at)) return undefined
  return sunsetDate?.length === 10 ? at + DAY : at
}

const pastSunset = (loaded: LoadedItem, now: Instant, what = 'it'): readonly string[] => {
  const sunset = sunsetAt(loaded)
  const { replacement, sunsetDate } = loaded.item.lifecycle
  return sunset === undefined || sunset > now ? [] : [`${what} is not offered any more since ${sunsetDate ?? ''}${replacement === undefined ? '' : `; take ${replacement} instead`}`]
}

const itemsOf = ({ components = [] }: LoadedItem): readonly LoadedItem[] => [...new Set(components.map(({ item }) => item))]

/** Why nobody can order the item now, whoever asks; of a bundle, one of its items too. Empty: it can be ordered. */
export const unavailability = (loaded: LoadedItem, now: Instant): readonly string[] => [
  ...loaded.blockers.map(({ message, line }) => `${message.replace(/; the item is not orderable$/, '')} (line ${line})`),
  ...pastSunset(loaded, now),
  ...itemsOf(loaded).flatMap((item) => pastSunset(item, now, item.item.id)),
  ...(offeredIn(loaded)?.length === 0 ? ['there is no environment in which all of its items are offered'] : []),
]

/** Where an item can be ordered; a bundle, where all of its items can. Undefined: everywhere, and a request names no environment. */
export const offeredIn = (loaded: LoadedItem): readonly string[] | undefined => {
  const limits = [loaded, ...itemsOf(loaded)].map(({ item: { visibility } }) => visibility.environments).filter(({ length }) => length > 0)
  return limits.length === 0 ? undefined : limits.reduce((offered, limit) => offered.filter((environment) => limit.includes(environment)))
}

/** Items of a bundle that are not for this person. */
const notForThem = (loaded: LoadedItem, ordering: Ordering): readonly string[] =>
  (loaded.components ?? []).filter(({ item }) => !isVisibleTo(item, ordering)).map(({ id }) => `its component ${id} is not offered to your teams`)

const environmentProblem = (message: string, expected: readonly string[]): Orderability =>
  ({ kind: 'input', problems: [{ field: 'environment', constraint: 'required', message, expected }] })

/** Decides whether somebody may order an item. The same answer for the API, a dry run and a submission. A bundle needs all of its items. */
export const orderability = (loaded: LoadedItem, ordering: Ordering): Orderability => {
  if (!isVisibleTo(loaded, ordering)) return { kind: 'hidden' }
  const { id } = loaded.item
  const reasons = [...unavailability(loaded, ordering.now), ...notForThem(loaded, ordering)]
  if (reasons.length > 0) return { kind: 'not-orderable', message: `${id} cannot be ordered: ${reasons.join('; ')}`, reasons }
  const environments = offeredIn(loaded)
  if (environments === undefined) return { kind: 'orderable' }
  if (ordering.environment === undefined) return environmentProblem(`${id} needs an environment: ${environments.join(', ')}`, environments)
  if (environments.includes(ordering.environment)) return { kind: 'orderable' }
  const message = `${id} is not offered in ${ordering.environment}; it is in ${environments.join(', ')}`
  return { kind: 'not-orderable', message, reasons: [message] }
}
