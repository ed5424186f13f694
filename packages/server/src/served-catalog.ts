import { createActionRegistry, createCatalog, estimatedSeconds, isPaoError, loadDefinition, PaoError, snapshotProblem, unavailability } from '@pao/core'
import type { Catalog, CatalogFile, Issue, LoadedItem, ServiceRequest } from '@pao/core'
import type { AnyAction } from '@pao/core/action'
import type { CatalogDefinition, CatalogDefinitions, CatalogSnapshot, CatalogSource, Clock, Logger } from '@pao/core/ports'
import { withoutKey } from './without-key.js'

export interface ServedCatalogOptions {
  readonly source: CatalogSource
  readonly profile: 'compat' | 'strict'
  readonly actions: readonly AnyAction[]
  /** Names of process variables that templates may read. */
  readonly templateEnv: readonly string[]
  readonly definitions: CatalogDefinitions
  /** Whether password fields can be encrypted here. */
  readonly sealing: boolean
  readonly clock: Clock
  readonly logger: Logger
  /** Milliseconds that a read of the source may take. Default 60,000: one that does not answer must not keep others waiting for ever. */
  readonly readMs?: number
}

/** An issue of a document, or of a file that could not be read at all. */
type CatalogIssue = Omit<Issue, 'code'> & { readonly code: Issue['code'] | 'file-unreadable' }

/** What reading the source gave. */
export interface CatalogReport {
  readonly items: number
  readonly orderable: number
  readonly files: number
  /** 0: not read yet. */
  readonly loadedAt: number
  /** Of every file: also of those whose last good version is still served. */
  readonly issues: readonly CatalogIssue[]
}

/** The catalog that this process serves: replaced as a whole by a refresh, never changed. */
export interface ServedCatalog {
  current(): Catalog
  /** Reads the source. Throws PaoError CATALOG_UNAVAILABLE when it cannot be read; then all stays as it was. */
  refresh(): Promise<CatalogReport>
  report(): CatalogReport
  /** Why nobody can order the item now. Empty: it can be ordered. */
  unavailability(loaded: LoadedItem): readonly string[]
  /** What was found in the item's file as it is now, also where its last good version is served. */
  issuesOf(loaded: LoadedItem): readonly CatalogIssue[]
  /** Seconds from acceptance to completion, as the request's document promised them; of a document that is not known here any more, as the item promises now. */
  estimatedSeconds(request: Pick<ServiceRequest, 'accepted' | 'revision'>): number | undefined
}

const definitionOf = ({ hash, kind, item, path, source }: LoadedItem): CatalogDefinition => ({ hash, kind, itemId: item.id, version: item.version, path, source })

/** A file that cannot be read counts as one in error, so that its last good version stays served. */
const filesOf = ({ files }: CatalogSnapshot): readonly CatalogFile[] => files.map(({ path, source }) => ({ path, source: source ?? '' }))

const issuesIn = (catalog: Catalog, { files }: CatalogSnapshot): readonly CatalogIssue[] => {
  const why = new Map(files.map((file) => [file.path, file.unreadable]))
  return catalog.issues.map((issue) => {
    const reason = issue.code === 'empty-document' ? why.get(issue.file) : undefined
    return reason === undefined ? issue : { ...issue, code: 'file-unreadable', message: `the file cannot be read: ${reason}` }
  })
}

const byFile = (issues: readonly CatalogIssue[]): ReadonlyMap<string, readonly CatalogIssue[]> => {
  const found = new Map<string, CatalogIssue[]>()
  for (const issue of issues) {
    const before = found.get(issue.file)
    if (before === undefined) found.set(issue.file, [issue])
    else before.push(issue)
  }
  return found
}

const logIssues = (logger: Logger, issues: readonly CatalogIssue[]): void => {
  for (const { severity, code, file, line, column, message, blocks } of issues) {
    if (severity === 'error' || blocks === true) logger.warn({ code, at: `${file}:${line}:${column}` }, `catalog: ${message}`)
  }
}

/**
 * Of what the store remembers to have been served, the versions that matter now: where a file is in error, a bundle does not fit its items, two files give one item, or an
 * item has changed, whose form is compared with the one before.
 * Reading a document again costs time that a start should not take for those that are good.
 */
const lastGood = (catalog: Catalog, remembered: readonly CatalogDefinition[]): readonly LoadedItem[] => {
  const bad = new Set([...catalog.documents.values()].filter(({ item }) => item === undefined || !catalog.items.has(item.item.id)).map(({ path }) => path))
  const disputed = new Set(catalog.issues.filter(({ code }) => code === 'duplicate-item').map(({ file }) => catalog.documents.get(file)?.item?.item.id))
  return remembered
    .filter(({ path, itemId, hash }) => bad.has(path) || disputed.has(itemId) || (catalog.get(itemId)?.hash ?? hash) !== hash)
    .flatMap(({ path, source }) => loadDefinition({ ...catalog.options, path, source }) ?? [])
}

/** Reads within bounds, also from an adapter that does not keep to the port's laws: what breaks them changes nothing that is served. */
const readSource = async ({ source, logger, readMs = 60_000 }: ServedCatalogOptions): Promise<CatalogSnapshot> => {
  const signal = AbortSignal.timeout(readMs)
  const late = new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => { reject(new PaoError('CATALOG_UNAVAILABLE', `The catalog (${source.description}) was not read within ${readMs / 1000} seconds.`, { retryable: true })) })
  })
  const reading = source.read(signal).catch((error: unknown) => {
    if (isPaoError(error)) throw error
    // The port's law is CATALOG_UNAVAILABLE: anything else is a fault of the adapter, whose trace its author needs.
    logger.error({ err: error }, 'the catalog source failed by an error of its own')
    throw new PaoError('CATALOG_UNAVAILABLE', `The catalog (${source.description}) cannot be read: ${error instanceof Error ? error.message : 'no reason given'}.`, { cause: error })
  })
  const snapshot = await Promise.race([reading, late])
  const problem = snapshotProblem(snapshot)
  if (problem !== undefined) throw new PaoError('CATALOG_UNAVAILABLE', `The catalog source (${source.description}) gave what is no catalog: ${problem}.`)
  return snapshot
}

/** Serves the source's documents; what is served is stored first, so that the last good version outlives a restart. */
export const createServedCatalog = (options: ServedCatalogOptions): ServedCatalog => {
  const { definitions, clock, logger } = options
  const actions = createActionRegistry(options.actions)
  for (const { type, code, message } of actions.issues) logger.error({ type, code }, `action not installed: ${message}`)
  const settings = { profile: options.profile, actions, templateEnv: options.templateEnv }
  let catalog = createCatalog([], settings)
  let report: CatalogReport = { items: 0, orderable: 0, files: 0, loadedAt: 0, issues: [] }
  let issuesByFile: ReadonlyMap<string, readonly CatalogIssue[]> = new Map()
  /** Items by definition, as long as this process has seen them: what was promised to a request does not change with its item. */
  const seen = new Map<string, LoadedItem['item']>()
  let latest: Promise<unknown> = Promise.resolve()

  const reasons = (loaded: LoadedItem): readonly string[] =>
    [...unavailability(loaded, clock.now()), ...withoutKey(loaded, options.sealing)]

  const store = async (next: Catalog, before: readonly CatalogDefinition[]): Promise<void> => {
    const known = new Map(before.map(({ itemId, hash }) => [itemId, hash]))
    const changed = [...next.items.values()].filter(({ hash, item }) => known.get(item.id) !== hash)
    const gone = [...known.keys()].filter((id) => !next.items.has(id))
    if (changed.length > 0) await definitions.serve(changed.map(definitionOf), clock.now())
    if (gone.length > 0) await definitions.withdraw(gone)
  }

  const read = async (): Promise<CatalogReport> => {
    const snapshot = await readSource(options)
    const files = filesOf(snapshot)
    const first = report.loadedAt === 0
    const remembered = first ? await definitions.served() : []
    const fresh = createCatalog(files, { ...settings, earlier: catalog })
    const previous = lastGood(fresh, remembered)
    const next = previous.length === 0 ? fresh : createCatalog(files, { ...settings, earlier: fresh, previous })
    await store(next, first ? remembered : [...catalog.items.values()].map(definitionOf))
    catalog = next
    for (const { hash, item } of next.items.values()) seen.set(hash, item)
    const issues = issuesIn(next, snapshot)
    const served = [...next.items.values()]
    report = { items: served.length, orderable: served.filter((loaded) => reasons(loaded).length === 0).length, files: next.documents.size, loadedAt: clock.now(), issues }
    issuesByFile = byFile(issues)
    logIssues(logger, issues)
    return report
  }

  return {
    current: () => catalog,
    report: () => report,
    unavailability: reasons,
    issuesOf: ({ path }) => issuesByFile.get(path) ?? [],
    // One after the other: two at once could store what neither of them serves.
    refresh: () => {
      const mine = latest.then(read, read)
      // Its caller hears of a failure; the next refresh only waits for its end.
      latest = Promise.allSettled([mine])
      return mine
    },
    estimatedSeconds: ({ accepted: { subject }, revision }) => {
      const item = seen.get(subject.definitionHash) ?? catalog.get(subject.id)?.item
      return item === undefined ? undefined : estimatedSeconds(item, revision.plan.mode)
    },
  }
}
