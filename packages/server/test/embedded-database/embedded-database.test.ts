import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, lstat, mkdir, readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { dirname, join } from 'node:path'

import pg from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'

import { isAlive, isServerOf } from '../../src/embedded-database/postmaster.js'
import {
  endProgram, install, killPostgres, pointedBase, postgresPid, startProgram, temporaryDirectory,
} from './server-fixture.js'
import type { Installation, ServerProcess } from './server-fixture.js'

// Each makes a database with everything synced to the disk, which a busy machine takes its time for.
vi.setConfig({ testTimeout: 90_000 })

let installation: Installation
let directory: Awaited<ReturnType<typeof temporaryDirectory>>
let servers: ServerProcess[]

beforeAll(async () => {
  installation = await install()
})

afterAll(() => installation.remove())

beforeEach(async () => {
  directory = await temporaryDirectory()
  servers = []
})

afterEach(async () => {
  for (const server of servers) await endProgram(server, 'SIGTERM')
  for (const cluster of new Set(servers.flatMap((server) => server.answer.where?.dataDirectory ?? []))) {
    if (await isLeftRunning(cluster)) await killPostgres(cluster)
  }
  await directory.remove()
})

const isLeftRunning = async (cluster: string): Promise<boolean> => {
  const names: readonly string[] = await readdir(cluster).catch(() => [])
  return names.includes('postmaster.pid') && isServerOf(await postgresPid(cluster), cluster)
}

const start = async (dataDirectory: string, ids: { readonly uid?: number, readonly gid?: number } = {}): Promise<ServerProcess> => {
  const server = await startProgram(installation.program, dataDirectory, ids)
  servers.push(server)
  return server
}

const query = async (server: ServerProcess, text: string): Promise<readonly Record<string, unknown>[]> => {
  const client = new pg.Client({ connectionString: server.answer.url })
  await client.connect()
  try {
    return (await client.query<Record<string, unknown>>(text)).rows
  } finally {
    await client.end()
  }
}

const clusterOf = (server: ServerProcess): string => {
  if (server.answer.where === undefined) throw new Error(`not started: ${JSON.stringify(server.answer)}`)
  return server.answer.where.dataDirectory
}

/** A server with a table of one committed row. */
const startWithData = async (dataDirectory: string): Promise<ServerProcess> => {
  const server = await start(dataDirectory)
  await query(server, 'create table kept as select 42 as answer')
  return server
}

const expectData = async (server: ServerProcess): Promise<void> => {
  expect(server.answer).toMatchObject({ url: expect.any(String) })
  expect(await query(server, 'select answer from kept')).toEqual([{ answer: 42 }])
}

describe('a first start', () => {
  test('gives a durable PostgreSQL 18 on loopback, in UTF-8, with a password of its own that only its owner can read', async () => {
    const server = await start(join(directory.path, 'data'))
    const [settings] = await query(server, `select current_setting('fsync') as fsync, current_setting('synchronous_commit') as commit,
      current_setting('listen_addresses') as listen, current_setting('unix_socket_directories') as sockets, current_setting('server_encoding') as encoding,
      current_setting('server_version_num')::int / 10000 as major, lower('ÄÉ') as lower`)
    expect(settings).toEqual({ fsync: 'on', commit: 'on', listen: '127.0.0.1', sockets: '', encoding: 'UTF8', major: 18, lower: 'äé' })

    const secret = join(directory.path, 'data', 'postgres', 'password')
    expect((await stat(secret)).mode & 0o777).toBe(0o600)
    expect((await stat(join(directory.path, 'data', 'postgres', 'server.log'))).mode & 0o777).toBe(0o600)
    const password = (await readFile(secret, 'utf8')).trim()
    expect(password.length).toBeGreaterThanOrEqual(32)
    const wrong = new pg.Client({ connectionString: (server.answer.url ?? '').replace(encodeURIComponent(password), 'guess') })
    await expect(wrong.connect()).rejects.toThrow('password authentication failed')
  })

  test('stops PostgreSQL with the server, and opens the same data at the same port again', async () => {
    const first = await startWithData(join(directory.path, 'data'))
    const pid = await postgresPid(clusterOf(first))
    await endProgram(first, 'SIGTERM')
    expect(await isServerOf(pid, clusterOf(first))).toBe(false)

    const second = await start(join(directory.path, 'data'))
    await expectData(second)
    expect(second.answer.url).toBe(first.answer.url)
  })

  test('takes another port when the one of last time is taken', async () => {
    const first = await startWithData(join(directory.path, 'data'))
    await endProgram(first, 'SIGTERM')
    const port = Number(new URL(first.answer.url ?? '').port)
    const stranger = createServer().listen(port, '127.0.0.1')
    await once(stranger, 'listening')
    try {
      const second = await start(join(directory.path, 'data'))
      await expectData(second)
      expect(second.answer.url).not.toBe(first.answer.url)
    } finally {
      stranger.close()
    }
  })

  test('of two servers at once makes one owner, and the other says so', async () => {
    const both = await Promise.all([start(join(directory.path, 'data')), start(join(directory.path, 'data'))])
    expect(both.filter((server) => server.answer.url !== undefined)).toHaveLength(1)
    expect(both.map((server) => server.answer.message ?? 'owner')).toContainEqual(expect.stringContaining('in use by another PAO server'))
  })
})

test('a server that waits while the one before is stopping gets a PostgreSQL of its own, which stays', async () => {
  const first = await startWithData(join(directory.path, 'data'))
  const pid = await postgresPid(clusterOf(first))
  const starting = start(join(directory.path, 'data'))
  await expect.poll(() => query(first, "select from pg_stat_activity where application_name like 'pao-server %'"), { timeout: 30_000, interval: 20 })
    .toHaveLength(2)
  await endProgram(first, 'SIGTERM')
  const second = await starting
  await expectData(second)
  expect(await postgresPid(clusterOf(second))).not.toBe(pid)
})

test('an installation whose scripts were blocked works: the links between its libraries are made at the start', async () => {
  const links = JSON.parse(await readFile(join(installation.native, 'pg-symlinks.json'), 'utf8')) as readonly { readonly target: string }[]
  const paths = links.map(({ target }) => join(dirname(installation.native), target))
  for (const path of paths) await rm(path, { force: true })
  await expectData(await startWithData(join(directory.path, 'data')))
  for (const path of paths) expect((await lstat(path)).isSymbolicLink()).toBe(true)
})

describe('after kill -9', () => {
  test('of the server alone, the next one takes over the PostgreSQL that is still running', async () => {
    const first = await startWithData(join(directory.path, 'data'))
    const pid = await postgresPid(clusterOf(first))
    await endProgram(first, 'SIGKILL')
    expect(await isServerOf(pid, clusterOf(first))).toBe(true)

    const second = await start(join(directory.path, 'data'))
    await expectData(second)
    expect(await postgresPid(clusterOf(second))).toBe(pid)
    await endProgram(second, 'SIGTERM')
    expect(await isServerOf(pid, clusterOf(first))).toBe(false)
  })

  test('of the server and PostgreSQL, the next start recovers what was committed', async () => {
    const first = await startWithData(join(directory.path, 'data'))
    await endProgram(first, 'SIGKILL')
    await killPostgres(clusterOf(first))
    await expectData(await start(join(directory.path, 'data')))
  })

  test('a process that has got the id of the dead PostgreSQL is left alone, and does not hinder the start', async () => {
    const first = await startWithData(join(directory.path, 'data'))
    const cluster = clusterOf(first)
    await endProgram(first, 'SIGKILL')
    const pidFile = await readFile(join(cluster, 'postmaster.pid'), 'utf8')
    await killPostgres(cluster)

    const { uid, gid } = await stat(cluster)
    const stranger = spawn('sleep', ['60'], process.getuid?.() === 0 ? { uid, gid, cwd: '/' } : { cwd: '/' })
    try {
      await writeFile(join(cluster, 'postmaster.pid'), pidFile.replace(/^\d+/, String(stranger.pid)))
      await expectData(await start(join(directory.path, 'data')))
      expect(stranger.exitCode ?? stranger.signalCode).toBeNull()
      expect(isAlive(stranger.pid ?? 0)).toBe(true)
    } finally {
      stranger.kill('SIGKILL')
    }
  })

  test('of PostgreSQL alone, the living server brings it back at the same address', async () => {
    const server = await startWithData(join(directory.path, 'data'))
    await killPostgres(clusterOf(server))
    await expect.poll(() => query(server, 'select answer from kept').catch(() => 'not yet'), { timeout: 15_000 }).toEqual([{ answer: 42 }])
    const pid = await postgresPid(clusterOf(server))
    await endProgram(server, 'SIGTERM')
    expect(await isServerOf(pid, clusterOf(server))).toBe(false)
  })
})

describe('one clear line', () => {
  test('for a second server on one data directory, which names the first', async () => {
    const first = await startWithData(join(directory.path, 'data'))
    const second = await start(join(directory.path, 'data'))
    expect(second.answer).toEqual({
      code: 'CONFIGURATION',
      message: `The data directory ${join(directory.path, 'data', 'postgres')} is in use by another PAO server (process ${first.process.pid}). ` +
        'Stop that one, or set PAO_DATA_DIR to another directory.',
    })
    await expectData(first)
  })

  test('for a data directory whose path is a file', async () => {
    await writeFile(join(directory.path, 'file'), '')
    const { answer } = await start(join(directory.path, 'file', 'data'))
    expect(answer.code).toBe('CONFIGURATION')
    expect(answer.message).toBe(
      `The data directory ${join(directory.path, 'file', 'data')} is not writable: a part of the path is a file. ` +
      'Set PAO_DATA_DIR to a directory that this user may write, or DATABASE_URL to a PostgreSQL of your own.',
    )
  })

  test('for a cluster of another major version', async () => {
    const first = await startWithData(join(directory.path, 'data'))
    await endProgram(first, 'SIGTERM')
    await writeFile(join(clusterOf(first), 'PG_VERSION'), '12\n')
    const { answer } = await start(join(directory.path, 'data'))
    expect(answer).toMatchObject({ code: 'CONFIGURATION', message: expect.stringContaining('made by PostgreSQL 12') })
  })

  test('for a password that does not fit', async () => {
    const first = await startWithData(join(directory.path, 'data'))
    await endProgram(first, 'SIGTERM')
    await writeFile(join(directory.path, 'data', 'postgres', 'password'), 'another\n')
    const second = await start(join(directory.path, 'data'))
    expect(second.answer).toMatchObject({ code: 'CONFIGURATION', message: expect.stringContaining('does not accept the password') })
  })
})

// What concerns root can be tried by root only.
describe.skipIf(process.getuid?.() !== 0)('as root (skipped for other users, who cannot become another one)', () => {
  test('PostgreSQL runs as an unprivileged user, in place where that user may enter', async () => {
    const server = await startWithData(join(directory.path, 'data'))
    expect(clusterOf(server)).toBe(join(directory.path, 'data', 'postgres', 'data'))
    expect((await stat(`/proc/${await postgresPid(clusterOf(server))}`)).uid).toBeGreaterThan(0)
  })

  test('below directories that only root may enter, database and programs lie elsewhere and are found again', async () => {
    const home = join(directory.path, 'home')
    await mkdir(home, { mode: 0o700 })
    await chmod(installation.directory, 0o700)
    const dataDirectory = join(home, 'clone', '.pao')
    const first = await startWithData(dataDirectory)
    const base = await pointedBase(dataDirectory)
    try {
      expect(clusterOf(first)).toBe(join(base, 'data'))
      expect(base.startsWith(directory.path)).toBe(false)
      expect(first.answer.where?.binaries.startsWith(base)).toBe(true)
      await endProgram(first, 'SIGKILL')

      const moved = join(home, 'moved')
      await rename(join(home, 'clone'), moved)
      const second = await start(join(moved, '.pao'))
      await expectData(second)
      expect(clusterOf(second)).toBe(clusterOf(first))
      await endProgram(second, 'SIGTERM')
    } finally {
      await chmod(installation.directory, 0o755)
      await rm(base, { recursive: true, force: true })
    }
  })

  test('a pointer to a database that is gone is refused, and not taken for a new one', async () => {
    const home = join(directory.path, 'home')
    await mkdir(home, { mode: 0o700 })
    await mkdir(join(home, 'postgres'))
    await writeFile(join(home, 'postgres', 'location.json'), JSON.stringify({ base: join(directory.path, 'gone') }))
    const { answer } = await start(home)
    expect(answer).toMatchObject({ code: 'CONFIGURATION', message: expect.stringContaining('which is not there') })
  })

  test('an ordinary user has it all in the data directory, and a directory that is not theirs is refused', async () => {
    const ids = { uid: 65_534, gid: 65_534 }
    await mkdir(join(directory.path, 'theirs'))
    await chmod(join(directory.path, 'theirs'), 0o777)
    const server = await start(join(directory.path, 'theirs', 'data'), ids)
    expect(clusterOf(server)).toBe(join(directory.path, 'theirs', 'data', 'postgres', 'data'))
    await endProgram(server, 'SIGTERM')

    const { answer } = await start(join(directory.path, 'data'), ids)
    expect(answer).toMatchObject({ code: 'CONFIGURATION', message: expect.stringContaining('is not writable: permission denied') })
  })
})
