import assert from 'node:assert/strict'
import type { AnyAction } from '@pao/core/action'
import { fatal } from '@pao/core/action'
import { notApplicable } from '../../contract.js'
import type { ActionPoint, Interrupt, Interruption } from '../action-point.js'
import type { ActionCase } from '../action-world.js'
import { at, shownPoint } from '../played.js'
import type { Played, Recording, Then } from '../played.js'
import type { ActionRun } from '../run-action.js'
import type { ActionRule, Subject } from '../subject.js'

const assertTakenBack = ({ run, effects, untouched }: Played, recording: Recording, what: string): void => {
  assert.equal(run.state, 'compensated', `${what}: ${run.failure?.message ?? run.state}`)
  assert.deepEqual(effects, [], `${what}: something is left`)
  assert.deepEqual(untouched, recording.untouched, `${what}: something was touched that is not the step's`)
}

/** Takes back, with as many processes as it needs. */
const takenBack = (interrupt?: Interrupt): Then => async (run) => {
  let undone: ActionRun = await run.compensate(interrupt === undefined ? {} : { interrupt })
  for (let turn = 0; turn < 5 && undone.state !== 'compensated' && undone.failure === undefined; turn += 1) undone = await undone.again()
  return undone
}

const after = { laterStepFails: true } as const

/** What makes a compensation begin again. */
const breaks = ({ port, mode }: ActionPoint): readonly (readonly [string, Interruption])[] => [
  ['a crash', 'crash'],
  ...(mode === undefined ? [] : [['a shutdown', 'shutdown'] as const]),
  ...(port === 'http' || port === 'vendor' ? [['an answer lost', 'lose'] as const] : []),
]

const repeatedly = async ({ play }: Subject, given: ActionCase, recording: Recording): Promise<void> => {
  const once = await play(given, { ...after, then: takenBack() })
  assertTakenBack(once, recording, given.title)
  const first = once.run.points.findIndex(({ mode }) => mode === 'compensate')
  for (const point of once.run.points.slice(first)) {
    for (const [name, what] of breaks(point)) {
      const played = await play(given, { ...after, then: takenBack(at(point, what)) })
      assertTakenBack(played, recording, `${given.title}: taken back, and once more after ${name} ${shownPoint(point)}`)
    }
  }
}

/** Its wait ends badly: what it has made exists, and it has given nothing. */
const spoilt = (action: AnyAction): AnyAction => ({ ...action, resume: () => Promise.reject(fatal('SPOILT', 'the wait ended badly')) })

const parkedOnly = async ({ play }: Subject, given: ActionCase, recording: Recording): Promise<void> => {
  if (recording.waited?.waitFor?.kind !== 'signal') return
  const played = await play(given, {
    change: spoilt, once: true, then: async (run, world) => (await run.resume(null)).state === 'failed' ? takenBack()(await run.observe(), world) : run,
  })
  assertTakenBack(played, recording, `${given.title}: taken back after a wait that ended badly, without an output`)
}

const isPartial = ({ effectsAt, effects }: Recording, { number, when, mode, port }: ActionPoint): boolean =>
  when === 'after' && mode === 'run' && (port === 'http' || port === 'vendor') && effects.length > 0 && (effectsAt[number] ?? 0) > 0

const partly = async ({ play }: Subject, given: ActionCase, recording: Recording): Promise<void> => {
  for (const point of recording.run.points.filter((each) => isPartial(recording, each))) {
    const then: Then = async (run, world) => run.state === 'succeeded' ? takenBack()(run, world) : run
    const played = await play(given, { ...after, interrupt: at(point, 'crash'), then })
    if (played.run.state === 'failed') continue
    assertTakenBack(played, recording, `${given.title}: taken back after a run that broke ${shownPoint(point)}`)
  }
}

const twiceIsOnce: ActionRule = {
  name: 'compensation twice is compensation once',
  law: 'compensate twice equals once, and after a partial run',
  run: async (subject) => {
    const { compensate, type } = subject.action
    if (compensate === undefined) throw notApplicable(`${type} has no compensate`)
    if (typeof compensate !== 'function') throw notApplicable(`it cannot be taken back: ${compensate.impossible}`)
    let any = false
    for (const given of subject.cases) {
      const recording = await subject.record(given)
      if (recording.effect === 'none' || recording.effects.length === 0) continue
      any = true
      await repeatedly(subject, given, recording)
      await parkedOnly(subject, given, recording)
      await partly(subject, given, recording)
    }
    if (!any) throw notApplicable('it makes nothing that could be taken back')
  },
}

/** Taking back what was made. */
export const compensationRules: readonly ActionRule[] = [twiceIsOnce]
