import type { AnyAction } from '../action/action.js'
import { isActionFailure } from '../action/action-failure.js'
import { classifyError } from '../action/classify.js'
import type { Classification } from '../action/outcome.js'
import { isPaoError } from '../errors.js'
import type { Json } from '../json.js'
import type { Mode, StepFailure } from '../request/step.js'
import type { ExecutionScope } from './action-context.js'
import { storable, storableText } from './storable.js'

const LONGEST_MESSAGE = 4_000
const LONGEST_CODE = 100
const LARGEST_DETAILS_BYTES = 64 * 1024

const KINDS: ReadonlySet<unknown> = new Set(['retryable', 'fatal', 'unknown'])

/** Whether running it twice does no harm. An action that cannot say so is taken for one that creates. */
export const isRepeatable = (action: AnyAction, config: unknown): boolean => {
  try {
    return (typeof action.effect === 'function' ? (action.effect as (config: unknown) => string)(config) : action.effect) !== 'create'
  } catch {
    return false
  }
}

/** Plugins are other people's code: what they say counts only where it has the shape that the contract asks for. */
const isSound = (given: Classification | undefined): given is Classification =>
  given !== undefined && KINDS.has(given.kind) && typeof given.code === 'string' && typeof given.message === 'string'

const ownClassification = (action: AnyAction, error: unknown): Classification | undefined => {
  try {
    const own = action.classify?.(error)
    return isSound(own) ? own : undefined
  } catch {
    // A classify that throws has said nothing: the default map answers.
    return undefined
  }
}

const classificationOf = (scope: ExecutionScope | undefined, error: unknown, hasWritten: boolean): Classification => {
  const repeatable = scope === undefined || isRepeatable(scope.action, scope.config)
  const found = (scope === undefined ? undefined : ownClassification(scope.action, error)) ?? classifyError(error, repeatable, hasWritten)
  return isSound(found) ? found : classifyError(undefined, repeatable, hasWritten)
}

const detailsOf = (details: unknown, scope: ExecutionScope | undefined): Json | undefined => {
  try {
    const kept = storable(details)
    const hidden = scope === undefined ? kept : scope.redactor.json(kept)
    return hidden !== undefined && JSON.stringify(hidden).length <= LARGEST_DETAILS_BYTES ? hidden : undefined
  } catch {
    // Details are for people; the failure stands without them.
    return undefined
  }
}

/** Hidden first: a text that is cut first could end in half a secret. */
const shown = (text: string, scope: ExecutionScope | undefined, most: number): string => {
  const kept = storableText(text)
  return storableText((scope === undefined ? kept : scope.redactor.text(kept)).slice(0, most))
}

const look = (thrown: unknown): boolean => isPaoError(thrown) || isActionFailure(thrown) || thrown instanceof Error

/** What was thrown; undefined for a value that throws itself when it is looked at. */
export const readable = (thrown: unknown): unknown => {
  try {
    look(thrown)
    return thrown
  } catch {
    return undefined
  }
}

/** What a thrown value means for the step. Never throws, whatever was thrown. */
export const failureOf = (mode: Mode, scope: ExecutionScope | undefined, error: unknown, hasWritten: boolean): StepFailure => {
  const found = classificationOf(scope, error, hasWritten)
  const details = 'details' in found ? detailsOf(found.details, scope) : undefined
  const retryAfterMs = 'retryAfterMs' in found ? found.retryAfterMs : undefined
  return {
    // Asking again whether an effect exists changes nothing: a failed question is never an unknown effect of its own.
    kind: mode === 'reconcile' && found.kind === 'unknown' ? 'retryable' : found.kind,
    phase: mode, code: shown(found.code, scope, LONGEST_CODE), message: shown(found.message, scope, LONGEST_MESSAGE),
    ...(retryAfterMs !== undefined && Number.isFinite(retryAfterMs) && retryAfterMs >= 0 ? { retryAfterMs } : {}),
    ...(details === undefined ? {} : { details }),
  }
}
