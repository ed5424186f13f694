import type { Orchestrator } from '@pao/core'
import type { Clock } from '@pao/core/ports'
import type { ComponentHealth, Health } from './dependencies.js'
import type { ServedCatalog } from './served-catalog.js'
import { isoTime } from './step-view.js'

/** How often the database is asked. What is told is never older than this and one answer. */
const ASK_EVERY_MS = 2000
/** A loop that has not looked for so long has died. */
const LOOP_SILENT_MS = 60_000

export interface HealthWatch extends Health {
  /** From now on the server is not ready any more. */
  stopAccepting(): void
  /** Ends the questions to the database. */
  stop(): void
}

const database = (reachable: boolean, askedAt: number): ComponentHealth =>
  reachable ? { status: 'ok', checkedAt: isoTime(askedAt) } : { status: 'failing', message: 'The database does not answer.', checkedAt: isoTime(askedAt) }

/** What the worker loop says of itself, as a part of `/health`. */
export const workerHealth = ({ running, carried, lastPollAt, lastError }: ReturnType<Orchestrator['health']>, now: number): ComponentHealth => {
  const facts = { carried, ...(lastPollAt === undefined ? {} : { lastPollAt: isoTime(lastPollAt) }) }
  if (!running) return { status: 'failing', message: 'The worker loop does not run.', ...facts }
  if (lastPollAt !== undefined && now - lastPollAt > LOOP_SILENT_MS) return { status: 'failing', message: 'The worker loop has not looked for work for a minute.', ...facts }
  return { status: 'ok', ...facts, ...(lastError === undefined ? {} : { message: 'The last look for work failed; the log says why.' }) }
}

/** A source that is out does not hinder anybody to order: what was served before is served. */
const catalogHealth = ({ items, orderable, files, loadedAt, issues, lastSync, outcome, commit, problem }: ReturnType<ServedCatalog['report']>): ComponentHealth => ({
  status: loadedAt === 0 ? 'failing' : outcome === 'failed' ? 'degraded' : 'ok', items, orderable, files,
  errors: issues.filter(({ severity }) => severity === 'error').length,
  ...(commit === undefined ? {} : { commit }), ...(lastSync === undefined ? {} : { lastSync: isoTime(lastSync) }), ...(outcome === undefined ? {} : { outcome }),
  ...(loadedAt === 0 ? { message: 'The catalog has not been read yet.' } : { loadedAt: isoTime(loadedAt) }), ...(problem === undefined ? {} : { message: problem }),
})

/** Watches the database in the background, so that a probe costs nothing and never waits. */
export const watchHealth = (
  { ping, orchestrator, catalog, clock }: {
    readonly ping: () => Promise<void>; readonly orchestrator: Pick<Orchestrator, 'health'>; readonly catalog: Pick<ServedCatalog, 'report'>; readonly clock: Clock
  },
): HealthWatch => {
  let accepting = true
  let reachable = true
  let askedAt = clock.now()
  let stopped = false
  let cancel: () => void = () => undefined
  const ask = async (): Promise<void> => {
    reachable = await ping().then(() => true, () => false)
    askedAt = clock.now()
    if (!stopped) cancel = clock.schedule(ASK_EVERY_MS, () => { void ask() })
  }
  void ask()
  return {
    accepting: () => accepting,
    components: () => ({
      database: database(reachable, askedAt),
      catalog: catalogHealth(catalog.report()),
      worker: workerHealth(orchestrator.health(), clock.now()),
    }),
    stopAccepting: () => { accepting = false },
    stop: () => {
      stopped = true
      cancel()
    },
  }
}
