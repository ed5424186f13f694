import { isPaoError, PaoError } from '@pao/core'

interface DatabaseFields { readonly code?: string; readonly constraint?: string; readonly column?: string; readonly table?: string }

const fieldsOf = (error: unknown): DatabaseFields => typeof error === 'object' && error !== null ? error : {}

const messageOf = (error: unknown): string => error instanceof Error && error.message !== '' ? error.message : String(fieldsOf(error).code ?? error)

/** No SQLSTATE begins with an E; Node's EPIPE does. */
const sqlState = (error: unknown): string | undefined => {
  const { code } = fieldsOf(error)
  return typeof code === 'string' && /^[0-9A-DF-Z][0-9A-Z]{4}$/.test(code) ? code : undefined
}

/** What Node and pg say when a connection breaks or none can be made. */
const brokenConnection = /^E[A-Z_]+$|connection terminated|connection (ended|error)|timeout exceeded when trying to connect|query read timeout|client has encountered a connection error|client was closed/i

/** The session ended under the statement: whether it took effect is not known. */
export const isConnectionError = (error: unknown): boolean => {
  const state = sqlState(error)
  if (state !== undefined) return state.startsWith('08') || ['57P01', '57P02', '57P03', '57P05'].includes(state)
  return brokenConnection.test(fieldsOf(error).code ?? '') || brokenConnection.test(messageOf(error))
}

/** Deadlock or serialization failure: the statement was rolled back and may be sent again. */
export const isRolledBack = (error: unknown): boolean => ['40001', '40P01'].includes(sqlState(error) ?? '')

/** One value or row of the statement was refused: cardinality, data, integrity, limits of the program. */
export const isDataError = (error: unknown): boolean => /^(21|22|23|54)/.test(sqlState(error) ?? '')

/** A lock was waited for until `lock_timeout`: the statement was rolled back. */
export const isLockTimeout = (error: unknown): boolean => sqlState(error) === '55P03'

export const violates = (error: unknown, constraint: string): boolean => fieldsOf(error).constraint === constraint

/** Timeouts, locks, resources, read-only: the database refuses now and may not later. */
const refusesForNow = (state: string): boolean => /^(53|40|55)/.test(state) || ['57014', '25006', '25P03'].includes(state)

/** What a caller of the ports is told. The message and details of a data error may quote a value, so they go no further. */
export const storeError = (error: unknown): PaoError => {
  if (isPaoError(error)) return error
  const state = sqlState(error)
  const { constraint, column, table } = fieldsOf(error)
  if (isConnectionError(error)) return new PaoError('STORE_UNAVAILABLE', `The database cannot be reached: ${messageOf(error)}`, { cause: error, retryable: true })
  if (/after calling end on the pool/i.test(messageOf(error))) return new PaoError('STORE_UNAVAILABLE', 'The connections to the database are closed: this process is stopping', { cause: error })
  if (state === undefined) return new PaoError('INVARIANT', `The database adapter failed: ${messageOf(error)}`, { cause: error })
  if (/^2[23]/.test(state)) {
    return new PaoError('INVARIANT', `The database refused a row (${state}): ${[table, constraint ?? column].filter((part) => part !== undefined).join(' ') || 'a value that it cannot hold'}`)
  }
  if (refusesForNow(state)) return new PaoError('STORE_UNAVAILABLE', `The database refused the work for now (${state}): ${messageOf(error)}`, { cause: error, retryable: true })
  if (/^(28|3D|42501)/.test(state)) return new PaoError('STORE_UNAVAILABLE', `The database refuses this user (${state}): ${messageOf(error)}`, { cause: error })
  return new PaoError('INVARIANT', `The database refused a statement (${state}): ${messageOf(error)}`, { cause: error })
}

/** Whether an error of `storeError` means that no connection could be had. */
export const isOutage = (error: unknown): boolean => isPaoError(error, 'STORE_UNAVAILABLE') && isConnectionError(error.cause)
