import { access, constants, mkdir } from 'node:fs/promises'
import { PaoError } from '@pao/core'

/**
 * Root's database runs as another user, who has to get through; what is secret in the directory has a mode of its own. Closed to others
 * for everybody else.
 */
const directoryMode = (): number => (process.getuid?.() === 0 ? 0o711 : 0o750)

/** Makes the data directory and sees that it can be written. Throws PaoError CONFIGURATION, with what to do, when it cannot. */
export const prepareDataDirectory = async (path: string): Promise<void> => {
  try {
    await mkdir(path, { recursive: true, mode: directoryMode() })
    await access(path, constants.W_OK | constants.X_OK)
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? String(cause)
    throw new PaoError('CONFIGURATION', `The data directory ${path} cannot be written (${code}). Give this user the right to, or set PAO_DATA_DIR to another folder.`, { cause })
  }
}
