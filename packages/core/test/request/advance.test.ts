import { describe, expect, test } from 'vitest'
import { advance, type Advanced, type Prepare } from '../../src/request/advance.js'
import { claimEvents } from '../../src/request/claim-events.js'
import type { RequestEvent } from '../../src/request/request-event.js'
import { replay } from '../../src/request/replay.js'
import type { ServiceRequest } from '../../src/request/service-request.js'
import { stepStart } from '../../src/request/step-start.js'
import { deepFreeze } from './deep-freeze.js'
import { accepted, approve, began, cancel, failed, failure, interrupted, parked, planned, planOf, stageOf, start, succeeded, timer } from './requests.js'

/** A shell that renders every step to the same input. */
const prepare: Prepare = (request, step, mode, at) => {
  const begun = stepStart(request, step, mode, `input of ${step}`)
  if (begun.kind !== 'start') throw new Error(`${step} is ${begun.kind}`)
  return { type: 'step-started', at, step, execution: begun.execution, mode: begun.mode, inputHash: `input of ${step}`, deadline: at + 30_000 }
}

function advanced(before: ServiceRequest | undefined, events: RequestEvent | readonly [RequestEvent, ...RequestEvent[]], prepared: Prepare = prepare): Advanced {
  const answer = advance(before, events, prepared)
  if ('rejection' in answer) throw new Error(answer.rejection.message)
  return answer
}

const types = ({ events }: Advanced) => events.map(({ type }) => type)
const effects = (answer: Advanced) => answer.effects.map(({ type }) => type)
const three = accepted(planOf([planned('a'), planned('b'), planned('c')]))

describe('advance', () => {
  test('acceptance and the first start are one commit', () => {
    const answer = advanced(undefined, three)
    expect(types(answer)).toEqual(['request-accepted', 'step-started'])
    expect(effects(answer)).toEqual(['notify', 'execute-step', 'wake-at'])
    expect(answer.request.version).toBe(2)
  })

  test('success and the next start are one commit: three steps take four commits', () => {
    let current = advanced(undefined, three)
    let commits = 1
    for (const [i, id] of ['a', 'b', 'c'].entries()) {
      current = advanced(current.request, succeeded(id, null, { at: start + i * 1_000 }))
      commits += 1
      if (id === 'a') expect(types(current)).toEqual(['step-succeeded', 'step-started'])
    }
    expect(current.request.status.state).toBe('completed')
    expect(commits).toBe(4)
  })

  test('the outlook is that of the last event only', () => {
    const wide = advanced(undefined, accepted(planOf([planned('a'), planned('b'), planned('c')], { limit: 2 })))
    expect(effects(wide)).toEqual(['notify', 'execute-step', 'execute-step', 'wake-at'])
    expect(wide.effects.at(-1)).toEqual({ type: 'wake-at', at: start + 30_000 })
  })

  test('a fallback that nobody needs is skipped without asking the shell', () => {
    const plan = accepted(planOf([planned('main', { onFailure: { fallback: 'spare' } }), planned('spare'), planned('last')]))
    const asked: string[] = []
    const answer = advanced(advanced(undefined, plan).request, succeeded('main'), (request, step, mode, at) => {
      asked.push(step)
      return prepare(request, step, mode, at)
    })
    expect(types(answer)).toEqual(['step-succeeded', 'step-skipped', 'step-started'])
    expect(asked).toEqual(['last'])
  })

  test('steps that cannot be prepared or are skipped are folded too', () => {
    const answer = advanced(undefined, three, (_request, step, _mode, at) => {
      if (step === 'a') return { type: 'step-skipped', at, step, why: 'condition' }
      return { type: 'step-failed', at, step, execution: 1, failure: failure('fatal', { phase: 'prepare' }), jitter: 0 }
    })
    expect(types(answer)).toEqual(['request-accepted', 'step-skipped', 'step-failed'])
    expect(answer.request.status.state).toBe('failed')
    expect(effects(answer)).toEqual(['notify', 'notify', 'wake-at', 'release-claim'])
  })

  test('without prepare the request is left, due at once, to the next claimer', () => {
    const running = advanced(undefined, three).request
    const left = advance(running, succeeded('a'), undefined)
    expect('rejection' in left ? [] : effects(left)).toEqual(['wake-at', 'release-claim'])
    expect('rejection' in left ? undefined : left.effects[0]).toEqual({ type: 'wake-at', at: start + 2_000 })
  })

  test('without prepare the claim is kept while something else runs', () => {
    const running = advanced(undefined, accepted(planOf([planned('a'), planned('b'), planned('c')], { limit: 2 }))).request
    const left = advance(running, succeeded('a'), undefined)
    expect('rejection' in left ? [] : effects(left)).toEqual(['wake-at'])
  })

  test('an event that does not fit is refused as a whole', () => {
    const running = advanced(undefined, three).request
    expect(advance(running, succeeded('b'), prepare)).toMatchObject({ rejection: { code: 'STALE_EXECUTION' } })
    expect(advance(running, [interrupted('a', 'owner-lost'), succeeded('a')], prepare)).toMatchObject({ rejection: { code: 'STALE_EXECUTION' } })
  })

  test('a preparation that answers something else is a bug of the shell', () => {
    expect(() => advance(undefined, three, (_request, _step, mode, at) => began('b', { at, mode }) as ReturnType<Prepare>)).toThrow(/prepare-step a/)
    expect(() => advance(undefined, three, (_request, step, _mode, at) => ({ type: 'step-skipped', at, step, why: 'fallback-not-needed' }))).toThrow(/prepare-step a/)
  })
})

describe('what a claimer writes first', () => {
  const at = start + 70_000

  test('a queued request is started', () => {
    expect(claimEvents(replay([accepted(planOf([planned('a')]), { room: false })]), at)).toEqual([{ type: 'request-started', at }])
  })

  test('executions that died with their owner are lost, all in one commit', () => {
    const wide = advanced(undefined, accepted(planOf([planned('a', { effect: 'none' }), planned('b'), planned('c')], { limit: 2 }))).request
    const [first, ...others] = claimEvents(wide, at)
    expect([first, ...others].map((event) => event?.type)).toEqual(['step-interrupted', 'step-interrupted'])
    const answer = advanced(wide, [first as RequestEvent, ...others])
    expect(answer.effects.filter(({ type }) => type === 'execute-step')).toEqual([
      { type: 'execute-step', step: 'a', iteration: 1, execution: 2, mode: 'run' }, { type: 'execute-step', step: 'b', iteration: 1, execution: 2, mode: 'reconcile' },
    ])
  })

  test('what is due otherwise is a matter of time', () => {
    const waiting = replay([three, began('a'), parked('a')])
    expect(claimEvents(waiting, at)).toEqual([timer(at)])
    expect(advanced(waiting, timer(at)).request.status.state).toBe('in_progress')
  })

  test('nothing for requests that nobody carries', () => {
    expect(claimEvents(replay([accepted(planOf([planned('a')]), { approvals: [stageOf(1)] })]), at)).toEqual([])
    expect(claimEvents(replay([three, began('a'), failed('a')]), at)).toEqual([])
    expect(claimEvents(replay([accepted(planOf([planned('a')]), { room: false }), cancel()]), at)).toEqual([])
  })
})

describe('replay', () => {
  test('is the fold of the log', () => {
    const { request, events } = advanced(undefined, three)
    expect(replay(deepFreeze(events))).toEqual(request)
    const next = advanced(request, succeeded('a'))
    expect(replay([...events, ...next.events])).toEqual(next.request)
  })

  test('refuses a log that the machine has not written', () => {
    expect(() => replay([])).toThrow(/begins with request-accepted/)
    expect(() => replay([three, approve()])).toThrow(/version 2, approval-decided/)
  })
})
