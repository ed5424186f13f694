import { PaoError } from '../../errors.js'
import { advance } from '../../request/advance.js'
import type { RequestEvent } from '../../request/request-event.js'
import type { Json } from '../../json.js'
import { momentOf } from '../../request/transition.js'
import { type Branch, type Situation, branchesOf, kindOf } from './branches.js'
import { type PreparationReport, type Preparing, preparing } from './preparing.js'
import type { SimulatedWorld } from './simulated-world.js'

/** What an event made of a situation, with one set of assumed values. */
export interface Variant {
  readonly situation: Situation
  /** Values that had to be assumed for it, by path. */
  readonly when: readonly { readonly path: string; readonly value: Json }[]
  readonly reports: readonly PreparationReport[]
  /** True: there are more variants, and they were not made. */
  readonly cut?: true
}

/** Conditions of many steps on many unknown values can be true and false in more ways than anybody can look at. */
const MOST_VARIANTS = 100

const oneOf = (before: Situation | undefined, event: RequestEvent, attempt: Preparing): Variant => {
  const advanced = advance(before?.request, event, attempt.prepare)
  if ('rejection' in advanced) throw new PaoError('INVARIANT', `a simulated ${event.type} was rejected: ${advanced.rejection.message}`)
  const { assumed, prepared, reports } = attempt
  return {
    situation: { request: advanced.request, at: Math.max(before?.at ?? 0, momentOf(event)), assumed, prepared },
    when: [...assumed].filter(([path]) => before?.assumed.has(path) !== true).map(([path, value]) => ({ path, value })), reports,
  }
}

const nothing: Pick<Situation, 'assumed' | 'prepared'> = { assumed: new Map(), prepared: new Map() }

/**
 * What an event makes of a situation: more than one where a condition of a step that comes next reads an unknown value, at most 100. The first is
 * the one in which most conditions hold.
 */
export const variantsOf = (world: SimulatedWorld, before: Situation | undefined, event: RequestEvent): readonly Variant[] => {
  const variants: Variant[] = []
  const open: (readonly number[])[] = [[]]
  for (let given = open.shift(); given !== undefined; given = open.shift()) {
    const [last] = variants.slice(-1)
    if (last !== undefined && variants.length >= MOST_VARIANTS) return [...variants.slice(0, -1), { ...last, cut: true }]
    const attempt = preparing(world, before ?? nothing, given)
    variants.push(oneOf(before, event, attempt))
    for (const [place, { options }] of attempt.asked.entries()) {
      if (place < given.length) continue
      const until = attempt.asked.slice(0, place).map(({ taken }) => taken)
      for (let other = 1; other < options; other += 1) open.push([...until, other])
    }
  }
  return variants
}

/** Lets time pass where nothing else can happen. A request that has a deadline may meet it instead, so that it rests in a situation of its own. */
export const settled = (world: SimulatedWorld, variant: Variant): readonly Variant[] => {
  const { situation, when, reports } = variant
  const [only, ...others] = kindOf(situation) === 'resting' ? branchesOf(world, situation) : []
  if (only === undefined || others.length > 0) return [variant]
  const cut = variant.cut === undefined ? {} : { cut: variant.cut }
  return variantsOf(world, situation, only.event).flatMap((next) => settled(world, { ...cut, ...next, when: [...when, ...next.when], reports: [...reports, ...next.reports] }))
}

/** What a branch leads to, up to the next thing that can happen in more than one way. */
export const follow = (world: SimulatedWorld, situation: Situation, { event }: Branch): readonly Variant[] =>
  variantsOf(world, situation, event).flatMap((variant) => settled(world, variant))
