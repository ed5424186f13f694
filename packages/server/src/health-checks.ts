import { healthChecks, isPaoError, looked, unknownHealth } from '@pao/core'
import type { Catalog, HealthCheck, HealthState, HealthTarget, Impairment, LoadedItem } from '@pao/core'
import type { TcpProbe } from '@pao/adapters-http'
import type { JsonObject } from '@pao/core/action'
import type { Clock, HttpClient, Logger } from '@pao/core/ports'

/** How often it is looked which checks are due. */
const TICK_MS = 1_000
/** Checks under way at once. */
const MOST_AT_ONCE = 8
/** The first look comes within so long of a check's appearance. */
const FIRST_WITHIN_MS = 10_000
const LARGEST_ANSWER_BYTES = 65_536

/** Carries out `monitoring.health_checks` in the background. */
export interface HealthChecks {
  start(): void
  /** No look begins any more; those under way are given up. */
  stop(): Promise<void>
  /** What of an item fails its checks. */
  impairments(loaded: LoadedItem): readonly Impairment[]
  /** What is known of each check of an item. */
  states(loaded: LoadedItem): readonly { readonly name: string; readonly health: HealthState }[]
}

export interface HealthChecksOptions {
  readonly catalog: () => Catalog
  readonly http: HttpClient
  readonly tcp: TcpProbe
  /** Values of the process variables that templates may read. */
  readonly env: JsonObject
  readonly clock: Clock
  /** In [0, 1). */
  readonly fraction: () => number
  readonly logger: Logger
}

interface Watched {
  readonly check: HealthCheck
  readonly itemId: string
  health: HealthState
  dueAt: number
  running: boolean
}

/** In words that name no host: the document does. */
const reasonOf = (error: unknown): string | undefined => {
  if (isPaoError(error, 'EGRESS_REFUSED')) return 'this server may not call its address'
  if (isPaoError(error, 'HTTP_DEADLINE')) return 'it did not answer in time'
  if (isPaoError(error, 'HTTP_BODY_TOO_LARGE')) return 'its answer is too large'
  return isPaoError(error, 'HTTP_CONNECTION') ? 'it cannot be reached' : undefined
}

const isExpected = ({ expectedStatus }: Extract<HealthTarget, { readonly type: 'http' }>, status: number): boolean =>
  expectedStatus.length === 0 ? status >= 200 && status <= 299 : expectedStatus.includes(status)

/** Undefined: it is well. */
const look = async ({ http, tcp }: HealthChecksOptions, { target, timeoutMs }: HealthCheck, signal: AbortSignal): Promise<string | undefined> => {
  try {
    if (target.type === 'tcp') {
      await tcp({ host: target.host, port: target.port, timeoutMs, signal })
      return undefined
    }
    const { status } = await http.request({ url: target.url, method: target.method, timeoutMs, signal, maxBodyBytes: LARGEST_ANSWER_BYTES })
    return isExpected(target, status) ? undefined : `it answered ${status}`
  } catch (error) {
    const reason = reasonOf(error)
    if (reason === undefined) throw error
    return reason
  }
}

const keyOf = (itemId: string, check: HealthCheck): string => JSON.stringify([itemId, check])

/** Each replica looks for itself: what one cannot reach another may. Looks are spread, so that many checks do not begin at once. */
export const createHealthChecks = (options: HealthChecksOptions): HealthChecks => {
  const { catalog, env, clock, fraction, logger } = options
  let watched: ReadonlyMap<string, Watched> = new Map()
  let known: Catalog | undefined
  let stopped = true
  let cancel: () => void = () => undefined
  const running = new Set<Promise<void>>()
  let ending = new AbortController()

  const checksOf = ({ item }: LoadedItem): readonly HealthCheck[] => healthChecks(item.document, { env, metadata: item.metadata })

  /** A check that stayed as it was keeps what is known of it. */
  const follow = (): void => {
    const next = catalog()
    if (next === known) return
    known = next
    watched = new Map([...next.items.values()].flatMap((loaded) => checksOf(loaded).map((check): [string, Watched] => {
      const key = keyOf(loaded.item.id, check)
      return [key, watched.get(key) ?? { check, itemId: loaded.item.id, health: unknownHealth, running: false, dueAt: clock.now() + fraction() * Math.min(FIRST_WITHIN_MS, check.intervalMs) }]
    })))
  }

  const tell = ({ check, itemId, health }: Watched, before: HealthState): void => {
    if (health.state === before.state || (health.state !== 'failing' && before.state !== 'failing')) return
    const facts = { item: itemId, check: check.name }
    if (health.state === 'failing') logger.warn({ ...facts, reason: health.lastError }, 'a health check fails')
    else logger.info(facts, 'a health check passes again')
  }

  const run = async (one: Watched): Promise<void> => {
    const failure = await look(options, one.check, ending.signal).catch((error: unknown) => {
      logger.error({ err: error, item: one.itemId, check: one.check.name }, 'a health check could not be carried out')
      return 'it could not be looked at'
    })
    one.running = false
    // What was given up says nothing.
    if (ending.signal.aborted) return
    const before = one.health
    one.health = looked(before, { at: clock.now(), ...(failure === undefined ? {} : { failure }) })
    one.dueAt = clock.now() + one.check.intervalMs * (0.9 + fraction() * 0.2)
    tell(one, before)
  }

  const tick = (): void => {
    if (stopped) return
    follow()
    const due = [...watched.values()].filter((one) => !one.running && one.dueAt <= clock.now()).sort((left, right) => left.dueAt - right.dueAt)
    for (const one of due.slice(0, Math.max(0, MOST_AT_ONCE - running.size))) {
      one.running = true
      const flight: Promise<void> = run(one).finally(() => { running.delete(flight) })
      running.add(flight)
    }
    cancel = clock.schedule(TICK_MS, tick)
  }

  const states: HealthChecks['states'] = (loaded) => checksOf(loaded).map((check) => ({ name: check.name, health: watched.get(keyOf(loaded.item.id, check))?.health ?? unknownHealth }))

  const ofItem = (loaded: LoadedItem): readonly Impairment[] => states(loaded).flatMap(({ name, health }) =>
    health.state === 'failing' ? [{ state: 'degraded' as const, reason: `the health check ${name} fails: ${health.lastError}`, since: health.since }] : [])

  return {
    start: () => {
      if (!stopped) return
      stopped = false
      ending = new AbortController()
      tick()
    },
    stop: async () => {
      stopped = true
      cancel()
      ending.abort('shutdown')
      await Promise.all(running)
    },
    states,
    impairments: (loaded) => [
      ...ofItem(loaded), ...(loaded.components ?? []).flatMap(({ id, item }) => ofItem(item).map((one) => ({ ...one, reason: `component ${id}: ${one.reason}` }))),
    ],
  }
}
