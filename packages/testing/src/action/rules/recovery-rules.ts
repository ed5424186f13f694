import assert from 'node:assert/strict'
import { notApplicable } from '../../contract.js'
import type { ActionCase } from '../action-world.js'
import type { ActionPoint } from '../action-point.js'
import { assertSameEnd, at, carriedOn, shownPoint } from '../played.js'
import type { Recording } from '../played.js'
import type { ActionRule, Subject } from '../subject.js'

const crashMatrix: ActionRule = {
  name: 'a crash at each point leaves one effect',
  law: 'crash at every checkpoint and call boundary, run again: one effect',
  run: async ({ cases, record, play }) => {
    for (const given of cases) {
      const recording = await record(given)
      for (const point of recording.run.points) {
        const played = await play(given, { interrupt: at(point, 'crash') })
        assertSameEnd(played, recording, `${given.title}: a crash ${shownPoint(point)}`)
      }
    }
  },
}

/** Nobody can stop a call of `create` that is on its way already; once it is made, nothing may make it again. */
const mayFreeze = ({ effect, effectsAt, effects }: Recording, { number, mode }: ActionPoint): boolean =>
  mode !== undefined && mode !== 'observe' && (effect !== 'create' || effectsAt[number] === effects.length)

const secondProcess: ActionRule = {
  name: 'one attempt delivered to two processes leaves one effect',
  law: 'duplicate delivery of one attempt',
  run: async ({ cases, record, play }) => {
    for (const given of cases) {
      const recording = await record(given)
      for (const point of recording.run.points.filter((each) => mayFreeze(recording, each))) {
        const played = await play(given, { interrupt: at(point, 'freeze'), then: (run) => run.thaw() })
        assertSameEnd(played, recording, `${given.title}: a process that stood still ${shownPoint(point)} and woke up when another one was done`)
      }
    }
  },
}

/** Calls to the vendor that decide about the step: what only looks at a wait is asked again anyhow. */
export const vendorPoints = ({ run }: Recording): readonly ActionPoint[] =>
  run.points.filter(({ port, mode }) => (port === 'http' || port === 'vendor') && mode !== 'observe')

/** Of questions that are asked again and again the first and the last. */
export const firstAndLast = (points: readonly ActionPoint[]): readonly ActionPoint[] => {
  const same = (one: ActionPoint, other: ActionPoint): boolean => one.when === other.when && one.port === other.port && one.name === other.name
  return points.filter((point) => points.find((other) => same(point, other)) === point || points.findLast((other) => same(point, other)) === point)
}

const reconcileCrashes = async ({ play }: Subject, given: ActionCase, recording: Recording, lost: ActionPoint): Promise<void> => {
  const { run } = await play(given, { interrupt: at(lost, 'lose') })
  for (const point of firstAndLast(run.points.filter(({ mode }) => mode === 'reconcile'))) {
    const interrupt = ({ number }: ActionPoint) => number === lost.number ? 'lose' as const : number === point.number ? 'crash' as const : undefined
    assertSameEnd(await play(given, { interrupt }), recording, `${given.title}: an answer lost ${shownPoint(lost)}, then a crash ${shownPoint(point)}`)
  }
}

const lostAnswer: ActionRule = {
  name: 'a lost answer is reconciled',
  law: 'lost answer, then reconcile',
  run: async (subject) => {
    const { cases, record, play } = subject
    let any = false
    for (const given of cases) {
      const recording = await record(given)
      for (const point of vendorPoints(recording)) {
        any = true
        assertSameEnd(await play(given, { interrupt: at(point, 'lose') }), recording, `${given.title}: an answer lost ${shownPoint(point)}`)
        await reconcileCrashes(subject, given, recording, point)
      }
    }
    if (!any) throw notApplicable('it calls nobody')
  },
}

const stillWaiting: ActionRule = {
  name: 'a crash between effect and park still waits',
  law: 'crash between effect and park, then still waiting',
  run: async ({ cases, record, play }) => {
    let any = false
    for (const given of cases) {
      const recording = await record(given)
      const { waited, effectsAt } = recording
      if (waited === undefined) continue
      any = true
      for (const point of waited.points.filter(({ number }) => (effectsAt[number] ?? 0) > 0)) {
        const what = `${given.title}: a crash ${shownPoint(point)}`
        const played = await play(given, { interrupt: at(point, 'crash'), once: true, then: async (crashed, world) => {
          const run = await crashed.again()
          assert.equal(run.state, 'waiting', `${what}: the step waited before, and is ${run.state} now (${run.failure?.message ?? 'no failure'})`)
          assert.equal(run.waitFor?.kind, waited.waitFor?.kind, `${what}: it waits for something else`)
          return carriedOn(run, world)
        } })
        assertSameEnd(played, recording, what)
      }
    }
    if (!any) throw notApplicable('it never waits')
  },
}

/** Processes that die, stand still, or lose an answer. */
export const recoveryRules: readonly ActionRule[] = [crashMatrix, secondProcess, lostAnswer, stillWaiting]
