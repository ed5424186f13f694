import { access, constants, mkdir } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { PaoError } from '@pao/core'

/**
 * Root's database runs as another user, who has to get through; what is secret in the directory has a mode of its own. Closed to others
 * for everybody else.
 */
const directoryMode = (): number => (process.getuid?.() === 0 ? 0o711 : 0o750)

const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code

/** What is there already is looked at by the caller. */
const makeOne = (path: string, mode: number): Promise<void> =>
  mkdir(path, { mode }).catch((error: unknown) => { if (codeOf(error) !== 'EEXIST') throw error })

/** Node's own `recursive` never ends where a directory that exists answers ENOENT, as /proc does. */
const makeDirectories = async (path: string, mode: number): Promise<void> => {
  try {
    await makeOne(path, mode)
  } catch (error) {
    if (codeOf(error) !== 'ENOENT' || dirname(path) === path) throw error
    await makeDirectories(dirname(path), mode)
    await makeOne(path, mode)
  }
}

/** Makes the data directory and sees that it can be written. Throws PaoError CONFIGURATION, with what to do, when it cannot. */
export const prepareDataDirectory = async (path: string): Promise<void> => {
  try {
    await makeDirectories(resolve(path), directoryMode())
    await access(path, constants.W_OK | constants.X_OK)
  } catch (cause) {
    const code = codeOf(cause) ?? String(cause)
    throw new PaoError('CONFIGURATION', `The data directory ${path} cannot be written (${code}). Give this user the right to, or set PAO_DATA_DIR to another folder.`, { cause })
  }
}
