import { readFile } from 'node:fs/promises'
import { userInfo } from 'node:os'

/** The operating system's user that PostgreSQL runs as. */
export interface OsUser {
  readonly name: string
  /** Present only where this process (as root) has to become that user; absent: it already is. */
  readonly ids?: { readonly uid: number; readonly gid: number }
}

interface PasswdEntry {
  readonly name: string
  readonly uid: number
  readonly gid: number
}

/** Existing unprivileged users that root may run PostgreSQL as, the best first. No user is ever created. */
const preferred = ['postgres', 'nobody', 'daemon']

const parsePasswd = (text: string): readonly PasswdEntry[] =>
  text.split('\n').flatMap((line) => {
    const [name, , uid, gid] = line.split(':')
    return name !== undefined && /^\d+$/.test(uid ?? '') && /^\d+$/.test(gid ?? '')
      ? [{ name, uid: Number(uid), gid: Number(gid) }]
      : []
  })

const readPasswd = async (): Promise<readonly PasswdEntry[]> => {
  try {
    return parsePasswd(await readFile('/etc/passwd', 'utf8'))
  } catch (error) {
    // A minimal container may have no such file; numeric ids work without it.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

/** The user of this process. */
export const ownUser = (): OsUser => {
  try {
    return { name: userInfo().username }
  } catch {
    // Containers may run as an id that no file names.
    return { name: String(process.getuid?.() ?? 'unknown') }
  }
}

export const isRoot = (): boolean => process.getuid?.() === 0

/** The unprivileged user for this process as root, because PostgreSQL refuses to run as root itself. */
export const unprivilegedUser = async (): Promise<Required<OsUser>> => {
  const entries = await readPasswd()
  const entry = preferred
    .map((name) => entries.find((candidate) => candidate.name === name && candidate.uid > 0))
    .find((candidate) => candidate !== undefined)
  return entry === undefined
    ? { name: '65534', ids: { uid: 65_534, gid: 65_534 } }
    : { name: entry.name, ids: { uid: entry.uid, gid: entry.gid } }
}

/** The user with these ids, by its name where it has one. */
export const userOfIds = async (uid: number, gid: number): Promise<OsUser> => {
  const entry = (await readPasswd()).find((candidate) => candidate.uid === uid)
  return { name: entry?.name ?? String(uid), ids: { uid, gid } }
}
