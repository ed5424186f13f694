import type { OutcomeBranch, OutcomeEnd, OutcomeTree } from '../../../src/execution/simulation/outcome-tree.js'
import type { SituationKind } from '../../../src/execution/simulation/branches.js'
import type { Random } from '../simulation/random.js'
import { REQUEST_MS } from './items.js'

/** A branch that is taken, and what kind of situation it leaves. */
export interface WayStep extends OutcomeBranch {
  readonly from: SituationKind
}

/** A test makes things happen inside of an action: not where the engine has an answer without calling one. */
const canBeMade = (branch: OutcomeBranch, others: readonly OutcomeBranch[]): boolean =>
  (branch.happens !== 'loses-its-process' && branch.happens !== 'deadline-passes') || others.every(({ happens }) => happens !== 'may-be-repeated')

const LONGEST = 60

/** What happens, and in which mode. */
export const nameOf = ({ happens, mode = '' }: Pick<OutcomeBranch, 'happens' | 'mode'>): string => `${mode} ${happens}`.trim()

/** Goes through the tree by chance, mostly where things go on, and to what has not `happened` yet. */
export const randomWay = ({ situations, roots }: OutcomeTree, random: Random, hasDeadline: boolean, happened: ReadonlySet<string>): readonly WayStep[] => {
  const way: WayStep[] = []
  let at = roots[0]?.to ?? 0
  let [elapsed, late, deaths] = [0, false, 0]
  for (;;) {
    const situation = situations[at]
    if (situation === undefined || (situation.kind === 'person' && (random.chance(0.3) || way.length > LONGEST))) return way
    const open = situation.branches.filter((branch) => canBeMade(branch, situation.branches)
      && (!hasDeadline || late || elapsed + (branch.atLeastMs ?? 0) < REQUEST_MS) && (branch.happens !== 'loses-its-process' || deaths < 3))
    const fresh = open.filter((branch) => !happened.has(nameOf(branch)))
    const good = open.filter(({ happens }) => happens === 'succeeds' || happens === 'signal-comes' || happens === 'is-taken-back')
    const preferred = fresh.length > 0 && random.chance(0.5) ? fresh : good.length > 0 && random.chance(way.length > LONGEST ? 1 : 0.4) ? good : open
    const taken = preferred[random.below(preferred.length)]
    if (taken === undefined) return way
    elapsed += taken.atLeastMs ?? 0
    late ||= taken.happens === 'deadline-passes'
    deaths += taken.happens === 'loses-its-process' ? 1 : 0
    way.push({ ...taken, from: situation.kind })
    at = taken.to
  }
}

const same = ({ to: _, ...branch }: OutcomeBranch, step: OutcomeEnd['way'][number]): boolean => JSON.stringify(branch) === JSON.stringify(step)

/** The way to an end, with the situations that it leaves. */
export const wayTo = ({ situations, roots }: OutcomeTree, { way }: OutcomeEnd): readonly WayStep[] => {
  let at = roots[0]?.to ?? 0
  return way.map((step) => {
    const situation = situations[at]
    const branch = situation?.branches.find((one) => same(one, step))
    if (situation === undefined || branch === undefined) throw new Error(`situation ${at} has no branch ${JSON.stringify(step)}`)
    at = branch.to
    return { ...branch, from: situation.kind }
  })
}

export const isMakeable = (tree: OutcomeTree, way: readonly WayStep[]): boolean => {
  let at = tree.roots[0]?.to ?? 0
  return way.every((step) => {
    const others = tree.situations[at]?.branches ?? []
    at = step.to
    return canBeMade(step, others)
  })
}

/** The way on which these things happen, one after the other. */
export const wayOf = ({ situations, roots }: OutcomeTree, names: readonly string[]): readonly WayStep[] => {
  let at = roots[0]?.to ?? 0
  return names.map((name) => {
    const situation = situations[at]
    const branch = situation?.branches.find((one) => nameOf(one) === name)
    if (situation === undefined || branch === undefined) throw new Error(`situation ${at} has no branch ${name}`)
    at = branch.to
    return { ...branch, from: situation.kind }
  })
}
