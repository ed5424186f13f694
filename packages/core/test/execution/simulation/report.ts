import { createHash } from 'node:crypto'
import { type Violation, violationsOf } from './invariants.js'
import { runScenario } from './run.js'
import { type Scenario, scenarioOf } from './scenario.js'
import type { Mutant } from './world.js'

/** Runs a scenario; what the engine throws where nobody may is a violation of I7. */
export const check = async (scenario: Scenario, mutant: Mutant = {}): Promise<readonly Violation[]> => {
  try {
    return violationsOf(await runScenario(scenario, mutant))
  } catch (error) {
    return [{ invariant: 'I7 liveness', message: error instanceof Error ? error.stack ?? error.message : String(error) }]
  }
}

/** Every list that something can be left out of. */
const smaller = (scenario: Scenario): readonly Scenario[] => {
  const without = <Value>(list: readonly Value[], make: (rest: readonly Value[]) => Scenario): readonly Scenario[] =>
    list.map((_, index) => make(list.filter((__, other) => other !== index)))
  return [
    ...without(scenario.submissions, (submissions) => ({ ...scenario, submissions })), ...without(scenario.acts, (acts) => ({ ...scenario, acts })),
    ...without(scenario.faults, (faults) => ({ ...scenario, faults })),
    ...scenario.steps.flatMap((step, index) => without(step.runs, (runs) => ({ ...scenario, steps: scenario.steps.map((other, at) => at === index ? { ...step, runs } : other) }))),
  ].filter(({ submissions }) => submissions.length > 0)
}

/** The smallest scenario found that still breaks the same invariant, by leaving out one thing after the other. */
export const shrink = async (scenario: Scenario, violation: Violation, mutant: Mutant = {}): Promise<Scenario> => {
  for (const candidate of smaller(scenario)) {
    const found = await check(candidate, mutant)
    if (found.some(({ invariant }) => invariant === violation.invariant)) return shrink(candidate, violation, mutant)
  }
  return scenario
}

/** What somebody needs who wants to see a violation again. */
export const reportOf = async (seed: number, violations: readonly Violation[]): Promise<string> => {
  const [first] = violations
  if (first === undefined) return `seed ${seed}: nothing is broken`
  const shrunk = await shrink(scenarioOf(seed), first)
  return [
    `seed ${seed} breaks ${[...new Set(violations.map(({ invariant }) => invariant))].join(', ')}; run it again by PAO_SEED=${seed} npm run simulate`,
    ...violations.slice(0, 5).map(({ invariant, message }) => `  ${invariant}: ${message}`),
    `  the smallest scenario that breaks ${first.invariant}: ${JSON.stringify(shrunk)}`,
  ].join('\n')
}

/** The trace of one run, and the hash of it. */
export const traceOf = async (seed: number): Promise<{ readonly lines: readonly string[]; readonly hash: string; readonly violations: readonly Violation[] }> => {
  const lines: string[] = []
  const evidence = await runScenario(scenarioOf(seed), {}, (line) => { lines.push(line) })
  return { lines, hash: createHash('sha256').update(lines.join('\n')).digest('hex'), violations: violationsOf(evidence) }
}
