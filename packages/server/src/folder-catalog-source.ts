import { createHash } from 'node:crypto'
import type { BigIntStats, Dirent } from 'node:fs'
import { readdir, readFile, realpath, stat } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { catalogLimits, isDocumentPath, isPaoError, PaoError } from '@pao/core'
import type { CatalogSnapshot, CatalogSource, SnapshotFile } from '@pao/core/ports'
import { watchFolder } from './watch-folder.js'

const MAX_DEPTH = 16
const OPEN_AT_ONCE = 64
/** A folder in which somebody writes is read again until nothing changed under the reading. */
const READINGS = 5

/** A document as it was found. `state` changes when what a read of it gives does. */
interface Found {
  readonly path: string
  readonly state: string
  /** Where it really lies. Absent: it cannot be read, and `why` says so. */
  readonly real?: string
  readonly why?: string
}

const why = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? String(error)

/** True for the root itself and what lies below it, both without links. */
const isInside = (root: string, path: string): boolean => path === root || path.startsWith(root.endsWith(sep) ? root : root + sep)

const unfit = (root: string, real: string, facts: BigIntStats): string | undefined => {
  // A link is followed only to a file inside the catalog (Kubernetes mounts are made of such links), and read where it leads.
  if (!isInside(root, real)) return 'it is a link that leads out of the catalog'
  if (!facts.isFile()) return 'it is not a file'
  return facts.size > catalogLimits.fileBytes ? `it is larger than ${catalogLimits.fileBytes} bytes` : undefined
}

/** Where a name of the walk lies. */
interface Place {
  readonly place: string
  readonly isLink: boolean
}

const find = async (root: string, { place, isLink }: Place): Promise<Found> => {
  const path = relative(root, place).split(sep).join('/')
  try {
    const real = isLink ? await realpath(place) : place
    const facts = await stat(real, { bigint: true })
    const reason = unfit(root, real, facts)
    return reason === undefined ? { path, real, state: [real, facts.ino, facts.size, facts.mtimeNs, facts.ctimeNs].join(' ') } : { path, state: reason, why: reason }
  } catch (error) {
    return { path, state: why(error), why: why(error) }
  }
}

const read = async ({ path, real, why: reason }: Found): Promise<SnapshotFile> => {
  if (real === undefined) return { path, unreadable: reason ?? 'it cannot be read' }
  try {
    return { path, source: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(await readFile(real)) }
  } catch (error) {
    return { path, unreadable: error instanceof TypeError ? 'it is not UTF-8 text' : why(error) }
  }
}

/** All documents below, sorted by path; links to folders are not entered. */
const walk = async (root: string, directory: string, depth: number, found: Place[]): Promise<void> => {
  const entries: Dirent[] = await readdir(directory, { withFileTypes: true })
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(directory, entry.name)
    if (entry.isDirectory() && depth < MAX_DEPTH && !entry.name.startsWith('.')) await walk(root, path, depth + 1, found)
    else if (!entry.isDirectory() && isDocumentPath(entry.name)) found.push({ place: path, isLink: entry.isSymbolicLink() })
    if (found.length > catalogLimits.files) throw new PaoError('CATALOG_UNAVAILABLE', `The catalog folder ${root} has more than ${catalogLimits.files} documents. Split the catalog.`)
  }
}

const inBatches = async <From, To>(all: readonly From[], signal: AbortSignal, one: (from: From) => Promise<To>): Promise<readonly To[]> => {
  const done: To[] = []
  for (let start = 0; start < all.length; start += OPEN_AT_ONCE) {
    signal.throwIfAborted()
    done.push(...await Promise.all(all.slice(start, start + OPEN_AT_ONCE).map(one)))
  }
  return done
}

const look = async (directory: string, signal: AbortSignal): Promise<readonly Found[]> => {
  const root = await realpath(directory)
  const places: Place[] = []
  await walk(root, root, 0, places)
  return inBatches(places, signal, (place) => find(root, place))
}

const isSame = (before: readonly Found[], after: readonly Found[]): boolean =>
  before.length === after.length && before.every(({ path, state }, index) => path === after[index]?.path && state === after[index].state)

/** Of content, so that two processes over one folder agree, and a file that was only touched changes nothing. */
const revisionOf = (files: readonly SnapshotFile[]): string => {
  const hash = createHash('sha256')
  for (const { path, source, unreadable } of files) {
    const [kind, text] = source === undefined ? ['unreadable', unreadable] : ['text', source]
    hash.update(`${kind} ${Buffer.byteLength(path)} ${Buffer.byteLength(text)} ${path}${text}`)
  }
  return hash.digest('hex')
}

const readWhole = async (directory: string, signal: AbortSignal): Promise<CatalogSnapshot> => {
  for (let reading = 0; reading < READINGS; reading += 1) {
    const before = await look(directory, signal)
    const files = await inBatches(before, signal, read)
    if (isSame(before, await look(directory, signal))) return { revision: revisionOf(files), files }
  }
  throw new PaoError('CATALOG_UNAVAILABLE', `The catalog folder ${directory} changes all the time: it was read ${READINGS} times and never stood still.`, { retryable: true })
}

/**
 * Port CatalogSource over a folder: every `.yaml` and `.yml` file below it, in the order of the paths. A link is followed to a file inside the
 * folder only. Changes are told as they come.
 */
export const folderCatalogSource = (directory: string): CatalogSource => ({
  description: directory,
  read: async (signal) => {
    signal.throwIfAborted()
    try {
      return await readWhole(directory, signal)
    } catch (error) {
      if (isPaoError(error) || signal.aborted) throw error
      throw new PaoError('CATALOG_UNAVAILABLE', `The catalog folder ${directory} cannot be read (${why(error)}). Set PAO_CATALOG to a folder of YAML documents.`, { cause: error, retryable: true })
    }
  },
  watch: (changed) => watchFolder(directory, changed),
})
