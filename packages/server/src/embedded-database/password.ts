import { randomBytes } from 'node:crypto'
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code

const read = async (file: string): Promise<string | undefined> => {
  try {
    const password = (await readFile(file, 'utf8')).trim()
    return password === '' ? undefined : password
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  }
}

/** Gives `fresh` the name `file` unless that is taken: a second server never sees half a password, nor replaces the first one's. */
const publish = async (fresh: string, file: string): Promise<void> => {
  try {
    await link(fresh, file)
  } catch (error) {
    if (codeOf(error) === 'EEXIST' && await read(file) !== undefined) return
    // An empty file is as good as none, and some file systems have no links.
    await rename(fresh, file)
  }
}

/** The database's password: made once, at random, kept in a file that only this process's user can read. */
export const readOrMakePassword = async (home: string): Promise<string> => {
  const file = join(home, 'password')
  const known = await read(file)
  if (known !== undefined) return known
  const made = randomBytes(24).toString('base64url')
  const fresh = `${file}.${randomBytes(6).toString('hex')}`
  await writeFile(fresh, `${made}\n`, { mode: 0o600 })
  try {
    await publish(fresh, file)
  } finally {
    await rm(fresh, { force: true })
  }
  return await read(file) ?? made
}
