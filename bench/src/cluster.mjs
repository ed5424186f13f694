import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

import pg from 'pg'

import { loadInternals } from './pao/product.mjs'
import { processCpu } from './process-cpu.mjs'

/** Beyond the product's own settings (fsync, synchronous_commit and full_page_writes are on): room, so that no sample meets a checkpoint. */
const settings = { max_connections: '200', shared_buffers: '256MB', max_wal_size: '4GB', checkpoint_timeout: '30min' }

const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }

const withDatabase = (url, name) => {
  const changed = new URL(url)
  changed.pathname = `/${name}`
  return changed.href
}

/** Processor time of PostgreSQL's processes so far, in milliseconds; Linux alone tells it. */
const databaseCpu = async (admin) => {
  if (process.platform !== 'linux') return undefined
  const { rows } = await admin.query('select pid from pg_stat_activity where pid <> pg_backend_pid()')
  return rows.reduce((sum, { pid }) => sum + processCpu(pid), 0)
}

/** What the counters say now, and later what was written since: commits and kilobytes of the write-ahead log, PostgreSQL's processor time. */
const meter = (admin) => async () => {
  const { rows: [{ lsn }] } = await admin.query('select pg_current_wal_insert_lsn()::text as lsn')
  const cpuBefore = await databaseCpu(admin)
  return async () => {
    const cpuAfter = await databaseCpu(admin)
    const { rows: [after] } = await admin.query('select pg_current_wal_flush_lsn()::text as lsn, (pg_current_wal_flush_lsn() - $1::pg_lsn)::float8 as bytes', [lsn])
    const { rows: [{ commits }] } = await admin.query(
      `select coalesce(sum(count), 0)::int as commits from pg_get_wal_stats($1, $2, true) where "resource_manager/record_type" like 'Transaction/COMMIT%'`,
      [lsn, after.lsn])
    return { commits, walKb: after.bytes / 1024, databaseCpuMs: cpuAfter === undefined ? NaN : cpuAfter - cpuBefore }
  }
}

/** What was written, for each request of the figures. */
export const perRequest = (figures, { commits, walKb, databaseCpuMs }) => ({
  ...figures, commits: commits / figures.requests, walKb: walKb / figures.requests, databaseCpuMs: databaseCpuMs / figures.requests,
})

/** A private PostgreSQL with fsync on, by the product's own programs, and what is asked of it between samples. */
export const startCluster = async () => {
  const { startEmbeddedDatabase } = await loadInternals()
  const directory = await mkdtemp(join(tmpdir(), 'pao-bench-'))
  // As root, PostgreSQL runs as another user, who has to get in.
  await chmod(directory, 0o755)
  const removeFiles = () => rm(directory, { recursive: true, force: true })
  const database = await startEmbeddedDatabase({ dataDirectory: join(directory, 'data'), log: quiet, settings }).catch(async (error) => {
    await removeFiles()
    throw error
  })
  const admin = new pg.Client({ connectionString: database.url })
  // Its end, when the server stops before it, is no news.
  admin.on('error', () => undefined)
  await admin.connect()
  await admin.query('create extension if not exists pg_walinspect')
  let number = 0
  return {
    /** An empty database with nothing left to write of earlier ones. */
    makeDatabase: async () => {
      const name = `bench_${number += 1}`
      await admin.query(`create database ${name}`)
      await admin.query('checkpoint')
      return { url: withDatabase(database.url, name), drop: () => admin.query(`drop database ${name} with (force)`) }
    },
    startMeter: meter(admin),
    version: async () => (await admin.query('show server_version')).rows[0].server_version,
    stop: async () => {
      // A question that was under way when the benchmark was interrupted gets no answer.
      await Promise.race([admin.end(), sleep(1_000)])
      await database.stop()
      await removeFiles()
    },
  }
}

/** Whether a database holds what `requests` requests must leave. Throws when it does not: figures of lost work are no figures. */
export const checkRows = async (url, name, checks, requests) => {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    for (const { what, sql, each } of checks) {
      const { rows: [{ n }] } = await client.query(sql)
      if (n !== each * requests) throw new Error(`${name}: ${n} ${what} after ${requests} requests, and it must be ${each * requests}`)
    }
  } finally {
    await client.end()
  }
}
