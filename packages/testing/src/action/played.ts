import assert from 'node:assert/strict'
import type { StepFailure } from '@pao/core'
import type { AnyAction, Effect, JsonObject } from '@pao/core/action'
import type { ActionCase, ActionWorld } from './action-world.js'
import type { ActionPoint, Interrupt } from './action-point.js'
import { runAction } from './run-action.js'
import type { ActionRun } from './run-action.js'

/** Goes on with a run that has come to rest. */
export type Then = (run: ActionRun, world: ActionWorld) => Promise<ActionRun>

/** How one run of a case is to go. */
export interface Play {
  readonly interrupt?: Interrupt
  /** Another version, or a spoilt one, from the first process on. */
  readonly change?: (own: AnyAction) => AnyAction
  /** Later processes have the action as it is: the program was updated meanwhile. */
  readonly update?: true
  readonly secrets?: Readonly<Record<string, string>>
  readonly laterStepFails?: boolean
  readonly timeoutMs?: number
  readonly retry?: JsonObject
  /** What happens before the end is looked at. */
  readonly then?: Then
  /** Stops at the first rest: nobody goes on with it. */
  readonly once?: boolean
}

/** A run and the world that it has left behind. */
export interface Played {
  readonly run: ActionRun
  readonly effects: readonly string[]
  readonly untouched: unknown
}

/** A run in which nothing goes wrong: what all others are compared with. */
export interface Recording extends Played {
  readonly effect: Effect
  /** How many effects there were when each point was reached, by its number. */
  readonly effectsAt: readonly number[]
  /** The run as it first waited. Absent: it never waits. */
  readonly waited?: ActionRun
}

const MOST_TURNS = 40

/** What stands for a secret that the vendor's fake does not know. */
export const canaryOf = (name: string): string => `canary-${name}-c4n4ry`

export const declaredSecrets = (action: AnyAction, config: unknown): readonly string[] => {
  const decoded = action.config.schema['~standard'].validate(config)
  if (action.secrets === undefined || decoded instanceof Promise || decoded.issues !== undefined) return []
  return action.secrets(decoded.value)
}

const secretsOf = (action: AnyAction, world: ActionWorld, config: unknown): Readonly<Record<string, string>> =>
  ({ ...Object.fromEntries(declaredSecrets(action, config).map((name) => [name, canaryOf(name)])), ...world.secrets })

const endWait = async (run: ActionRun, world: ActionWorld, interrupt: Interrupt): Promise<ActionRun> => {
  const { waitFor } = run
  if (waitFor?.kind !== 'signal') return run.pass(Math.max(1, (waitFor?.until ?? run.now) - run.now) + 1_000, { interrupt })
  const payload = world.finish?.(waitFor.reference)
  return payload === undefined ? run.observe({ interrupt }) : run.resume(payload, { interrupt })
}

/** Goes on until the step has ended: new processes for those that are gone, and the vendor ends what is waited for. */
export const carriedOn = async (first: ActionRun, world: ActionWorld, interrupt: Interrupt = () => undefined, later?: AnyAction): Promise<ActionRun> => {
  let run = first
  for (let turn = 0; turn < MOST_TURNS; turn += 1) {
    if (run.state === 'waiting') {
      if (run.waitFor?.kind === 'signal' && world.finish === undefined) return run
      run = await endWait(run, world, interrupt)
    } else if (run.state === 'succeeded' || run.state === 'failed' || run.state === 'compensated') return run
    else run = await run.again({ interrupt, ...(later === undefined ? {} : { action: later }) })
  }
  return run
}

/** Plays one case in a world of its own. */
export const playIn = async (action: AnyAction, given: ActionCase, world: ActionWorld, play: Play): Promise<ActionRun> => {
  const present = world.action ?? action
  const own = play.change?.(present) ?? present
  const { interrupt, laterStepFails = false, timeoutMs = 20_000, retry } = play
  const run = await runAction(own, {
    config: given.config, laterStepFails, timeoutMs, secrets: play.secrets ?? secretsOf(own, world, given.config),
    ...(given.fields === undefined ? {} : { fields: given.fields }),
    ...(world.http === undefined ? {} : { http: world.http }), ...(world.vendor === undefined ? {} : { vendor: world.vendor }),
    ...(retry === undefined ? {} : { retry }), ...(interrupt === undefined ? {} : { interrupt }),
  })
  const ended = play.once === true ? run : await carriedOn(run, world, interrupt, play.update === true ? present : own)
  return play.then === undefined ? ended : play.then(ended, world)
}

/** At one point, once. */
export const at = (point: Pick<ActionPoint, 'number'>, what: ReturnType<Interrupt>): Interrupt => ({ number }) => number === point.number ? what : undefined

export const shownPoint = ({ number, when, port, name, mode }: ActionPoint): string => `${when} ${port} ${name}${mode === undefined ? '' : ` in ${mode}`} (point ${number})`

/** Whether only a person can say what became of the effect: the engine stops there, and makes no second one. */
export const needsPerson = ({ state, failure }: ActionRun): boolean => state === 'failed' && failure?.kind === 'unknown' && failure.code === 'EFFECT_UNSURE'

const said = ({ state, failure }: ActionRun): string => failure === undefined ? state : `${state}: ${failure.kind} ${failure.code}: ${failure.message}`

/** As good an end as the recorded one, with as many effects; or a person must say, and there is no second effect. */
export const assertSameEnd = ({ run, effects, untouched }: Played, recorded: Recording, what: string): void => {
  if (!needsPerson(run)) {
    assert.equal(said(run), said(recorded.run), `${what}: the step ended otherwise`)
    assert.equal(effects.length, recorded.effects.length, `${what}: ${effects.length} effects (${effects.join(', ')}) instead of ${recorded.effects.length}`)
  }
  assert.ok(effects.length <= recorded.effects.length, `${what}: ${effects.length} effects (${effects.join(', ')}) instead of ${recorded.effects.length}`)
  assert.deepEqual(untouched, recorded.untouched, `${what}: something was touched that is not the step's`)
}

/** Every failure of the step, in order; those that were made good again too. */
export const failuresOf = ({ history }: ActionRun): readonly StepFailure[] =>
  history.flatMap(({ events }) => events ?? []).flatMap((event) => event.type === 'step-failed' ? [event.failure] : [])
