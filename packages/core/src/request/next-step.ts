import type { Instant } from '../json.js'
import { compensationTarget } from './ledger.js'
import type { PlannedStep } from './plan.js'
import { findStep } from './request-rows.js'
import type { ServiceRequest } from './service-request.js'
import { endedWell, isOpen, planLimit, runningRows } from './step-state.js'
import type { Mode, Step } from './step.js'

/** What the shell should prepare next. */
export interface NextStep {
  readonly step: string
  readonly mode: Mode
}

const fallbackOf = (planned: PlannedStep): string | undefined =>
  typeof planned.onFailure === 'object' ? planned.onFailure.fallback : undefined

/** A fallback waits for its primaries; it is needed when one of them failed, and not needed when all ended otherwise. */
export function fallbackNeed(request: ServiceRequest, id: string): 'no-fallback' | 'undecided' | 'needed' | 'not-needed' {
  let [primaries, ended] = [0, 0]
  for (const planned of request.revision.plan.steps) {
    const primary = fallbackOf(planned) === id ? findStep(request, planned.id) : undefined
    if (primary === undefined) continue
    if (primary.state === 'failed' && primary.tolerated) return 'needed'
    primaries += 1
    if (endedWell(primary)) ended += 1
  }
  if (primaries === 0) return 'no-fallback'
  return ended === primaries ? 'not-needed' : 'undecided'
}

/** Whether `dependent` may go on as far as `id` is concerned: it ended well, and so did what stood in for it. */
function isMet(request: ServiceRequest, dependent: string, id: string, seen: readonly string[] = []): boolean {
  const row = findStep(request, id)
  if (row === undefined || !endedWell(row)) return false
  const planned = request.revision.plan.steps.find((step) => step.id === id)
  const fallback = row.state === 'failed' && planned !== undefined ? fallbackOf(planned) : undefined
  return fallback === undefined || fallback === dependent || seen.includes(fallback) || isMet(request, dependent, fallback, [...seen, id])
}

/** Whether all that a step depends on has ended well. */
const dependenciesMet = (request: ServiceRequest, { id, dependsOn }: PlannedStep): boolean => dependsOn.every((needed) => isMet(request, id, needed))

function isReady(request: ServiceRequest, planned: PlannedStep): boolean {
  if (findStep(request, planned.id)?.state !== 'pending') return false
  const need = fallbackNeed(request, planned.id)
  return need !== 'undecided' && (need === 'not-needed' || dependenciesMet(request, planned))
}

/** Begun and not ended, or to be begun now. */
function goesBefore(request: ServiceRequest, planned: PlannedStep): boolean {
  const row = findStep(request, planned.id)
  return row !== undefined && (isOpen(row) || isReady(request, planned))
}

/**
 * A step that is to run again, but what goes before it has to be made anew first: that was taken back, and then the compensation of another step
 * failed. One step at a time, what goes before is also what stands earlier in the plan.
 */
export function isHeldBack(request: ServiceRequest, row: Step): boolean {
  if (row.state !== 'retrying' || row.mode !== 'run') return false
  const { steps } = request.revision.plan
  const place = steps.findIndex(({ id }) => id === row.id)
  const planned = steps[place]
  if (planned === undefined) return false
  return !dependenciesMet(request, planned) || (planLimit(request) === 1 && steps.slice(0, place).some((earlier) => goesBefore(request, earlier)))
}

const hasFreePlace = (request: ServiceRequest): boolean => request.steps.filter((row) => isOpen(row) && !isHeldBack(request, row)).length < planLimit(request)

/** What was begun before, and is due to be carried on. */
function resumable(request: ServiceRequest, at: Instant): NextStep[] {
  const found: NextStep[] = []
  for (const row of request.steps) {
    if (row.state === 'retrying' && isDue(row, at) && !isHeldBack(request, row)) found.push({ step: row.id, mode: row.mode })
  }
  return found.length > 0 && runningRows(request).length >= planLimit(request) ? [] : found
}

const isDue = (row: Step, at: Instant): boolean => row.state === 'retrying' && row.dueAt <= at

/** Steps that may be begun or carried on now, in the order in which they should be. */
function startableForward(request: ServiceRequest, at: Instant): readonly NextStep[] {
  const startable = resumable(request, at)
  const free = hasFreePlace(request)
  for (const planned of request.revision.plan.steps) {
    if (isReady(request, planned) && (free || fallbackNeed(request, planned.id) === 'not-needed')) startable.push({ step: planned.id, mode: 'run' })
  }
  return startable
}

/** While cancelling with compensation, lost executions are still looked into: what they made must be known to be taken back. */
export const awaitsReconcile = (row: Step): row is Extract<Step, { readonly state: 'retrying' | 'waiting' }> =>
  (row.state === 'retrying' || row.state === 'waiting') && row.mode === 'reconcile'

function startableSettling(request: ServiceRequest, at: Instant): readonly NextStep[] {
  if (runningRows(request).length >= planLimit(request)) return []
  return request.steps.filter((row) => awaitsReconcile(row) && isDue(row, at)).map((row) => ({ step: row.id, mode: 'reconcile' }))
}

function startableBackward(request: ServiceRequest, at: Instant): readonly NextStep[] {
  const target = compensationTarget(request)
  const begun = target?.state === 'compensating'
  if (target === undefined || (begun && (target.dueAt === undefined || target.dueAt > at))) return []
  return [{ step: target.id, mode: 'compensate' }]
}

/** Every step that may be started at this moment, the next one first. Empty: the request waits, runs at its limit, or has ended. */
export function startableSteps(request: ServiceRequest, at: Instant): readonly NextStep[] {
  const { status } = request
  if (status.state === 'in_progress') {
    switch (status.course) {
      case 'forward': return startableForward(request, at)
      case 'settling': return []
      case 'backward': return startableBackward(request, at)
    }
  }
  if (status.state !== 'cancelling') return []
  if (status.course === 'backward') return startableBackward(request, at)
  return status.compensate ? startableSettling(request, at) : []
}

/** Steps that can never start because nothing that still runs could let them: a plan with a cycle or an unknown dependency. */
export const blockedSteps = (request: ServiceRequest): readonly Step[] =>
  request.steps.some(isOpen) || request.revision.plan.steps.some((planned) => isReady(request, planned))
    ? []
    : request.steps.filter((row) => row.state === 'pending')
