import type { Dirent } from 'node:fs'
import { readdir, readFile, realpath, stat } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { PaoError } from '@pao/core'

/** A document as it lies in the folder. */
interface CatalogFile {
  /** Inside the catalog, with `/`. */
  readonly path: string
  readonly source: string
}

/** A file that could not be read, and why. It never hides the others. */
interface UnreadableFile {
  readonly path: string
  readonly why: string
}

export interface CatalogFolder {
  readonly files: readonly CatalogFile[]
  readonly unreadable: readonly UnreadableFile[]
}

const MAX_FILE_BYTES = 1024 * 1024
const MAX_FILES = 10_000
const MAX_DEPTH = 16
const OPEN_AT_ONCE = 64

const isDocument = (name: string): boolean => /\.ya?ml$/i.test(name) && !name.startsWith('.')

const why = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? String(error)

/** True for the root itself and what lies below it, both without links. */
const isInside = (root: string, path: string): boolean => path === root || path.startsWith(root.endsWith(sep) ? root : root + sep)

const readDocument = async (root: string, path: string, shown: string): Promise<CatalogFile | UnreadableFile> => {
  try {
    // A link is followed only to a file inside the catalog (Kubernetes mounts are made of such links), and read where it leads.
    const real = await realpath(path)
    if (!isInside(root, real)) return { path: shown, why: 'it is a link that leads out of the catalog' }
    const facts = await stat(real)
    if (!facts.isFile()) return { path: shown, why: 'it is not a file' }
    if (facts.size > MAX_FILE_BYTES) return { path: shown, why: `it is larger than ${MAX_FILE_BYTES} bytes` }
    return { path: shown, source: new TextDecoder('utf-8', { fatal: true }).decode(await readFile(real)) }
  } catch (error) {
    return { path: shown, why: error instanceof TypeError ? 'it is not UTF-8 text' : why(error) }
  }
}

/** Paths of all documents below, sorted; links to folders are not entered. */
const walk = async (directory: string, depth: number, found: string[]): Promise<void> => {
  const entries: Dirent[] = await readdir(directory, { withFileTypes: true })
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(directory, entry.name)
    if (entry.isDirectory() && depth < MAX_DEPTH && !entry.name.startsWith('.')) await walk(path, depth + 1, found)
    else if (!entry.isDirectory() && isDocument(entry.name)) found.push(path)
    if (found.length > MAX_FILES) throw new PaoError('CONFIGURATION', `The catalog has more than ${MAX_FILES} files.`)
  }
}

/** Reads every `.yaml` and `.yml` file below a folder. Throws PaoError CONFIGURATION when the folder itself cannot be read. */
export const readCatalogFolder = async (directory: string): Promise<CatalogFolder> => {
  const paths: string[] = []
  const root = await realpath(directory)
    .then(async (real) => {
      await walk(real, 0, paths)
      return real
    })
    .catch((error: unknown) => {
      if (error instanceof PaoError) throw error
      throw new PaoError('CONFIGURATION', `The catalog folder ${directory} cannot be read (${why(error)}). Set PAO_CATALOG to a folder of YAML documents.`, { cause: error })
    })
  const read: (CatalogFile | UnreadableFile)[] = []
  for (let start = 0; start < paths.length; start += OPEN_AT_ONCE) {
    read.push(...await Promise.all(paths.slice(start, start + OPEN_AT_ONCE).map((path) => readDocument(root, path, relative(root, path).split(sep).join('/')))))
  }
  return {
    files: read.filter((file): file is CatalogFile => 'source' in file),
    unreadable: read.filter((file): file is UnreadableFile => 'why' in file),
  }
}
