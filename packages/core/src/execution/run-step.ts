import type { ActionContext, AnyAction } from '../action/action.js'
import { fatal, unknownOutcome } from '../action/action-failure.js'
import type { Outcome, Park, Reconciliation } from '../action/outcome.js'
import { hashOfJson } from '../canonical-json.js'
import { isPaoError } from '../errors.js'
import type { Instant, Json } from '../json.js'
import type { Clock } from '../ports/clock.js'
import type { ExternalState, ReconcileVerdict, StepEvent } from '../request/request-event.js'
import type { Mode, StepFailure } from '../request/step.js'
import { type ExecutionScope, createActionContext } from './action-context.js'
import { failureOf, isRepeatable, readable } from './failure-of.js'
import type { Interruption, InterruptionReason } from './interruption.js'
import { REDACTED } from '../redactor.js'
import { isLargerThan, storable, storableText } from './storable.js'
import { isPark, storableMoment, waitForOf } from './wait-for.js'

/** How long an aborted action may take to end before the engine goes on without it. */
const ABORT_GRACE_MS = 2_000
const LARGEST_OUTPUT_BYTES = 1024 * 1024

/** One execution that is about to run. */
export interface StepRun {
  readonly step: string
  readonly execution: number
  readonly mode: Mode
  readonly payload?: Json
  readonly deadline: Instant
  /** Resolves secrets and decodes the config. */
  readonly open: () => Promise<{ readonly action: AnyAction; readonly scope: ExecutionScope }>
  readonly interruption: Interruption
  readonly clock: Clock
  /** In [0, 1), for the delay of a retry. */
  readonly jitter: number
}

/** How a wrong answer of an action is understood: with an effect that cannot be repeated nobody knows what exists. */
const refusalOf = (repeatable: boolean): typeof fatal => repeatable ? fatal : unknownOutcome

const outputOf = async (scope: ExecutionScope, output: unknown, repeatable: boolean): Promise<Json> => {
  const refuse = refusalOf(repeatable)
  const checked = await scope.action.output.schema['~standard'].validate(output)
  if (checked.issues !== undefined) {
    const first = checked.issues[0]
    throw refuse('OUTPUT_INVALID', `${scope.action.type} gave an output that its own schema refuses: ${first?.message ?? 'no reason given'}`)
  }
  const given = storable(output) ?? null
  const kept = scope.redactor.json(given)
  if (kept !== given && hashOfJson(kept) !== hashOfJson(given)) scope.logs.log.warn(`the output holds a secret, which is kept as ${REDACTED}: a step that reads it will fail`)
  if (isLargerThan(kept, LARGEST_OUTPUT_BYTES)) throw refuse('OUTPUT_TOO_LARGE', `the output is larger than ${LARGEST_OUTPUT_BYTES} bytes`)
  return kept
}

/** What the outside shows as the step parks, if the action said so. */
const externalOf = ({ redactor }: ExecutionScope, park: Park): { readonly external?: ExternalState } => {
  if (park.until !== 'signal' || park.status === undefined) return {}
  const note = park.note === undefined ? {} : { note: redactor.text(storableText(park.note)) }
  return { external: { status: redactor.text(storableText(park.status)), ...note } }
}

const parkedOf = (scope: ExecutionScope, park: Park | undefined, now: Instant, repeatable: boolean) => {
  if (isPark(park)) return { waitFor: waitForOf(park, now, scope.redactor), ...externalOf(scope, park) }
  throw refusalOf(repeatable)('PARK_INVALID', `${scope.action.type} parked the step without saying what it waits for, or until when`)
}

const compensated = async (action: AnyAction, context: ActionContext<unknown>, done: Json): Promise<void> => {
  const undo = action.compensate
  if (typeof undo !== 'function') throw fatal('NOT_COMPENSABLE', undo === undefined ? `${action.type} cannot be undone` : undo.impossible)
  await undo(context, done)
}

const unsureOf = (scope: ExecutionScope, { why, askAgainInMs }: Extract<Reconciliation, { kind: 'unsure' }>, now: Instant): ReconcileVerdict => ({
  unsure: scope.redactor.text(storableText(String(why))),
  ...(askAgainInMs !== undefined && Number.isFinite(askAgainInMs) && askAgainInMs >= 0 ? { askAgainAt: storableMoment(now + askAgainInMs) } : {}),
})

const verdictOf = async (scope: ExecutionScope, answer: Reconciliation | undefined, now: Instant): Promise<ReconcileVerdict> => {
  switch (answer?.kind) {
    case 'present': return { present: await outputOf(scope, answer.output, false) }
    case 'parked': {
      const { waitFor, ...external } = parkedOf(scope, answer.park, now, false)
      return { parked: waitFor, ...external }
    }
    case 'absent': return 'absent'
    case 'unsure': return unsureOf(scope, answer, now)
    case undefined:
    default: return { unsure: `${scope.action.type} gave no answer that says whether its effect exists` }
  }
}

const reconciled = async (run: StepRun, scope: ExecutionScope, context: ActionContext<unknown>): Promise<ReconcileVerdict> => {
  if (isRepeatable(scope.action, scope.config)) return 'repeatable'
  if (scope.action.reconcile === undefined) return { unsure: `${scope.action.type} cannot tell whether its effect exists` }
  return verdictOf(scope, await scope.action.reconcile(context) as Reconciliation, run.clock.now())
}

const resumed = (run: StepRun, scope: ExecutionScope, context: ActionContext<unknown>): Promise<Outcome> => {
  if (scope.action.resume === undefined) throw fatal('RESUME_UNSUPPORTED', `${scope.action.type} parked a step but has no resume`)
  return scope.action.resume(context, run.payload ?? null) as Promise<Outcome>
}

const perform = async (run: StepRun, scope: ExecutionScope, context: ActionContext<unknown>): Promise<StepEvent> => {
  const { step, execution, clock } = run
  if (run.mode === 'reconcile') {
    const verdict = await reconciled(run, scope, context)
    return { type: 'step-reconciled', at: clock.now(), step, execution, verdict }
  }
  if (run.mode === 'compensate') {
    await compensated(scope.action, context, run.payload ?? null)
    return { type: 'step-compensated', at: clock.now(), step, execution }
  }
  const outcome: Outcome | undefined = run.mode === 'resume' ? await resumed(run, scope, context) : await scope.action.run(context) as Outcome
  const repeatable = isRepeatable(scope.action, scope.config)
  switch (outcome?.kind) {
    case 'parked': return { type: 'step-parked', at: clock.now(), step, execution, ...parkedOf(scope, outcome.park, clock.now(), repeatable) }
    case 'succeeded': {
      const output = await outputOf(scope, outcome.output, repeatable)
      return { type: 'step-succeeded', at: clock.now(), step, execution, output }
    }
    case undefined:
    default: throw refusalOf(repeatable)('OUTCOME_INVALID', `${scope.action.type} ended without an outcome: neither succeeded nor parked`)
  }
}

/** What it means that an execution did not end in time: what it would have done may be done, unless repeating does no harm. */
export const timedOut = (run: Pick<StepRun, 'mode'>, scope: Pick<ExecutionScope, 'action' | 'config'> | undefined): StepFailure => {
  const repeatable = run.mode === 'reconcile' || scope === undefined || isRepeatable(scope.action, scope.config)
  return {
    kind: repeatable ? 'retryable' : 'unknown', phase: 'timeout', code: 'STEP_TIMEOUT',
    message: `the execution did not end within its timeout`,
  }
}

/** What the work ends with, or that it did not end a while after it was interrupted: an action that ignores its signal must not hold its worker. */
const withinGrace = <Value>(work: Promise<Value>, interruption: Interruption, clock: Clock): Promise<Value | 'grace-over'> => new Promise((resolve, reject) => {
  let ended = false
  let cancel = (): void => undefined
  const end = (): void => {
    ended = true
    cancel()
  }
  interruption.whenInterrupted(() => {
    if (!ended) cancel = clock.schedule(ABORT_GRACE_MS, () => { resolve('grace-over') })
  })
  work.finally(end).then(resolve, reject)
})

/**
 * Runs one execution to its end and tells it as an event. Never throws, but for CLAIM_LOST: then nothing may be recorded.
 * An outcome that arrives after an abort still counts: what was done was done.
 */
export const runStep = async (run: StepRun): Promise<StepEvent> => {
  const { step, execution, clock, interruption } = run
  // Recorded long ago and only now at its turn: a call that is cut off at once would leave an effect that nobody knows of.
  if (run.deadline <= clock.now()) interruption.interrupt('deadline')
  const cancelDeadline = clock.schedule(Math.max(0, run.deadline - clock.now()), () => { interruption.interrupt('deadline') })
  let scope: ExecutionScope | undefined
  let hasWritten = (): boolean => false
  const work = async (): Promise<StepEvent> => {
    interruption.throwIfInterrupted()
    scope = (await run.open()).scope
    const opened = createActionContext(scope)
    hasWritten = opened.hasWritten
    return perform(run, scope, opened.context)
  }
  const failed = (failure: StepFailure): StepEvent => ({ type: 'step-failed', at: clock.now(), step, execution, failure, jitter: run.jitter })
  const ended = (why: InterruptionReason, error?: unknown): StepEvent => {
    if (why !== 'deadline') return { type: 'step-interrupted', at: clock.now(), step, execution, why }
    const failure = error === undefined ? undefined : failureOf(run.mode, scope, error, hasWritten())
    // An action that could still say what its failure means knows more than the clock.
    return failed(failure === undefined || failure.code === 'ACTION_ERROR' ? timedOut(run, scope) : { ...failure, phase: 'timeout' })
  }
  try {
    const end = await withinGrace(work(), interruption, clock)
    return end === 'grace-over' ? ended(interruption.why ?? 'deadline') : end
  } catch (thrown) {
    const error = readable(thrown)
    if (isPaoError(error, 'CLAIM_LOST')) throw error
    const { why } = interruption
    return why === undefined ? failed(failureOf(run.mode, scope, error, hasWritten())) : ended(why, error)
  } finally {
    cancelDeadline()
  }
}
