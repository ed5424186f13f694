import { PaoError } from '../errors.js'
import type { Instant } from '../json.js'
import type { RequestEffect } from '../request/request-effect.js'
import type { StepEvent } from '../request/request-event.js'
import type { ServiceRequest } from '../request/service-request.js'
import { runningRows } from '../request/step-state.js'
import type { Engine } from './engine.js'
import { type Interruption, createInterruption } from './interruption.js'
import { openExecution } from './open-execution.js'
import { patiently } from './patiently.js'
import type { PreparedSteps } from './prepare-step.js'
import { createRedactor } from '../redactor.js'
import { runStep } from './run-step.js'
import { type StepLogBuffer, createStepLogBuffer } from './step-log-buffer.js'

/** An execution under way. */
export interface StartedExecution {
  readonly step: string
  readonly interruption: Interruption
  readonly logs: StepLogBuffer
  readonly ended: Promise<StepEvent>
}

/** How often lines of a long step are written ahead of its commit. */
const LOG_EVERY_MS = 1_000

/** Writes collected lines each second until it is stopped. What cannot be written goes with the commit. */
const writeLogsAhead = (engine: Engine, requestId: string, logs: StepLogBuffer, epoch: number): (() => void) => {
  const { clock, logger } = engine.ports
  let cancel = (): void => undefined
  let stopped = false
  const write = async (): Promise<void> => {
    const lines = logs.take()
    if (lines.length === 0) return
    try {
      await engine.ports.logs.append(requestId, lines, { owner: engine.owner, epoch })
    } catch (error) {
      logs.giveBack(lines)
      logger.warn({ requestId, error }, 'log lines wait to be written')
    }
  }
  const next = (): void => {
    cancel = clock.schedule(LOG_EVERY_MS, () => {
      write().finally(() => { if (!stopped) next() }).catch((error: unknown) => { logger.error({ requestId, error }, 'log lines were lost') })
    })
  }
  next()
  return () => {
    stopped = true
    cancel()
  }
}

/**
 * The answer to the record of an execution, or its secrets, may be long in coming, and a process may sleep meanwhile: who has lost the request
 * by then must not call.
 */
const refuseOverslept = async (
  { ports, owner, options: { leaseMs } }: Engine, requestId: string, epoch: number, startedAt: Instant, abandoned: () => boolean,
): Promise<void> => {
  let heldAt = startedAt
  // A claim was held when it was asked for, at the latest: an answer that took longer than a lease proves nothing.
  while (ports.clock.now() - heldAt >= leaseMs) {
    const asked = ports.clock.now()
    const [renewed] = await patiently(() => ports.claims.renew({ owner, requestIds: [requestId], leaseMs }), ports, requestId, abandoned)
    if (renewed?.epoch !== epoch) throw new PaoError('CLAIM_LOST', 'another process carries this request now')
    heldAt = asked
  }
}

/** Begins what an `execute-step` effect asks for. Called after the commit that recorded it, and only then. */
export const startExecution = (
  engine: Engine, request: ServiceRequest, effect: Extract<RequestEffect, { type: 'execute-step' }>, prepared: PreparedSteps, epoch: number,
): StartedExecution => {
  const { ports, owner } = engine
  const { step, iteration, execution, mode, payload } = effect
  const row = runningRows(request).find((candidate) => candidate.id === step && candidate.iteration === iteration)
  if (row === undefined) throw new PaoError('INVARIANT', `step ${step} of ${request.id} is to be executed but does not run`)
  const interruption = createInterruption()
  const redactor = createRedactor()
  const logs = createStepLogBuffer({ step, iteration, execution, redactor, now: () => ports.clock.now() })
  const ready = prepared.get(step)
  const stopWriting = writeLogsAhead(engine, request.id, logs, epoch)
  const ended = runStep({
    step, execution, mode, deadline: row.deadline, interruption, clock: ports.clock, jitter: ports.ids.fraction(),
    ...(payload === undefined ? {} : { payload }),
    open: async () => {
      const opened = await openExecution(engine, request, {
        step, iteration, execution, interruption, deadline: row.deadline, claim: { owner, epoch }, redactor, logs,
        ...(ready === undefined ? {} : { prepared: ready }),
      })
      await refuseOverslept(engine, request.id, epoch, row.startedAt, () => interruption.why !== undefined)
      return opened
    },
  }).finally(stopWriting)
  return { step, interruption, logs, ended }
}
