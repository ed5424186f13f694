/**
 * How long the statement may wait for one lock, in milliseconds; null: as long as the session says. Put among the relations of a statement
 * that locks rows, it holds before the first of them is locked, and ends with the statement's transaction.
 */
export const lockWait = (parameter: string): string => `set_config('lock_timeout', coalesce(${parameter}::text, current_setting('lock_timeout')), true) as lock_wait`
