import type { Json } from '../json.js'
import type { Classification } from './outcome.js'

const brand = Symbol.for('pao.action-failure')

/**
 * Thrown by an action that knows what its failure means. Anything else that is thrown goes through `classify` and then
 * the default map (`classifyError`). The message is shown to people: it names no secret and quotes no whole answer.
 */
export class ActionFailure extends Error {
  readonly [brand] = true
  readonly classification: Classification

  constructor(classification: Classification, options?: { readonly cause?: unknown }) {
    super(classification.message, options)
    this.name = 'ActionFailure'
    this.classification = classification
  }
}

/** True for an `ActionFailure` of any copy of the package. */
export const isActionFailure = (error: unknown): error is ActionFailure =>
  typeof error === 'object' && error !== null && (error as { [brand]?: unknown })[brand] === true

/** The same call may work later. */
export const retryable = (code: string, message: string, more: { readonly retryAfterMs?: number; readonly details?: Json } = {}): ActionFailure =>
  new ActionFailure({ kind: 'retryable', code, message, ...more })

/** The same call will fail again until a person changes something. Nothing outside has changed. */
export const fatal = (code: string, message: string, more: { readonly details?: Json } = {}): ActionFailure =>
  new ActionFailure({ kind: 'fatal', code, message, ...more })

/** The outside world may have changed: the engine reconciles, or a person decides. */
export const unknownOutcome = (code: string, message: string, more: { readonly details?: Json } = {}): ActionFailure =>
  new ActionFailure({ kind: 'unknown', code, message, ...more })
