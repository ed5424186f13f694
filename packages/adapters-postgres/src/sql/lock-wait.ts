/**
 * One more relation of a statement that locks rows: how long it may wait for one lock, in milliseconds; null: as long as the session says.
 * It holds before the first row is locked, and ends with the statement's transaction. Without a parameter there is none.
 */
export const lockWait = (parameter: string | undefined): string =>
  parameter === undefined ? '' : `, set_config('lock_timeout', coalesce(${parameter}::text, current_setting('lock_timeout')), true) as lock_wait`
