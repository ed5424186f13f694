import assert from 'node:assert/strict'
import type { AnyAction } from '@pao/core/action'
import { notApplicable } from '../../contract.js'
import type { ActionCase } from '../action-world.js'
import { assertSameEnd, at, failuresOf, shownPoint } from '../played.js'
import type { Recording } from '../played.js'
import type { ActionRule, Subject } from '../subject.js'

const isFirst = ({ version }: AnyAction): boolean => version === '1.0.0' || version.startsWith('0.')

/** Carried on as if it had been begun by this version, or an end that says why not and makes nothing. */
const assertUpdate = async ({ action, play }: Subject, given: ActionCase, recording: Recording, before: AnyAction): Promise<void> => {
  const reference = await play(given, { change: () => before })
  for (const point of reference.run.points) {
    const what = `${given.title}: begun by ${before.version}, a crash ${shownPoint(point)}, carried on by ${action.version}`
    const played = await play(given, { change: () => before, update: true, interrupt: at(point, 'crash') })
    const { failure } = played.run
    const unclear = failuresOf(played.run).find(({ code }) => code === 'ACTION_ERROR')
    assert.equal(unclear, undefined, `${what}: it is neither carried on nor refused clearly (${unclear?.message ?? ''})`)
    if (failure === undefined) assertSameEnd(played, recording, what)
    assert.ok(played.effects.length <= recording.effects.length, `${what}: ${played.effects.length} effects (${played.effects.join(', ')})`)
  }
}

const update: ActionRule = {
  name: 'an earlier version is carried on or refused clearly',
  law: 'a step begun on an old version resumes on the new one or is refused clearly',
  run: async (subject) => {
    const { action, previous, cases, record } = subject
    if (previous.length === 0 && isFirst(action)) throw notApplicable(`${action.version} is its first version`)
    assert.ok(previous.length > 0, `version ${action.version} is not the first: give the ones before it as previous`)
    for (const given of cases) for (const before of previous) await assertUpdate(subject, given, await record(given), before)
  },
}

/** What an update of the program must not break. */
export const versionRules: readonly ActionRule[] = [update]
