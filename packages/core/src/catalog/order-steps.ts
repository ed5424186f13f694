/** What the order of steps is decided by. */
export interface Orderable {
  readonly id: string
  readonly order: number
  readonly dependsOn: readonly string[]
  readonly onFailure: 'fail' | 'continue' | { readonly fallback: string }
}

/** Steps in the order in which they run, or the ids that depend on each other in a circle. */
export type StepOrder<Step> = { readonly ok: true; readonly steps: readonly Step[] } | { readonly ok: false; readonly cycle: readonly string[] }

/** A fallback stands behind what it is a fallback of. */
const predecessors = (steps: readonly Orderable[]): ReadonlyMap<string, ReadonlySet<string>> => {
  const before = new Map(steps.map((step) => [step.id, new Set(step.dependsOn)]))
  for (const step of steps) if (typeof step.onFailure === 'object') before.get(step.onFailure.fallback)?.add(step.id)
  return before
}

/** Topological order; among those that could be next the smallest `order`, then the first in the document. */
export const orderSteps = <Step extends Orderable>(steps: readonly Step[]): StepOrder<Step> => {
  const before = predecessors(steps)
  const known = new Set(steps.map((step) => step.id))
  const done = new Set<string>()
  const ordered: Step[] = []
  let open = steps.map((step, position) => ({ step, position })).sort((left, right) => left.step.order - right.step.order || left.position - right.position)
  while (open.length > 0) {
    const next = open.find(({ step }) => [...before.get(step.id) ?? []].every((id) => done.has(id) || !known.has(id)))
    if (next === undefined) return { ok: false, cycle: open.map(({ step }) => step.id) }
    ordered.push(next.step)
    done.add(next.step.id)
    open = open.filter((one) => one !== next)
  }
  return { ok: true, steps: ordered }
}
