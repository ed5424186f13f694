import { randomBytes } from 'node:crypto'
import { chmod, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

const fileOf = (home: string): string => join(home, 'password')

const read = async (home: string): Promise<string | undefined> => {
  try {
    return (await readFile(fileOf(home), 'utf8')).trim()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/** The database's password: made once, at random, kept in a file that only this process's user can read. */
export const readOrMakePassword = async (home: string): Promise<string> => {
  const known = await read(home)
  if (known !== undefined && known !== '') return known
  try {
    await writeFile(fileOf(home), `${randomBytes(24).toString('base64url')}\n`, { mode: 0o600, flag: known === undefined ? 'wx' : 'w' })
    await chmod(fileOf(home), 0o600)
  } catch (error) {
    // Another server made it in the meantime: its password is the one.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
  return (await readFile(fileOf(home), 'utf8')).trim()
}
