import type { Json } from '../../json.js'
import type { ServiceRequest } from '../../request/service-request.js'
import type { Step, StepFailure } from '../../request/step.js'

/** What of a step decides what can still become of its request. No times, no values: equal outlines go on equally. */
export interface StepOutline {
  readonly step: string
  readonly state: Step['state']
  /** An earlier iteration: it was done anew, and what it made may still be there. */
  readonly earlier?: true
  /** Of a step under way: what it does, or will do next. */
  readonly mode?: string
  /** Of a step under way: how often it has failed. */
  readonly failures?: number
  /** `kind code` of what it failed of, or of its compensation; of a request that was given up, only `unknown`, where nobody knows of its effect. */
  readonly failure?: string
  /** It has failed, and the request goes on without it. */
  readonly tolerated?: true
  /** Why it was skipped; of a wait, what its end means. */
  readonly why?: string
  /** It may have left an effect of which nobody knows. */
  readonly uncertain?: true
  /** Of a step under way: its wait has ended. */
  readonly waited?: true
  /** Of a compensation: the step had made something and not ended. */
  readonly unfinished?: true
  /** Of a compensation: it rests before it is begun again. */
  readonly rests?: true
}

/** Where a request stands, as far as it decides what can still become of it. */
export interface RequestOutline {
  readonly state: ServiceRequest['status']['state']
  readonly course?: string
  /** What made it fail. */
  readonly cause?: string
  readonly failed?: readonly string[]
  readonly needsPerson?: readonly string[]
  /** Of a request that is being cancelled: what comes then, and whether effects are taken back. */
  readonly then?: string
  readonly steps: readonly StepOutline[]
  /** Steps whose effects are there, oldest first. */
  readonly ledger: readonly string[]
}

const told = ({ kind, code }: StepFailure): string => `${kind} ${code}`

const waited = ({ payload }: { readonly payload?: Json }): Pick<StepOutline, 'waited'> => payload === undefined ? {} : { waited: true }

/** Once a request was given up, it matters no more what a step failed of, only whether its effect is known. */
const isGivenUp = ({ status }: ServiceRequest): boolean =>
  status.state === 'cancelling' || status.state === 'aborted' || (status.state === 'failed' && status.failure.cause === 'compensation')

const failedOutline = (row: Extract<Step, { readonly state: 'failed' }>, givenUp: boolean): Partial<StepOutline> => {
  // Nor does it where the request goes on without the step.
  if (row.tolerated) return { tolerated: true }
  if (!givenUp) return { failure: told(row.failure) }
  return row.failure.kind === 'unknown' ? { failure: 'unknown' } : {}
}

const progressOf = (row: Step, givenUp: boolean): Partial<StepOutline> => {
  switch (row.state) {
    case 'in_progress': return { mode: row.mode, failures: row.failures, ...waited(row) }
    case 'waiting': return { mode: row.mode, failures: row.failures, ...(row.waitFor.kind === 'signal' ? { why: row.waitFor.onTimeout } : {}) }
    case 'retrying': return { mode: row.mode, failures: row.failures, ...waited(row), ...(row.failure === undefined ? {} : { failure: told(row.failure) }) }
    case 'compensating': return { failures: row.failures, ...(row.output === undefined ? { unfinished: true } : {}), ...(row.dueAt === undefined ? {} : { rests: true }) }
    case 'completed': return row.undo === undefined ? {} : { failure: told(row.undo) }
    case 'failed': return failedOutline(row, givenUp)
    case 'skipped': return { why: row.why }
    case 'pending':
    case 'compensated':
      return {}
  }
}

/** Once it is known what a step has given, it does not matter that it was not known before. */
const isUncertain = (row: Step): boolean => row.uncertainSince !== undefined && !('output' in row && row.output !== undefined) && row.state !== 'skipped'

const stepOutline = (row: Step, givenUp: boolean): StepOutline => ({ step: row.id, state: row.state, ...progressOf(row, givenUp), ...(isUncertain(row) ? { uncertain: true } : {}) })

/** How often a step was done anew does not matter where nothing is left of it. */
const isGone = (row: Step): boolean => row.state === 'compensated' || row.state === 'skipped'

const ledgerOf = (request: ServiceRequest, earlier: readonly Step[]): readonly string[] => request.ledger.flatMap(({ step, iteration }) => {
  const is = (row: Step): boolean => row.id === step && row.iteration === iteration
  if (earlier.some(is)) return [`${step} (earlier)`]
  return request.steps.some((row) => is(row) && row.state !== 'compensated') ? [step] : []
})

const statusOutline = ({ status }: ServiceRequest): Omit<RequestOutline, 'steps' | 'ledger'> => {
  const failure = 'failure' in status ? { cause: status.failure.cause, failed: status.failure.steps, needsPerson: status.failure.needsPerson } : {}
  const course = 'course' in status ? { course: status.course } : {}
  return { state: status.state, ...course, ...failure, ...(status.state === 'cancelling' ? { then: `${status.then}${status.compensate ? ', taking back' : ''}` } : {}) }
}

/** The outline of a request. */
export const outlineOf = (request: ServiceRequest): RequestOutline => {
  const earlier = request.superseded.filter((row) => !isGone(row))
  const givenUp = isGivenUp(request)
  return {
    ...statusOutline(request),
    steps: [...earlier.map((row): StepOutline => ({ ...stepOutline(row, givenUp), earlier: true })), ...request.steps.map((row) => stepOutline(row, givenUp))],
    ledger: ledgerOf(request, earlier),
  }
}
