import type { Observation } from '../action/outcome.js'
import type { ServiceRequest } from '../request/service-request.js'
import type { Step } from '../request/step.js'
import { createActionContext } from './action-context.js'
import type { Engine } from './engine.js'
import { type Interruption, createInterruption } from './interruption.js'
import { openExecution } from './open-execution.js'
import { storable, storableText } from './storable.js'

/** A step that waits for a signal. */
export type WaitingStep = Extract<Step, { readonly state: 'waiting' }> & { readonly waitFor: { readonly kind: 'signal' } }

/** The steps of a request that wait for a signal. */
export const waitingSteps = (request: ServiceRequest): readonly WaitingStep[] =>
  request.steps.filter((step): step is WaitingStep => step.state === 'waiting' && step.waitFor.kind === 'signal')

const ask = async (engine: Engine, request: ServiceRequest, step: WaitingStep, interruption: Interruption, deadlineMs: number): Promise<Observation | undefined> => {
  const { action, scope } = await openExecution(engine, request, {
    step: step.id, iteration: step.iteration, execution: step.executions, interruption, deadline: engine.ports.clock.now() + deadlineMs,
  })
  if (action.observe === undefined) return undefined
  const seen = await action.observe(createActionContext(scope).context, step.waitFor.reference)
  const { redactor } = scope
  return {
    status: redactor.text(storableText(seen.status)),
    ...(seen.note === undefined ? {} : { note: redactor.text(storableText(seen.note)) }),
    ...(seen.payload === undefined ? {} : { payload: redactor.json(storable(seen.payload)) ?? null }),
  }
}

/** `undefined` once the time is over, so that an action that ignores its signal holds nobody. */
const within = async (engine: Engine, deadlineMs: number, work: (interruption: Interruption) => Promise<Observation | undefined>): Promise<Observation | undefined> => {
  const interruption = createInterruption()
  let cancel = (): void => undefined
  const over = new Promise<undefined>((resolve) => {
    cancel = engine.ports.clock.schedule(deadlineMs, () => {
      interruption.interrupt('deadline')
      resolve(undefined)
    })
  })
  try {
    return await Promise.race([work(interruption), over])
  } finally {
    cancel()
  }
}

const askAndNote = async (engine: Engine, request: ServiceRequest, step: WaitingStep, deadlineMs: number): Promise<Observation | undefined> => {
  const { clock, logger } = engine.ports
  try {
    const seen = await within(engine, deadlineMs, (interruption) => ask(engine, request, step, interruption, deadlineMs))
    if (seen === undefined) return undefined
    engine.observations.note(request.id, step.id, { status: seen.status, asOf: clock.now(), ...(seen.note === undefined ? {} : { note: seen.note }) })
    return seen
  } catch (error) {
    logger.info({ requestId: request.id, step: step.id, error }, 'the outside did not say how a waiting step stands')
    return undefined
  }
}

/**
 * Asks the outside how a waiting step stands, at most `deadlineMs`. Who comes while a question about the same step is under way shares its
 * answer. Undefined when it does not answer: the last known value stays.
 */
export const observeStep = (engine: Engine, request: ServiceRequest, step: WaitingStep, deadlineMs: number): Promise<Observation | undefined> => {
  const question = engine.observations.shared(`${request.id}:${step.id}:${step.iteration}`, () => askAndNote(engine, request, step, deadlineMs))
  // Whoever asked first may have more patience than this caller.
  return within(engine, deadlineMs, () => question)
}
