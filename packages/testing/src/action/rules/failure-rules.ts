import assert from 'node:assert/strict'
import type { StepFailure } from '@pao/core'
import type { AnyAction } from '@pao/core/action'
import { notApplicable } from '../../contract.js'
import type { ActionCase } from '../action-world.js'
import type { ActionPoint, Interrupt, Interruption } from '../action-point.js'
import { assertSameEnd, at, carriedOn, failuresOf, needsPerson, shownPoint } from '../played.js'
import type { Played, Recording, Then } from '../played.js'
import type { ActionRun } from '../run-action.js'
import type { ActionRule, Subject } from '../subject.js'
import { firstAndLast, vendorPoints } from './recovery-rules.js'

const RETRY = { attempts: 3, delay: 1, backoff: 'linear' } as const
/** How long an aborted execution may go on. The engine leaves it behind after two seconds. */
const SOON_MS = 1_000

const isAbortable = ({ mode, port }: ActionPoint): boolean => mode !== undefined && mode !== 'observe' && port !== 'store'

const assertEndsSoon = ({ executions }: ActionRun, what: string): void => {
  const aborted = executions.find(({ abortedAt }) => abortedAt !== undefined)
  assert.ok(aborted?.abortedAt !== undefined, `${what}: nothing was aborted`)
  assert.ok(aborted.endedAt !== undefined && aborted.endedAt - aborted.abortedAt < SOON_MS, `${what}: ${aborted.mode} went on after its signal had aborted`)
}

/** A call that does not go by HTTP knows no signal: the one that is under way may still arrive. */
const effectsThen = ({ effectsAt }: Recording, { number, port }: ActionPoint): number => effectsAt[port === 'vendor' ? number + 1 : number] ?? effectsAt[number] ?? 0

/** `before`: what has gone wrong until then. */
const assertAbort = async ({ play }: Subject, given: ActionCase, recording: Recording, point: ActionPoint, why: 'deadline' | 'shutdown', before?: ActionPoint): Promise<void> => {
  const what = `${given.title}: ${why} ${shownPoint(point)}`
  const interrupt: Interrupt = ({ number }) => number === point.number ? why : number === before?.number ? 'lose' : undefined
  // A process that is shut down does nothing more: what is there now was made by the aborted execution.
  const then: Then = async (run, world) => {
    const rest = run.state === 'waiting' ? await carriedOn(run, world, interrupt) : run
    assertEndsSoon(rest, what)
    const most = before === undefined ? effectsThen(recording, point) : recording.effects.length
    if (rest.state === 'stopped') assert.ok(world.effects().length <= most, `${what}: an effect was made after the abort (${world.effects().join(', ')})`)
    return carriedOn(rest, world)
  }
  assertSameEnd(await play(given, { interrupt, then, once: true, retry: RETRY }), recording, what)
}

const REASONS = ['deadline', 'shutdown'] as const

/** While it looks for what a lost answer may have left. */
const abortReconcile = async (subject: Subject, given: ActionCase, recording: Recording): Promise<void> => {
  const lost = vendorPoints(recording).findLast(({ when }) => when === 'after')
  if (lost === undefined) return
  const { run } = await subject.play(given, { interrupt: at(lost, 'lose') })
  for (const point of firstAndLast(run.points.filter((each) => each.mode === 'reconcile' && isAbortable(each)))) {
    for (const why of REASONS) await assertAbort(subject, given, recording, point, why, lost)
  }
}

const aborts: ActionRule = {
  name: 'an abort ends soon and adds no effect',
  law: 'abort at each await ends soon and adds no effect',
  run: async (subject) => {
    let any = false
    for (const given of subject.cases) {
      const recording = await subject.record(given)
      for (const point of recording.run.points.filter(isAbortable)) {
        any = true
        for (const why of REASONS) await assertAbort(subject, given, recording, point, why)
      }
      await abortReconcile(subject, given, recording)
    }
    if (!any) throw notApplicable('it waits for nothing while it runs')
  },
}

const MARK = 'the-whole-page-of-a-proxy'
const HTML = { answer: { status: 200, headers: { 'content-type': 'text/html' }, body: `<html>${MARK}</html>` } }
type Kind = StepFailure['kind']

interface VendorTrouble {
  readonly name: string
  readonly when: ActionPoint['when']
  readonly what: Interruption
  /** What it may mean for a call that could have made something that must not be made twice, and for any other call. */
  readonly write: readonly Kind[]
  readonly other: readonly Kind[]
  readonly retryAfterMs?: number
}

const NOT_NOW: readonly Kind[] = ['retryable', 'unknown']
const ANY: readonly Kind[] = ['retryable', 'fatal', 'unknown']
const unavailable = { answer: { status: 503, body: MARK } }

const TROUBLES: readonly VendorTrouble[] = [
  { name: '429', when: 'before', what: { answer: { status: 429, headers: { 'retry-after': '7' } } }, write: ['retryable'], other: ['retryable'], retryAfterMs: 7_000 },
  { name: '503', when: 'before', what: unavailable, write: ['unknown'], other: NOT_NOW },
  { name: '503 of a vendor that has acted', when: 'after', what: unavailable, write: ['unknown'], other: NOT_NOW },
  { name: 'no connection', when: 'before', what: 'refuse', write: ['retryable'], other: ['retryable'] },
  { name: 'a timeout', when: 'after', what: 'hang', write: ['unknown'], other: NOT_NOW },
  { name: 'a reset', when: 'after', what: 'lose', write: ['unknown'], other: NOT_NOW },
  { name: 'HTML with 200', when: 'after', what: HTML, write: ['unknown'], other: ANY },
  { name: 'an endless body', when: 'after', what: 'flood', write: ['unknown'], other: ANY },
]

const isWrite = ({ effect }: Recording, { name }: ActionPoint): boolean => effect === 'create' && !/^(GET|HEAD) /.test(name)

/** Once something was made, nothing that follows may say that nothing has changed. */
const allowed = (recording: Recording, point: ActionPoint, trouble: VendorTrouble): readonly Kind[] => {
  const made = recording.effect === 'create' && (recording.effectsAt[point.number] ?? 0) > 0 && trouble.when === 'before'
  return made ? [...trouble.other, 'unknown'] : isWrite(recording, point) ? trouble.write : trouble.other
}

const assertClassified = (failure: StepFailure, kinds: readonly Kind[], { retryAfterMs }: VendorTrouble, what: string): void => {
  assert.notEqual(failure.code, 'ACTION_ERROR', `${what}: the action threw something that says nothing (${failure.message})`)
  assert.ok(kinds.includes(failure.kind), `${what}: it was classified as ${failure.kind} (${failure.code}: ${failure.message}); it is ${kinds.join(' or ')}`)
  if (retryAfterMs !== undefined && failure.kind === 'retryable') assert.equal(failure.retryAfterMs, retryAfterMs, `${what}: Retry-After is not passed on`)
  assert.ok(!failure.message.includes(MARK), `${what}: the message quotes the whole answer`)
}

const assertTrouble = async ({ play }: Subject, given: ActionCase, recording: Recording, point: ActionPoint, trouble: VendorTrouble): Promise<void> => {
  const what = `${given.title}: ${trouble.name}, ${shownPoint(point)}`
  const played: Played = await play(given, { interrupt: at(point, trouble.what), timeoutMs: 60_000, retry: RETRY })
  const [failure] = failuresOf(played.run)
  if (failure === undefined) return assertSameEnd(played, recording, what)
  assertClassified(failure, allowed(recording, point, trouble), trouble, what)
  assert.ok(played.effects.length <= recording.effects.length, `${what}: ${played.effects.length} effects (${played.effects.join(', ')}) after it was tried again`)
  if (played.run.state === 'succeeded') assertSameEnd(played, recording, what)
}

const classified: ActionRule = {
  name: 'what goes wrong with a call is classified',
  law: '429, 503, timeout, reset, HTML with 200 and an endless body classified',
  run: async (subject) => {
    let any = false
    for (const given of subject.cases) {
      const recording = await subject.record(given)
      for (const point of vendorPoints(recording).filter(({ port }) => port === 'http')) {
        any = true
        for (const trouble of TROUBLES.filter(({ when }) => when === point.when)) await assertTrouble(subject, given, recording, point, trouble)
      }
    }
    if (!any) throw notApplicable('it makes no HTTP call')
  },
}

const takesTemplates = ({ templates }: AnyAction): boolean => typeof templates === 'function' || templates.length > 0

/** A person says what is true, and tries again with another input. Where something exists of which nobody knows enough, nobody guesses. */
const editedAgain = (edited: NonNullable<ActionCase['edited']>): Then => async (run, world) => {
  if (run.state !== 'failed') return run
  if (run.failure?.kind === 'unknown' && world.effects().length > 0) return run
  const again = await run.retry({ fields: edited, ...(run.failure?.kind === 'unknown' ? { resolved: 'absent' as const } : {}) })
  return carriedOn(again, world)
}

const editedInput: ActionRule = {
  name: 'an edited input after a failure leaves one effect',
  law: 'edited input after a failure',
  run: async (subject) => {
    const { action, cases, record, play } = subject
    if (!takesTemplates(action)) throw notApplicable('nothing in its config is a template: no input can change it')
    let any = false
    let makes = false
    for (const given of cases) {
      const recording = await record(given)
      makes ||= recording.effect !== 'none'
      if (given.edited === undefined) continue
      any = true
      for (const point of vendorPoints(recording).filter(({ port, when }) => port === 'http' && when === 'before')) {
        const what = `${given.title}: 400 ${shownPoint(point)}, then another input`
        const played = await play(given, { interrupt: at(point, { answer: { status: 400, body: {} } }), then: editedAgain(given.edited) })
        if (played.run.failure?.kind === 'unknown' || needsPerson(played.run)) assert.ok(played.effects.length <= recording.effects.length, `${what}: ${played.effects.length} effects`)
        else assertSameEnd(played, recording, what)
      }
    }
    if (!any && !makes) throw notApplicable('it makes nothing that could be made twice')
    assert.ok(any, 'no case has an edited input: give one `fields` that its config reads, and `edited` with other values')
  },
}

/** Interruptions, and vendors that answer badly. */
export const failureRules: readonly ActionRule[] = [editedInput, aborts, classified]
