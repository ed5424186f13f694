import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { build } from 'tsup'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createPostgresStores } from '@pao/adapters-postgres'
import { type TestDatabase, createTestDatabase } from '../../../../test-support/database.js'
import type { CrashProgram } from './crash-program.js'
import { startFakeVendor } from './fake-vendor.js'

const document = `
version: "2.0"
kind: CatalogItem
metadata:
  id: three-steps
  name: Three Steps
  description: A database, a ticket that people resolve, and a record; each makes something outside.
  version: 1.0.0
  category: databases
  owner: { team: platform-database-team, contact: db@example.org }
presentation:
  form: { groups: [{ id: basics, name: Basics, fields: [{ id: name, name: Name, type: string, required: true }] }] }
fulfillment:
  strategy: { mode: automatic }
  manual:
    actions: [{ id: ticket, type: jira-ticket, config: { ticket: { project: OPS, summary_template: "{{fields.name}}" } } }]
  automatic:
    actions:
      - id: database
        type: rest-api
        config:
          endpoint: { url: "{{env.VENDOR}}/databases", method: POST }
          body: { content_template: '{"name": {{json(fields.name)}}}' }
          parsing: { extract: [{ path: $.id, name: id, required: true }] }
          idempotency: { header: Idempotency-Key }
      - id: approval-of-access
        type: jira-ticket
        config: { ticket: { project: OPS, summary_template: "Access to {{output.database.id}}" } }
      - id: record
        type: rest-api
        config:
          endpoint: { url: "{{env.VENDOR}}/records", method: POST }
          body: { content_template: '{"target": {{json(output.database.id)}}, "ticket": {{json(output.approval-of-access.key)}}}' }
          idempotency: { header: Idempotency-Key }
`

interface Answer {
  readonly id: string
  readonly state: string
  readonly visited: readonly string[]
  readonly steps: readonly object[]
}

let database: TestDatabase
let directory: string
let runs = 0

beforeAll(async () => {
  database = await createTestDatabase()
  // Beside the sources, so that the program finds the packages that it does not carry.
  directory = await mkdtemp(join(import.meta.dirname, '.built-'))
  await build({
    config: false, silent: true, format: 'esm', platform: 'node', target: 'node20', outDir: directory, outExtension: () => ({ js: '.mjs' }),
    entry: [join(import.meta.dirname, 'crash-program.ts')], noExternal: [/.*/], external: ['pg-native'],
    banner: { js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);" },
    esbuildOptions: (options) => { options.conditions = ['source'] },
  })
}, 60_000)
afterAll(async () => {
  await rm(directory, { recursive: true, force: true })
  await database.drop()
})

/** A schema of its own for each run: workers carry whatever they find in theirs. */
const createSchema = async (): Promise<string> => {
  const schema = `crash_${runs += 1}`
  const stores = createPostgresStores({ connectionString: database.url, schema, writers: 1, readers: 1 })
  await stores.migrate()
  await stores.end()
  return schema
}

/** Runs the program to its end. Undefined: it was killed. */
const run = async (program: CrashProgram): Promise<Answer | undefined> => {
  const child = spawn(process.execPath, [join(directory, 'crash-program.mjs'), JSON.stringify(program)], { stdio: ['ignore', 'pipe', 'inherit'] })
  let text = ''
  child.stdout.on('data', (chunk: Buffer) => { text += chunk.toString('utf8') })
  const [code, signal] = await once(child, 'close') as [number | null, string | null]
  if (signal === 'SIGKILL') return undefined
  if (code !== 0) throw new Error(`the program ended with ${code}: ${text}`)
  return JSON.parse(text) as Answer
}

/** Polls, and what they read, come as often as time passes: only the first is a point of its own. */
const isPoint = (name: string): boolean =>
  !/^(claims\.(claimDue|claimLost|nextDue|renew|release)|requests\.(find|load|recall)|secrets\.get)#([2-9]|\d{2,})/.test(name) && !/^http\.request#([5-9]|\d{2,})/.test(name)

/** Reached or not, as time passes: a run that ends before is a run. */
const isTimed = (name: string): boolean => /^claims\.(nextDue|renew|release|claimLost)/.test(name)

const callOf = (name: string): string => name.slice(0, name.indexOf('#'))

const oneOfEach = { databases: 1, records: 1, tickets: 1 }
const crashAndRecover = async (task: 'at-once' | 'queued', crashAt?: string): Promise<Answer> => {
  const vendor = await startFakeVendor()
  const program = { databaseUrl: database.url, document, vendorUrl: vendor.url, schema: await createSchema(), idempotencyKey: 'once' }
  try {
    const first = await run({ ...program, task, ...(crashAt === undefined ? {} : { crashAt }) })
    const last = first ?? await run({ ...program, task: 'recover' })
    if (crashAt !== undefined && !isTimed(crashAt)) expect(first, `${crashAt} was not reached`).toBeUndefined()
    if (last === undefined) throw new Error('the recovering process was killed')
    expect({ state: last.state, effects: vendor.effects() }, JSON.stringify(last.steps)).toEqual({ state: 'completed', effects: oneOfEach })
    return last
  } finally {
    await vendor.stop()
  }
}

/** Two at a time: the machine has two cores. */
const eachOf = async (points: readonly string[], check: (point: string) => Promise<unknown>): Promise<readonly string[]> => {
  const failures: string[] = []
  const queue = [...points]
  const worker = async (): Promise<void> => {
    for (let point = queue.shift(); point !== undefined; point = queue.shift()) {
      try {
        await check(point)
      } catch (error) {
        failures.push(`${point}: ${error instanceof Error ? error.message : String(error)}`)
      }
    }
  }
  await Promise.all([worker(), worker()])
  return failures
}

describe('SIGKILL at every call of a port', () => {
  /** Every call that a run makes. A new one fails the test until somebody has looked at what a crash around it does. */
  const known = [
    'claims.claimDue', 'claims.claimLost', 'claims.nextDue', 'claims.release', 'claims.renew', 'definitions.keep', 'requests.submit', 'requests.commit', 'requests.load',
    'checkpoints.load', 'checkpoints.save', 'secrets.get', 'http.request',
  ]
  /** One for the end of each step, one for the parking, one for the signal that ends the wait, one for each resumed or reconciled execution. */
  const always = [
    'definitions.keep#1', 'requests.submit#1', 'http.request#1', 'requests.commit#1', 'checkpoints.load#1', 'secrets.get#1', 'http.request#2',
    'checkpoints.save#1', 'requests.commit#2', 'http.request#3', 'requests.commit#3', 'requests.commit#4', 'http.request#4', 'requests.commit#5',
  ]

  test('a submission that starts at once: one effect a step, and the request completed', async () => {
    const { visited } = await crashAndRecover('at-once')
    const points = [...new Set(visited)].filter(isPoint)
    expect(visited.map(callOf).filter((call) => !known.includes(call))).toEqual([])
    expect(points).toEqual(expect.arrayContaining(always.flatMap((call) => [`${call}:before`, `${call}:after`])))
    expect(await eachOf(points, (point) => crashAndRecover('at-once', point))).toEqual([])
  }, 240_000)

  test('a queued submission: before the claim and after it', async () => {
    const { visited } = await crashAndRecover('queued')
    const points = [...new Set(visited)].filter(isPoint).filter((name) => /^claims\.|requests\.(submit|load|commit#[12]:)/.test(name))
    expect(points).toEqual(expect.arrayContaining(['claims.claimDue#1:before', 'claims.claimDue#1:after', 'requests.load#1:before', 'requests.load#1:after']))
    expect(await eachOf(points, (point) => crashAndRecover('queued', point))).toEqual([])
  }, 240_000)
})
