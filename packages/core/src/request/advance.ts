import { PaoError } from '../errors.js'
import type { Instant } from '../json.js'
import { fallbackNeed } from './next-step.js'
import type { Rejected } from './rejection.js'
import type { RequestEffect } from './request-effect.js'
import type { RequestEvent, StepEvent } from './request-event.js'
import type { ServiceRequest } from './service-request.js'
import type { Mode } from './step.js'
import { momentOf, transition } from './transition.js'

/** What the shell commits: the request after all events, the events, and the effects that still stand. */
export interface Advanced {
  readonly request: ServiceRequest
  readonly events: readonly RequestEvent[]
  readonly effects: readonly RequestEffect[]
}

/** The answer to `prepare-step`. Its numbers are those of `stepStart`. */
export type Preparation = Extract<StepEvent, { readonly type: 'step-started' | 'step-skipped' | 'step-failed' }>

/** Conditions, rendering and schema of one step: synchronous work of the shell between an event and its commit. */
export type Prepare = (request: ServiceRequest, step: string, mode: Mode, at: Instant) => Preparation

/** What later events replace: the outlook is that of the last. */
const isOutlook = (effect: RequestEffect): boolean => effect.type === 'prepare-step' || effect.type === 'wake-at' || effect.type === 'release-claim'

function fold(so: Advanced | undefined, before: ServiceRequest | undefined, event: RequestEvent): Advanced | Rejected {
  const after = transition(so?.request ?? before, event)
  if ('rejection' in after) return after
  if (so === undefined) return { request: after.request, events: [event], effects: after.effects }
  return { request: after.request, events: [...so.events, event], effects: so.effects.filter((effect) => !isOutlook(effect)).concat(after.effects) }
}

const nextPreparation = (so: Advanced) => so.effects.find((effect) => effect.type === 'prepare-step')

/** Skipping a fallback that nobody needs takes no work of the shell. */
function answer(so: Advanced, step: string, mode: Mode, at: Instant, prepare: Prepare): Preparation {
  return mode === 'run' && fallbackNeed(so.request, step) === 'not-needed'
    ? { type: 'step-skipped', at, step, why: 'fallback-not-needed' }
    : prepare(so.request, step, mode, at)
}

function prepareNext(so: Advanced, step: string, mode: Mode, at: Instant, prepare: Prepare): Advanced {
  const prepared = answer(so, step, mode, at, prepare)
  const next = prepared.step === step ? fold(so, undefined, prepared) : undefined
  if (next === undefined || 'rejection' in next) {
    throw new PaoError('INVARIANT', `prepare-step ${step} was answered by ${prepared.type} of ${prepared.step}: ${next?.rejection.message ?? 'another step'}`)
  }
  return next
}

/** A process that starts nothing more gives the claim back as soon as nothing runs. */
function handOver(so: Advanced): Advanced {
  const effects = so.effects.filter((effect) => effect.type !== 'prepare-step')
  const runs = [...so.request.steps, ...so.request.superseded].some((row) => row.state === 'in_progress' || (row.state === 'compensating' && row.dueAt === undefined))
  const released = runs || effects.some((effect) => effect.type === 'release-claim')
  return { ...so, effects: released ? effects : [...effects, { type: 'release-claim' }] }
}

/**
 * Folds the events of one commit and every prepare-step that follows from them. Several events are those that a claimer
 * writes together (`claimEvents`). Without `prepare` nothing is started: the request is left, due at once, to whoever
 * claims it next. Throws INVARIANT when `prepare` answers what does not fit: that is a bug of the shell.
 */
export function advance(before: ServiceRequest | undefined, events: RequestEvent | readonly [RequestEvent, ...RequestEvent[]], prepare: Prepare | undefined): Advanced | Rejected {
  const list: readonly RequestEvent[] = 'type' in events ? [events] : events
  let so: Advanced | undefined
  let at = 0
  for (const event of list) {
    const next = fold(so, before, event)
    if ('rejection' in next) return next
    so = next
    at = momentOf(event)
  }
  if (so === undefined) throw new PaoError('INVARIANT', 'nothing to fold')
  if (prepare === undefined) return handOver(so)
  for (let next = nextPreparation(so); next !== undefined; next = nextPreparation(so)) so = prepareNext(so, next.step, next.mode, at, prepare)
  return so
}
