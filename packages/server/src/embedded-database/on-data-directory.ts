import { PaoError } from '@pao/core'

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOTDIR: 'a part of the path is a file',
  EEXIST: 'a part of the path is a file',
  ENOENT: 'it cannot be made',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  ELOOP: 'its links form a circle',
  ENAMETOOLONG: 'the path is too long',
}

/** Runs `work` on the data directory; a file system that refuses it becomes one line that says what to do (`CONFIGURATION`). */
export const onDataDirectory = async <Value>(directory: string, work: () => Promise<Value>): Promise<Value> => {
  try {
    return await work()
  } catch (cause) {
    const reason = reasons[(cause as NodeJS.ErrnoException).code ?? '']
    if (reason === undefined) throw cause
    throw new PaoError(
      'CONFIGURATION',
      `The data directory ${directory} is not writable: ${reason}. ` +
        'Set PAO_DATA_DIR to a directory that this user may write, or DATABASE_URL to a PostgreSQL of your own.',
      { cause },
    )
  }
}
