import { expect, test } from 'vitest'
import { createActionRegistry } from '../../../src/catalog/action-registry.js'
import { outlineOf } from '../../../src/execution/simulation/outline.js'
import type { OutcomeTree } from '../../../src/execution/simulation/outcome-tree.js'
import { simulateFulfillment } from '../../../src/execution/simulation/simulate-fulfillment.js'
import { failureContext } from '../../../src/request/failure-context.js'
import type { ServiceRequest } from '../../../src/request/service-request.js'
import { ada } from '../engine-fixture.js'
import { randomOf } from '../simulation/random.js'
import { drive } from './drive.js'
import { type TestItem, actionsOf, itemOf, randomItem } from './items.js'
import { type WayStep, isMakeable, nameOf, randomWay, wayOf, wayTo } from './ways.js'

const actions = createActionRegistry(actionsOf())

const treeOf = ({ loaded }: TestItem): OutcomeTree => {
  const answer = simulateFulfillment({ loaded, actions, caller: ada, at: Date.UTC(2026, 0, 5, 9), fields: { name: 'one' }, failures: 'each-step' })
  if (answer.kind === 'refused' || answer.outcomes === undefined) throw new Error(JSON.stringify(answer))
  return answer.outcomes
}

interface Grown {
  readonly item: TestItem
  readonly tree: OutcomeTree
}

/** By seed: growing one costs more than going through it. */
const grown = new Map<number, Grown>()

const treeFor = (seed: number): Grown => {
  const item = randomItem(randomOf(seed), 3)
  const known = grown.get(seed) ?? { item, tree: treeOf(item) }
  grown.set(seed, known)
  return known
}

/** What the tree tells of a situation, read from a real request. */
const told = (request: ServiceRequest) => {
  const { state, cause, needsPerson, steps } = outlineOf(request)
  return { state, cause, needsPerson, steps, left: failureContext(request)?.cleanupRequired.map(({ step, action, priority }) => ({ step, action, priority })) }
}

const endOf = ({ situations, roots }: OutcomeTree, way: readonly WayStep[]) => {
  const { state, cause, needsPerson, steps, left } = situations[way.at(-1)?.to ?? roots[0]?.to ?? 0] ?? {}
  return { state, cause, needsPerson, steps, left }
}

/** The engine goes the way of the tree, call by call, and ends in what the tree has at its end. */
const agree = async (item: TestItem, tree: OutcomeTree, way: readonly WayStep[], seed: number): Promise<void> => {
  const about = `seed ${seed}: ${way.map(({ happens, step = '', mode = '', when }) => `${mode} ${step} ${happens}${when === undefined ? '' : ` ${JSON.stringify(when)}`}`).join(' → ')}\n${item.source.slice(item.source.indexOf('strategy'))}`
  const request = await drive(item, way).catch((error: unknown) => { throw new Error(`${about}\n${String(error)}`, { cause: error }) })
  expect(told(request), about).toEqual(endOf(tree, way))
}

/** All that can happen to a request, by what the execution was doing. */
const everything = [
  'deadline-passes', 'person-aborts-and-takes-back', 'signal-comes', 'time-comes', 'wait-ends',
  ...['succeeds', 'waits', 'waits-then-escalates', 'fails-retryably', 'fails-for-good', 'times-out', 'loses-its-answer', 'loses-its-process'].map((happens) => `run ${happens}`),
  ...['succeeds', 'fails-retryably', 'fails-for-good', 'times-out', 'loses-its-answer', 'loses-its-process'].map((happens) => `resume ${happens}`),
  ...['is-found', 'is-found-waiting', 'is-not-found', 'may-be-repeated', 'cannot-be-told', 'fails-retryably', 'fails-for-good', 'times-out', 'loses-its-process'].map((happens) => `reconcile ${happens}`),
  ...['is-taken-back', 'fails-retryably', 'fails-for-good', 'times-out', 'loses-its-answer', 'loses-its-process'].map((happens) => `compensate ${happens}`),
].sort()

const runs = Number(process.env['PAO_TEST_RUNS'] ?? 40)
const first = Number(process.env['PAO_SEED'] ?? 1)

test('along any way through the tree the engine ends where the tree says', async () => {
  const happened = new Set<string>()
  for (let seed = first; seed < first + runs; seed += 1) {
    const random = randomOf(seed + 1_000_000)
    const { item, tree } = treeFor(seed)
    for (let walk = 0; walk < 5; walk += 1) {
      const way = randomWay(tree, random, item.hasDeadline, happened)
      for (const step of way) happened.add(nameOf(step))
      await agree(item, tree, way, seed)
    }
  }
  if (runs >= 40) expect([...happened].sort()).toEqual(everything)
}, 60_000)

test('what a wait has begun and what has ended are taken back in different ways', async () => {
  const item = itemOf('      - { id: s0, type: ticket, config: { name: "{{fields.name}}" }, timeout: 1200 }', true)
  const tree = treeOf(item)
  for (const begins of [['deadline-passes', 'run succeeds'], ['run waits', 'deadline-passes']]) {
    await agree(item, tree, wayOf(tree, [...begins, 'person-aborts-and-takes-back', 'compensate fails-for-good']), 0)
  }
}, 60_000)

test('the engine comes to every end that a tree has', async () => {
  for (let seed = first; seed < first + runs / 10; seed += 1) {
    const item = randomItem(randomOf(seed + 500_000), 2)
    const tree = treeOf(item)
    for (const end of tree.ends) {
      const way = wayTo(tree, end)
      if (isMakeable(tree, way)) await agree(item, tree, way, seed)
    }
  }
}, 60_000)

test('nothing is stuck: everything that does not go on by itself has ended, or somebody can do something about it', () => {
  for (let seed = first; seed < first + runs; seed += 1) {
    for (const { kind, branches, canDo, cut } of treeFor(seed).tree.situations) {
      expect(kind).not.toBe('stuck')
      if (kind === 'person') expect([...canDo?.requester ?? [], ...canDo?.owner ?? []]).not.toEqual([])
      if (cut !== true && (kind === 'running' || kind === 'waiting' || kind === 'resting')) expect(branches.length).toBeGreaterThan(0)
    }
  }
})
