import { createActionRegistry, createCatalog, estimatedSeconds, loadDefinition, parseCodeowners, PaoError, restoreCatalog, servesStored, unavailability } from '@pao/core'
import type { Catalog, CatalogFile, LoadedItem, Ownership, ServiceRequest } from '@pao/core'
import type { AnyAction } from '@pao/core/action'
import type { CatalogSnapshot, CatalogSource, CatalogSyncs, CatalogSyncState, Clock, FileValidation, Logger, ServedVersion, SyncClaim } from '@pao/core/ports'
import { afterChange, catalogChange, isNoChange, nothingStored, storedOf } from './catalog-change.js'
import { CLAIM_PATIENCE_MS, underClaim } from './catalog-claim.js'
import { byFile, issuesIn, issuesOfFinding } from './catalog-report.js'
import type { CatalogIssue, CatalogReport, IssuesByFile } from './catalog-report.js'
import { verdictOf } from './catalog-verdict.js'
import { readCatalogSource } from './read-catalog-source.js'
import { withoutKey } from './without-key.js'

export interface ServedCatalogOptions {
  readonly source: CatalogSource
  readonly profile: 'compat' | 'strict'
  readonly actions: readonly AnyAction[]
  /** Names of process variables that templates may read. */
  readonly templateEnv: readonly string[]
  readonly syncs: CatalogSyncs
  /** Names this process among those that share the store. */
  readonly owner: string
  /** The team that must own the paths of schemas and of the first item of a category. */
  readonly architectureTeam: string
  /** Whether password fields can be encrypted here. */
  readonly sealing: boolean
  readonly clock: Clock
  readonly logger: Logger
  /** Milliseconds that a read of the source may take. Default 60,000: one that does not answer must not keep others waiting for ever. */
  readonly readMs?: number
  /** Milliseconds that a verdict may take to be shown. Default 30,000. */
  readonly publishMs?: number
}

export interface RefreshOptions {
  /** The catalog is made anew also where the source did not change. Default: only where it did. */
  readonly rebuild?: boolean
  /** Milliseconds to wait for another replica that reads the source. Default 20,000. */
  readonly patienceMs?: number
}

/** The catalog that this process serves: replaced as a whole, never changed. */
export interface ServedCatalog {
  current(): Catalog
  /**
   * Reads the source and records what is served. One read runs and one waits, whoever calls. Throws PaoError CATALOG_UNAVAILABLE when it cannot be
   * read; then all stays as it was.
   */
  refresh(options?: RefreshOptions): Promise<CatalogReport>
  /** Takes up what another replica recorded, or what was served before a restart. False: there is nothing new. */
  follow(): Promise<boolean>
  report(): CatalogReport
  /** Why nobody can order the item now. Empty: it can be ordered. */
  unavailability(loaded: LoadedItem): readonly string[]
  /** What was found in the item's file as it is now, also where its last good version is served. */
  issuesOf(loaded: LoadedItem): readonly CatalogIssue[]
  /** Seconds from acceptance to completion, as the request's document promised them; of a document that is not known here any more, as the item promises now. */
  estimatedSeconds(request: Pick<ServiceRequest, 'accepted' | 'revision'>): number | undefined
  /** The versions of an item that were served, the newest first, and the newest one itself, also of an item that is not served any more. */
  versions(itemId: string): Promise<{ readonly newest: LoadedItem | undefined; readonly versions: readonly ServedVersion[] }>
  /** What was found in the item's file over time, the newest first. */
  validations(loaded: LoadedItem): Promise<readonly FileValidation[]>
  /** Waits for what is under way. */
  settled(): Promise<void>
  /** Ends what is under way; afterwards nothing is read any more. */
  close(): Promise<void>
}

const MOST_VERSIONS = 100

/** A file that cannot be read counts as one in error, so that its last good version stays served. */
const filesOf = ({ files }: CatalogSnapshot): readonly CatalogFile[] => files.map(({ path, source }) => ({ path, source: source ?? '' }))

const logIssues = (logger: Logger, issues: readonly CatalogIssue[]): void => {
  for (const { severity, code, file, line, column, message, blocks } of issues) {
    if (severity === 'error' || blocks === true) logger.warn({ code, at: `${file}:${line}:${column}` }, `catalog: ${message}`)
  }
}

/** Owners are read again only when their file has changed. */
const ownershipReader = (architectureTeam: string) => {
  let known: { readonly file: string; readonly ownership: Ownership } | undefined
  return ({ codeowners, commit }: CatalogSnapshot): Ownership | undefined => {
    // A source without commits has nobody who could own a path of it.
    if (codeowners === undefined) return commit === undefined ? undefined : { architectureTeam }
    const file = JSON.stringify(codeowners)
    if (known?.file !== file) known = { file, ownership: { architectureTeam, codeowners: parseCodeowners(codeowners) } }
    return known.ownership
  }
}

/** One call runs and one waits: whoever comes while one waits gets its answer. */
const coalesced = <Wish, Answer>(run: (wish: Wish) => Promise<Answer>, both: (left: Wish, right: Wish) => Wish) => {
  let latest: Promise<unknown> = Promise.resolve()
  let waiting: { wish: Wish; readonly answer: Promise<Answer> } | undefined
  const enqueue = <Some>(work: () => Promise<Some>): Promise<Some> => {
    const mine = latest.then(work, work)
    // Its caller hears of a failure; the next one only waits for its end.
    latest = Promise.allSettled([mine])
    return mine
  }
  return {
    enqueue,
    ask: (wish: Wish): Promise<Answer> => {
      if (waiting !== undefined) {
        waiting.wish = both(waiting.wish, wish)
        return waiting.answer
      }
      const own: { wish: Wish; answer: Promise<Answer> } = {
        wish, answer: enqueue(() => {
          waiting = undefined
          return run(own.wish)
        }),
      }
      waiting = own
      return own.answer
    },
    settled: async () => { await latest },
  }
}

/** Serves the source's documents; what is served is recorded first, so that the last good version outlives a restart and all replicas serve the same. */
export const createServedCatalog = (options: ServedCatalogOptions): ServedCatalog => {
  const { syncs, clock, logger, source, readMs = 60_000, publishMs = 30_000 } = options
  const actions = createActionRegistry(options.actions)
  for (const { type, code, message } of actions.issues) logger.error({ type, code }, `action not installed: ${message}`)
  const settings = { profile: options.profile, actions, templateEnv: options.templateEnv }
  const ownershipOf = ownershipReader(options.architectureTeam)
  let catalog = createCatalog([], settings)
  let loadedAt = 0
  let orderable = 0
  let hasErrors = false
  let issues: readonly CatalogIssue[] = []
  let issuesByFile: IssuesByFile = new Map()
  let state: CatalogSyncState = {}
  /** Of the sync that `catalog` is. 0: none. Absent: the store was not asked yet. */
  let number: number | undefined
  let stored = nothingStored
  /** The revision that this process itself read last. */
  let lastRead: string | undefined
  let publishing: Promise<void> = Promise.resolve()
  const closing = new AbortController()
  /** Items by definition, as long as this process has seen them: what was promised to a request does not change with its item. */
  const seen = new Map<string, LoadedItem['item']>()

  const reasons = (loaded: LoadedItem): readonly string[] =>
    [...unavailability(loaded, clock.now()), ...withoutKey(loaded, options.sealing)]

  const outcomeOf = (): CatalogReport['outcome'] =>
    state.problem !== undefined ? 'failed' : state.checkedAt === undefined ? undefined : hasErrors ? 'partial' : 'succeeded'

  const report = (): CatalogReport => {
    const outcome = outcomeOf()
    const { latest, checkedAt, problem } = state
    return {
      items: catalog.items.size, orderable, files: latest?.files ?? 0, loadedAt,
      ...(checkedAt === undefined ? {} : { lastSync: checkedAt }), ...(outcome === undefined ? {} : { outcome }), ...(problem === undefined ? {} : { problem }),
      ...(latest?.commit === undefined ? {} : { commit: latest.commit }), ...(latest === undefined ? {} : { revision: latest.revision }), issues,
    }
  }

  const serve = (next: Catalog, found: readonly CatalogIssue[]): void => {
    catalog = next
    // Once: probes of health ask for it every second.
    orderable = [...next.items.values()].filter((loaded) => reasons(loaded).length === 0).length
    for (const { hash, item } of next.items.values()) seen.set(hash, item)
    issues = found
    issuesByFile = byFile(found)
    hasErrors = found.some(({ severity }) => severity === 'error')
    loadedAt = clock.now()
  }

  /** What was recorded by others since, compiled as far as it is new here. */
  const takeUp = async (): Promise<boolean> => {
    const told = await syncs.state()
    const latest = told.latest?.number ?? 0
    // A store of an earlier version has what was served, and no sync yet.
    const served = latest === number ? [] : await syncs.served()
    if (latest === number || (latest === 0 && served.length === 0)) {
      number = latest
      state = told
      return false
    }
    const missing = served.filter((one) => !servesStored(catalog, one)).map(({ hash }) => hash)
    const sources = new Map((await syncs.sources(missing)).map((definition) => [definition.hash, definition.source]))
    const findings = (await syncs.findings()).toSorted((left, right) => (left.path < right.path ? -1 : 1))
    const next = restoreCatalog(served.map(({ itemId, hash, path }) => {
      const text = sources.get(hash)
      return { itemId, hash, path, ...(text === undefined ? {} : { source: text }) }
    }), { ...settings, earlier: catalog })
    const lost = served.filter(({ itemId }) => !next.items.has(itemId)).map(({ itemId }) => itemId)
    if (lost.length > 0) logger.warn({ items: lost }, 'catalog: what the store says is served cannot be read here; is an action not installed?')
    serve(next, findings.flatMap(issuesOfFinding))
    stored = storedOf(served, findings)
    // Last, and at once with the catalog: nobody is told of a commit that is not served here yet.
    state = told
    number = latest
    return true
  }

  /** Behind the refresh: whoever asked for it does not wait for the repository's host. */
  const publish = (commit: string, snapshot: CatalogSnapshot): void => {
    if (source.publish === undefined) return
    const verdict = verdictOf(commit, snapshot, issues)
    publishing = Promise.resolve(source.publish(verdict, AbortSignal.any([closing.signal, AbortSignal.timeout(publishMs)])))
      .catch((error: unknown) => { logger.warn({ err: error, commit }, 'what was found in the catalog could not be shown at its commit') })
  }

  const isKnown = ({ revision, commit }: CatalogSnapshot): boolean =>
    // Replicas with folders of their own, as in two images, would else undo each other's catalog at each poll.
    state.latest !== undefined && (commit === undefined ? revision === lastRead : revision === state.latest?.revision)

  const noteCheck = async (claim: SyncClaim, problem?: string): Promise<void> => {
    const at = clock.now()
    if (await syncs.checked(claim, at, problem) === 'claim-lost') return
    const { problem: _before, ...rest } = state
    state = problem === undefined ? { ...rest, checkedAt: at } : { ...rest, problem }
  }

  const record = async (claim: SyncClaim, snapshot: CatalogSnapshot, next: Catalog, found: readonly CatalogIssue[]): Promise<void> => {
    const change = catalogChange(stored, next, byFile(found))
    const isStart = lastRead === undefined
    const { revision, commit, files } = snapshot
    const isNews = !isNoChange(change) || state.latest?.revision !== revision
    if (isNews) {
      const sync = { number: (number ?? 0) + 1, revision, at: clock.now(), files: files.length, ...(commit === undefined ? {} : { commit }) }
      if (await syncs.record(claim, sync, change) === 'claim-lost') throw new PaoError('CATALOG_UNAVAILABLE', 'Another replica has taken over reading the catalog; what it finds is taken up when it is done.', { retryable: true })
      state = { latest: sync, checkedAt: sync.at }
      number = sync.number
      stored = afterChange(stored, change)
    } else await noteCheck(claim)
    serve(next, found)
    logIssues(logger, isStart ? found : change.findings.flatMap(issuesOfFinding))
    if (isNews && commit !== undefined) publish(commit, snapshot)
  }

  const readOnce = ({ rebuild = false, patienceMs = CLAIM_PATIENCE_MS }: RefreshOptions): Promise<CatalogReport> => underClaim({ ...options, signal: closing.signal }, patienceMs, async (claim) => {
    await takeUp()
    const snapshot = await readCatalogSource(source, readMs, logger, closing.signal).catch(async (error: unknown) => {
      await noteCheck(claim, error instanceof Error ? error.message : String(error))
      throw error
    })
    if (!rebuild && isKnown(snapshot)) await noteCheck(claim)
    else {
      const ownership = ownershipOf(snapshot)
      const next = createCatalog(filesOf(snapshot), { ...settings, earlier: catalog, ...(ownership === undefined ? {} : { ownership }) })
      await record(claim, snapshot, next, issuesIn(next, snapshot))
    }
    lastRead = snapshot.revision
    return report()
  })

  const line = coalesced(readOnce, (left: RefreshOptions, right: RefreshOptions): RefreshOptions => ({
    rebuild: left.rebuild === true || right.rebuild === true, patienceMs: Math.max(left.patienceMs ?? CLAIM_PATIENCE_MS, right.patienceMs ?? CLAIM_PATIENCE_MS),
  }))

  const settled = async (): Promise<void> => {
    await line.settled()
    await publishing
  }

  const newestOf = async (itemId: string, [newest]: readonly ServedVersion[]): Promise<LoadedItem | undefined> => {
    const served = catalog.get(itemId)
    if (served !== undefined || newest === undefined) return served
    const [definition] = await syncs.sources([newest.hash])
    return definition === undefined ? undefined : loadDefinition({ ...settings, path: definition.path, source: definition.source })
  }

  return {
    current: () => catalog,
    report,
    unavailability: reasons,
    issuesOf: ({ path }) => issuesByFile.get(path) ?? [],
    refresh: (refresh = {}) => line.ask(refresh),
    follow: () => line.enqueue(takeUp),
    estimatedSeconds: ({ accepted: { subject }, revision }) => {
      const item = seen.get(subject.definitionHash) ?? catalog.get(subject.id)?.item
      return item === undefined ? undefined : estimatedSeconds(item, revision.plan.mode)
    },
    versions: async (itemId) => {
      const versions = await syncs.versions(itemId, MOST_VERSIONS)
      return { newest: await newestOf(itemId, versions), versions }
    },
    validations: ({ path }) => syncs.validations(path),
    settled,
    close: () => {
      closing.abort()
      return settled()
    },
  }
}
