import { stat } from 'node:fs/promises'
import { dirname } from 'node:path'

import type { OsUser } from './os-user.js'

const ancestorsOf = (path: string): readonly string[] => {
  const parent = dirname(path)
  return parent === path ? [path] : [path, ...ancestorsOf(parent)]
}

/**
 * Whether the user may enter `directory` and every directory above it, by their owner and mode. Access lists are not read:
 * they can only make this answer too careful.
 */
export const isReachable = async (directory: string, user: OsUser): Promise<boolean> => {
  if (user.ids === undefined) return true
  for (const ancestor of ancestorsOf(directory)) {
    const { uid, gid, mode } = await stat(ancestor)
    const bit = uid === user.ids.uid ? 0o100 : gid === user.ids.gid ? 0o010 : 0o001
    if ((mode & bit) === 0) return false
  }
  return true
}
