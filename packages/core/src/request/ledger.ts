import { allRows, findPlanned } from './request-rows.js'
import type { ServiceRequest } from './service-request.js'
import type { Step } from './step.js'

export const isInLedger = (request: ServiceRequest, row: Step): boolean =>
  request.ledger.some((entry) => entry.step === row.id && entry.iteration === row.iteration)

/** Notes that the row's effect exists outside. Steps without effects leave no trace, a known effect is noted once. */
export const recordEffect = (request: ServiceRequest, row: Step): ServiceRequest =>
  findPlanned(request, row.id)?.effect === 'none' || isInLedger(request, row)
    ? request
    : { ...request, ledger: [...request.ledger, { step: row.id, iteration: row.iteration }] }

/** Rows whose effect can and should still be taken back, the last made first. */
export const compensableRows = (request: ServiceRequest): readonly Step[] =>
  [...request.ledger].reverse()
    .filter((entry) => findPlanned(request, entry.step)?.compensable === true)
    .flatMap((entry) => allRows(request).filter((row) => row.id === entry.step && row.iteration === entry.iteration))
    .filter((row) => row.state !== 'compensated' && row.state !== 'skipped')

/** The row whose compensation runs, or comes next. One at a time, last made first. */
export const compensationTarget = (request: ServiceRequest): Step | undefined => compensableRows(request)[0]
