import assert from 'node:assert/strict'
import type { AnyAction, Effect, JsonObject } from '@pao/core/action'
import { NotApplicable } from '../contract.js'
import type { CreateFixture } from '../contract.js'
import type { ActionCase, ActionWorld } from './action-world.js'
import { carriedOn, playIn } from './played.js'
import type { Play, Played, Recording } from './played.js'
import type { ActionRun } from './run-action.js'

/** The action that a rule is held against, with its cases. */
export interface Subject {
  readonly action: AnyAction
  readonly cases: readonly ActionCase[]
  readonly previous: readonly AnyAction[]
  play(given: ActionCase, play?: Play): Promise<Played>
  /** The run in which nothing goes wrong. Made once. */
  record(given: ActionCase): Promise<Recording>
}

/** One line of spec and code: what every action must do. */
export interface ActionRule {
  readonly name: string
  readonly law: string
  run(subject: Subject): Promise<void>
}

const effectOf = (action: AnyAction, config: unknown): Effect =>
  typeof action.effect === 'function' ? (action.effect as (config: unknown) => Effect)(config) : action.effect

const isTold = (error: unknown): boolean => error instanceof assert.AssertionError || error instanceof NotApplicable

/** Plays in a world of its own. What cannot be played at all is a refusal too. */
const playedIn = async <Result extends Played>(title: string, create: CreateFixture<ActionWorld>, work: (world: ActionWorld) => Promise<Result>): Promise<Result> => {
  const world = await create()
  try {
    return await work(world)
  } catch (error) {
    if (isTold(error)) throw error
    throw Object.assign(new assert.AssertionError({ message: `${title}: ${error instanceof Error ? error.message : String(error)}` }), { cause: error })
  } finally {
    await world.close?.()
  }
}

const record = async (action: AnyAction, given: ActionCase, world: ActionWorld): Promise<Recording> => {
  const effectsAt: number[] = []
  let waited: ActionRun | undefined
  const interrupt = ({ number }: { readonly number: number }): undefined => { effectsAt[number] = world.effects().length }
  const first = await playIn(action, given, world, { interrupt, once: true })
  if (first.state === 'waiting') waited = first
  const run = await carriedOn(first, world, interrupt)
  const began = run.executions[0]
  assert.ok(began !== undefined, `${given.title}: the action was never called: ${run.failure?.message ?? run.state}`)
  return {
    run, effectsAt, effects: world.effects(), untouched: world.untouched?.(), effect: effectOf(action, began.config), ...(waited === undefined ? {} : { waited }),
  }
}

/** Binds an action and its cases to the worlds that a test makes. */
export const subjectOf = (
  { action, cases = [], previous = [] }: { readonly action: AnyAction; readonly cases?: readonly ActionCase[]; readonly previous?: readonly AnyAction[] },
  create: CreateFixture<ActionWorld>,
): Subject => {
  const examples = action.examples.map(({ title, config }): ActionCase => ({ title, config: config as JsonObject }))
  const recordings = new Map<ActionCase, Promise<Recording>>()
  return {
    action, previous,
    cases: [...examples, ...cases],
    play: (given, play = {}) => playedIn(given.title, create, async (world) => {
      const run = await playIn(action, given, world, play)
      return { run, effects: world.effects(), untouched: world.untouched?.() }
    }),
    record: (given) => {
      const known = recordings.get(given) ?? playedIn(given.title, create, (world) => record(action, given, world))
      recordings.set(given, known)
      return known
    },
  }
}
