import type { InputProblem } from '@pao/core'

/** Every code that an answer can carry, with its status and title. docs/reference/errors.md has a heading for each. */
const codes = {
  VALIDATION_ERROR: [400, 'The input is not valid'],
  UNAUTHORIZED: [401, 'Who calls is not known'],
  FORBIDDEN: [403, 'This is not allowed'],
  NOT_FOUND: [404, 'There is nothing at this address'],
  CATALOG_ITEM_NOT_FOUND: [404, 'There is no such catalog item'],
  REQUEST_NOT_FOUND: [404, 'There is no such request'],
  METHOD_NOT_ALLOWED: [405, 'This address does not answer this method'],
  INVALID_STATE_TRANSITION: [409, 'The request is not in a state that allows this'],
  UNRESOLVED_EFFECT: [409, 'A person must first say what exists outside'],
  ITEM_NOT_ORDERABLE: [409, 'This item cannot be ordered'],
  PRECONDITION_FAILED: [412, 'The request has changed in between'],
  PAYLOAD_TOO_LARGE: [413, 'The body is too large'],
  UNSUPPORTED_MEDIA_TYPE: [415, 'The body is not JSON'],
  IDEMPOTENCY_CONFLICT: [422, 'The Idempotency-Key was used for another body'],
  INTERNAL_ERROR: [500, 'Something went wrong here'],
  SERVICE_UNAVAILABLE: [503, 'The service cannot answer now'],
} as const satisfies Readonly<Record<string, readonly [number, string]>>

export type ProblemCode = keyof typeof codes

export const problemCodes = Object.keys(codes) as readonly ProblemCode[]

/** One reason among several: the field, the rule that was broken, and where it stands in the body. */
export type ProblemDetail = InputProblem & {
  /** JSON Pointer into the body. Absent: it is not in the body. */
  readonly pointer?: string
  readonly suggestion?: string
}

/** Why a call was not carried out. A value: handlers return it, nothing throws it. */
export interface Problem {
  readonly kind: 'problem'
  readonly code: ProblemCode
  readonly message: string
  readonly errors?: readonly ProblemDetail[]
  /** More members of `error.details`. */
  readonly details?: Readonly<Record<string, unknown>>
  readonly headers?: Readonly<Record<string, string>>
}

export const problem = (
  code: ProblemCode, message: string, more: Pick<Problem, 'errors' | 'details' | 'headers'> = {},
): Problem => ({ kind: 'problem', code, message, ...more })

export const problemStatus = (code: ProblemCode): number => codes[code][0]

/** One body for both readers: the members of RFC 9457, and the mirror `error` of the older envelope. */
export const problemBody = (
  { code, message, errors, details }: Problem,
  call: { readonly path: string; readonly correlationId: string; readonly at: number },
) => {
  const [status, title] = codes[code]
  return {
    type: `urn:pao:error:${code}`,
    title,
    status,
    detail: message,
    instance: call.path,
    code,
    correlationId: call.correlationId,
    ...(errors === undefined ? {} : { errors }),
    error: {
      code,
      message,
      details: { ...details, ...(errors === undefined ? {} : { errors }) },
      correlationId: call.correlationId,
      timestamp: new Date(call.at).toISOString(),
    },
  }
}

/** The Content-Type follows Accept; the body is the same. Problem+json unless only plain JSON is asked for. */
export const problemContentType = (accept: string | undefined): string =>
  accept !== undefined && /\bapplication\/json\b/i.test(accept) && !/application\/problem\+json|\*\/\*/i.test(accept)
    ? 'application/json'
    : 'application/problem+json'
