import { constants } from 'node:fs'
import { open, readFile, readlink, realpath } from 'node:fs/promises'
import { join } from 'node:path'

import { ownUser } from './os-user.js'
import { runCommand } from './run-command.js'

/** What PostgreSQL wrote about itself into `postmaster.pid`. */
export interface Postmaster {
  readonly pid: number
  /** `undefined` until it has written its port, in the first moments of a start. */
  readonly port: number | undefined
}

const pidFileOf = (cluster: string): string => join(cluster, 'postmaster.pid')

const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code

/** The server that last used this cluster, alive or not; `undefined` when it ended cleanly. */
export const readPostmaster = async (cluster: string): Promise<Postmaster | undefined> => {
  try {
    const [pid, , , port] = (await readFile(pidFileOf(cluster), 'utf8')).split('\n')
    const number = Number(pid)
    return Number.isInteger(number) && number > 0 ? { pid: number, port: Number(port) > 0 ? Number(port) : undefined } : undefined
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  }
}

/** Whether any process has this id, a dead one that nobody waited for included. */
export const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return codeOf(error) === 'EPERM'
  }
}

/** PostgreSQL works in its data directory, which /proc shows of processes of the same user. */
const worksIn = async (pid: number, cluster: string): Promise<boolean> => {
  try {
    return await readlink(`/proc/${pid}/cwd`) === await realpath(cluster)
  } catch {
    // Gone, a zombie, or of another user: in each case not the server of this cluster.
    return false
  }
}

const describeProcess = async (pid: number): Promise<string> => {
  const [program, args] = process.platform === 'win32'
    ? ['tasklist', ['/FI', `PID eq ${pid}`, '/FO', 'CSV', '/NH']] as const
    : ['ps', ['-ww', '-o', 'command=', '-p', String(pid)]] as const
  return (await runCommand(program, args, { user: ownUser(), directory: process.cwd() })).text
}

/**
 * Whether the process with this id is the living PostgreSQL of this cluster. Process ids are used again, so the id alone says
 * nothing: a process that is not proven to be ours is never signalled.
 */
export const isServerOf = async (pid: number, cluster: string): Promise<boolean> => {
  if (!isAlive(pid)) return false
  if (process.platform === 'linux') return worksIn(pid, cluster)
  const description = await describeProcess(pid)
  return process.platform === 'win32' ? /postgres\.exe/i.test(description) : /postgres/.test(description) && description.includes(cluster)
}

/** Whether PostgreSQL works on this cluster: serving, starting, recovering or stopping. */
export const isRunning = async (cluster: string): Promise<boolean> => {
  const last = await readPostmaster(cluster)
  return last !== undefined && isServerOf(last.pid, cluster)
}

/**
 * PostgreSQL takes a stale `postmaster.pid` for a living server when another process has got its id since. Naming this process
 * instead, which PostgreSQL knows for its starter, lets it start and still check that no backend of the old server is left.
 */
export const disownPid = async (cluster: string, stale: number): Promise<void> => {
  const file = await open(pidFileOf(cluster), constants.O_RDWR | (constants.O_NOFOLLOW ?? 0))
  try {
    const [pid, ...rest] = (await file.readFile('utf8')).split('\n')
    // A server that started in the meantime has put a new file in the old one's place.
    if (Number(pid) !== stale) return
    await file.truncate(0)
    await file.write([String(process.pid), ...rest].join('\n'), 0)
  } finally {
    await file.close()
  }
}
