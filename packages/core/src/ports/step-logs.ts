import type { LogLine } from './request-store.js'

export interface LogQuery {
  readonly requestId: string
  readonly step?: string
  /** Lowest level shown. Default `debug`. */
  readonly level?: 'debug' | 'info' | 'warn' | 'error'
  /** 1 to 1,000. */
  readonly limit: number
  /** `next` of the page before. Absent, or nothing that `read` has given: from the first line. */
  readonly after?: string
}

/**
 * Port StepLogs: lines of long steps, ahead of their commit, and reading. Lines of a commit are written by `RequestStore.commit`. Laws:
 * 1. `append` under a claim that is not current writes nothing.
 * 2. Lines are read in the order in which they were written, so that a reader who goes on behind `next` misses none and sees none twice.
 * 3. `next` is given exactly when further lines were there.
 */
export interface StepLogs {
  append(requestId: string, lines: readonly LogLine[], claim: { readonly owner: string; readonly epoch: number }): Promise<void>
  read(query: LogQuery): Promise<{ readonly lines: readonly LogLine[]; readonly next?: string }>
}
