/** Closed set of codes. Each has a heading in docs/reference/errors.md. */
export type PaoErrorCode =
  | 'ACTION_CONTRACT' // an action declaration breaks the plugin contract
  | 'CATALOG_ITEM_NOT_FOUND' // no item of this id that the caller may see
  | 'CATALOG_UNAVAILABLE' // the source of the catalog's documents cannot be read now
  | 'CHECKPOINT_REPEATED' // one run used the same checkpoint name twice
  | 'CLAIM_LOST' // another process owns the request now; what this one does is dropped
  | 'CONFIGURATION' // the program cannot start with this configuration
  | 'DEFINITION_UNAVAILABLE' // a request is pinned to a definition that cannot be compiled any more
  | 'EGRESS_REFUSED' // an outgoing call was refused by the egress policy, before any connection
  | 'HTTP_DEADLINE' // an outgoing call did not end within its deadline
  | 'HTTP_BODY_TOO_LARGE' // an answer was larger than the cap
  | 'HTTP_CONNECTION' // an outgoing call could not connect, or the connection broke
  | 'INVARIANT' // a bug: a state that the code holds impossible
  | 'MIGRATION_CHECKSUM' // an applied migration differs from the one in the program
  | 'SCHEMA_TOO_NEW' // the database schema is newer than the program
  | 'SECRET_NOT_DECLARED' // an action asked for a secret that it did not declare
  | 'SECRET_UNAVAILABLE' // a secret is not in the store, or the store cannot be reached
  | 'STORE_UNAVAILABLE' // the database cannot be reached or refused the work

const brand = Symbol.for('pao.error')

/**
 * What PAO throws: bugs and broken infrastructure only. What people can cause is a value (`Issue`, `Rejection`, `Outcome`).
 * Recognise it by `isPaoError`, which also works over two copies of the package.
 */
export class PaoError extends Error {
  readonly [brand] = true
  readonly code: PaoErrorCode
  /** Whether the same call may succeed later without a change by a person. Default: false. */
  readonly retryable: boolean

  constructor(code: PaoErrorCode, message: string, options: { readonly cause?: unknown; readonly retryable?: boolean } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'PaoError'
    this.code = code
    this.retryable = options.retryable ?? false
  }
}

/** True for a `PaoError` of any copy of the package; with a code, only for that code. */
export const isPaoError = (error: unknown, code?: PaoErrorCode): error is PaoError =>
  typeof error === 'object' && error !== null && (error as { [brand]?: unknown })[brand] === true &&
  (code === undefined || (error as PaoError).code === code)
