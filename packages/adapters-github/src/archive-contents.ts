import { catalogLimits } from '@pao/core'
import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'

const unpacked = promisify(gunzip)

/** Of an archive, unpacked. */
const MOST_BYTES = 536_870_912

const BLOCK = 512

const blobId = (content: Buffer): string => createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex')

/** Files of a tar archive, whatever their names are. What is no archive has none. */
const filesOf = function* (tar: Buffer): Generator<Buffer> {
  for (let at = 0; at + BLOCK <= tar.length;) {
    const size = Number.parseInt(tar.toString('latin1', at + 124, at + 136).replaceAll('\0', ' ').trim() || '0', 8)
    if (!Number.isSafeInteger(size)) return
    const [type, begin] = [tar.toString('latin1', at + 156, at + 157), at + BLOCK]
    if (type === '0' || type === '\0') yield tar.subarray(begin, begin + size)
    at = begin + Math.ceil(size / BLOCK) * BLOCK
  }
}

/**
 * The contents among a gzipped tar archive's files that have these blob ids. By their ids and not by their names: an archive may leave files out and
 * change them (`export-ignore`, `export-subst`), and then they are not found here.
 */
export const archiveContents = async (archive: Buffer, ids: ReadonlySet<string>): Promise<ReadonlyMap<string, Uint8Array>> => {
  const found = new Map<string, Uint8Array>()
  for (const content of filesOf(await unpacked(archive, { maxOutputLength: MOST_BYTES }))) {
    if (content.length > catalogLimits.fileBytes) continue
    const id = blobId(content)
    // A copy, so that the archive does not stay in memory for its sake.
    if (ids.has(id)) found.set(id, Uint8Array.from(content))
  }
  return found
}
