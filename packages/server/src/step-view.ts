import type { RequestView, Step } from '@pao/core'
import type { Instant } from '@pao/core/action'

export const isoTime = (at: Instant): string => new Date(at).toISOString()

const optionalTime = (name: string, at: Instant | undefined) => (at === undefined ? {} : { [name]: isoTime(at) })

/** What the outside last said of a step: the stored observation, or a newer one. Undefined: nothing was seen. */
export const externalStatus = (step: Step, observed: RequestView['observed']) => {
  const seen = observed.get(step.id)
  const latest = seen !== undefined && (step.external === undefined || seen.asOf >= step.external.asOf) ? seen : step.external
  if (latest === undefined) return undefined
  const reference = step.references.at(-1)
  return {
    status: latest.status,
    ...(latest.note === undefined ? {} : { note: latest.note }),
    asOf: isoTime(latest.asOf),
    ...(reference === undefined ? {} : { service: reference.service, reference: reference.id, ...(reference.url === undefined ? {} : { url: reference.url }) }),
  }
}

const waitView = (step: Step) => {
  if (step.state !== 'waiting') return {}
  const { waitFor } = step
  return {
    waitingSince: isoTime(step.since),
    waitingFor: {
      kind: waitFor.kind,
      until: isoTime(waitFor.until),
      ...(waitFor.kind === 'signal' ? { reference: waitFor.reference, ...optionalTime('nextPollAt', waitFor.pollAt) } : {}),
      ...(waitFor.kind === 'service' ? { service: waitFor.service, why: waitFor.why } : {}),
    },
  }
}

/** How an execution failed, in the words of the action. */
const failureView = (step: Step) => {
  const failure = step.state === 'failed' || step.state === 'retrying' ? step.failure : step.state === 'pending' ? step.after : undefined
  if (failure === undefined) return undefined
  const { kind, phase, code, message, details } = failure
  return { kind, phase, code, message, ...(details === undefined ? {} : { details }) }
}

const endOf = (step: Step): Instant | undefined =>
  step.state === 'completed' || step.state === 'failed' || step.state === 'compensated' ? step.endedAt : undefined

/** One step for readers. `action` is the type; `status` the state of the machine. */
export const stepView = (step: Step, action: string, observed: RequestView['observed'], startedAt: Instant | undefined) => {
  const outside = externalStatus(step, observed)
  const failure = failureView(step)
  return {
    id: step.id,
    action,
    type: action,
    status: step.state,
    iteration: step.iteration,
    executions: step.executions,
    ...optionalTime('startedAt', 'startedAt' in step ? step.startedAt : startedAt),
    ...optionalTime('endedAt', endOf(step)),
    ...optionalTime('retryAt', step.state === 'retrying' ? step.dueAt : undefined),
    ...waitView(step),
    ...(step.state === 'skipped' ? { skippedBecause: step.why } : {}),
    ...(step.state === 'completed' ? { output: step.output, adopted: step.adopted } : {}),
    ...(step.state === 'failed' ? { tolerated: step.tolerated } : {}),
    ...(failure === undefined ? {} : { failure }),
    ...(outside === undefined ? {} : { externalStatus: outside }),
    references: step.references,
  }
}
