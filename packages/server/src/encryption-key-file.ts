import { randomBytes, randomUUID } from 'node:crypto'
import { link, open, readFile, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { PaoError } from '@pao/core/action'
import { encryptionKey } from './config-schema.js'

const existsAlready = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'EEXIST'

/** Writes a new key, readable by its owner only. Linked into place whole: a crash leaves no half key, and the first of two processes wins. */
const make = async (path: string): Promise<void> => {
  const draft = `${path}.${randomUUID()}`
  const file = await open(draft, 'wx', 0o600)
  try {
    await file.writeFile(`${randomBytes(32).toString('base64')}\n`)
    await file.sync()
    await link(draft, path)
  } catch (error) {
    if (!existsAlready(error)) throw error
  } finally {
    await file.close()
    await unlink(draft)
  }
}

const read = (path: string): Promise<string | undefined> =>
  readFile(path, 'utf8').catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  })

/** The key that encrypts password fields where PAO_ENCRYPTION_KEY is not set: made once, beside the data that it protects. */
export const encryptionKeyFile = async (dataDirectory: string): Promise<Buffer> => {
  const path = join(dataDirectory, 'encryption.key')
  if (await read(path) === undefined) await make(path)
  const key = encryptionKey(await read(path) ?? '')
  if (key === undefined) throw new PaoError('CONFIGURATION', `${path} does not hold an encryption key. Restore it from a backup, or remove it: values encrypted with it cannot be read any more.`)
  return key
}
