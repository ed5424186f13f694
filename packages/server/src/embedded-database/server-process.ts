import { chmod, open, readFile, rename, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

import { PaoError } from '@pao/core'

import type { Cluster } from './cluster.js'
import { isRunning, isServerOf, readPostmaster } from './postmaster.js'
import { runCommand } from './run-command.js'

const logLimitBytes = 10 * 1024 * 1024
const startSeconds = 60
const stopMilliseconds = 30_000
const pollMilliseconds = 20
const attempts = 3

/** PostgreSQL's own log. */
export const logFileOf = (cluster: Cluster): string => join(cluster.place.home, 'server.log')

const configurationOf = (cluster: Cluster): string => join(cluster.place.base, 'postgresql.conf')

/** A small server that loses nothing: `fsync` and `synchronous_commit` stay on. */
const houseSettings: Readonly<Record<string, string>> = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '100',
  shared_buffers: '128MB',
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  max_wal_senders: '0',
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_destination: 'stderr',
  logging_collector: 'off',
}

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', () => resolve(false))
    probe.listen({ port, host: '127.0.0.1', exclusive: true }, () => probe.close(() => resolve(true)))
  })

const anyFreePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo
      probe.close(() => resolve(port))
    })
  })

const rememberedPort = async (cluster: Cluster): Promise<number | undefined> => {
  try {
    const port = /^port = '(\d+)'$/m.exec(await readFile(configurationOf(cluster), 'utf8'))?.[1]
    return port === undefined ? undefined : Number(port)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

const choosePort = async (cluster: Cluster): Promise<number> => {
  const known = await rememberedPort(cluster)
  return known !== undefined && await isFree(known) ? known : anyFreePort()
}

const writeConfiguration = async (cluster: Cluster, port: number): Promise<void> => {
  const settings = { port: String(port), ...houseSettings, ...cluster.settings }
  const lines = Object.entries(settings).map(([name, value]) => `${name} = '${value.replaceAll("'", "''")}'`)
  // By a rename: PostgreSQL of a server that starts at the same time never reads half of it.
  const fresh = `${configurationOf(cluster)}.${process.pid}`
  await writeFile(fresh, ['# Written by PAO at each start.', ...lines, ''].join('\n'))
  await chmod(fresh, 0o644)
  await rename(fresh, configurationOf(cluster))
}

const sizeOf = async (file: string): Promise<number> => {
  try {
    return (await stat(file)).size
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0
    throw error
  }
}

/** Starts PostgreSQL once; answers what it logged when it did not come up, `undefined` when it did. */
const tryStart = async (cluster: Cluster): Promise<string | undefined> => {
  const file = logFileOf(cluster)
  if (await sizeOf(file) > logLimitBytes) await rename(file, `${file}.1`)
  const before = await sizeOf(file)
  const log = await open(file, 'a', 0o600)
  try {
    const args = ['start', '--silent', '--wait', '--timeout', String(startSeconds), '--pgdata', cluster.place.cluster]
    const { code } = await runCommand(cluster.binaries.pgCtl, args, { user: cluster.place.user, directory: cluster.place.base, output: log.fd })
    if (code === 0) return undefined
  } finally {
    await log.close()
  }
  return (await readFile(file)).subarray(before).toString('utf8')
}

/** Whether a failed start may go better at once: its port was taken between the choice and the start, or another server was faster. */
const isRace = (said: string): boolean => /could not bind|Address already in use|could not create any TCP|lock file .* already exists/.test(said)

const firstFatalLine = (said: string): string => /^.*(FATAL|PANIC|could not).*$/m.exec(said)?.[0].trim() ?? said.trim().split('\n').at(-1) ?? ''

/**
 * Starts PostgreSQL for this cluster, detached from this process and its terminal, on its port of last time if that is free.
 * Answers when it accepts connections, or when it runs and does not yet.
 */
export const startServer = async (cluster: Cluster): Promise<void> => {
  for (let attempt = 1; ; attempt += 1) {
    await writeConfiguration(cluster, await choosePort(cluster))
    const said = await tryStart(cluster)
    // It may also be recovering for longer than pg_ctl waits, or have been started by somebody else.
    if (said === undefined || await isRunning(cluster.place.cluster)) return
    if (attempt < attempts && isRace(said)) continue
    throw new PaoError('STORE_UNAVAILABLE', `The embedded database does not start: ${firstFatalLine(said)} (more in ${logFileOf(cluster)})`)
  }
}

const endProcess = (pid: number, name: NodeJS.Signals): void => {
  try {
    process.kill(pid, name)
  } catch (error) {
    // It ended by itself in this very moment.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

/** This process is root or PostgreSQL's own user. Where there are no signals PostgreSQL has its own way to send them. */
const signal = async ({ place, binaries }: Cluster, name: 'INT' | 'QUIT', pid: number): Promise<void> => {
  if (process.platform === 'win32') await runCommand(binaries.pgCtl, ['kill', name, String(pid)], { user: place.user, directory: place.base })
  else endProcess(pid, `SIG${name}`)
}

const isGone = async (cluster: Cluster, pid: number, milliseconds: number): Promise<boolean> => {
  const deadline = Date.now() + milliseconds
  while (await isServerOf(pid, cluster.place.cluster)) {
    if (Date.now() > deadline) return false
    await sleep(pollMilliseconds)
  }
  return true
}

/**
 * Stops PostgreSQL: open transactions are rolled back, what is committed stays. Only the process that runs now is stopped: `pg_ctl
 * stop` would also stop the one that another server starts on this cluster a moment later.
 */
export const stopServer = async (cluster: Cluster): Promise<void> => {
  const running = await readPostmaster(cluster.place.cluster)
  if (running === undefined || !(await isServerOf(running.pid, cluster.place.cluster))) return
  await signal(cluster, 'INT', running.pid)
  if (await isGone(cluster, running.pid, stopMilliseconds)) return
  // As safe as a crash: the write-ahead log is replayed at the next start.
  await signal(cluster, 'QUIT', running.pid)
  await isGone(cluster, running.pid, stopMilliseconds)
}
