import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { silentLogger } from '@pao/core/memory'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTestDatabase } from '../../../test-support/database.js'
import type { TestDatabase } from '../../../test-support/database.js'
import { startApplication } from '../src/application.js'
import type { Application } from '../src/application.js'
import { readConfig } from '../src/config.js'
import { tryIt } from '../src/try-it.js'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const address = 'http://127.0.0.1:8080'

let database: TestDatabase
let directory: string
let application: Application
let lines: readonly string[]

beforeAll(async () => {
  database = await createTestDatabase()
  directory = await mkdtemp(join(tmpdir(), 'pao-readme-'))
  const answer = readConfig({ PORT: '0', DATABASE_URL: database.url, PAO_DATA_DIR: directory, PAO_ENCRYPTION_KEY: 'ef'.repeat(32), PAO_PLAYGROUND_RESOLVE_SECONDS: '1' }, root)
  if ('problems' in answer) throw new Error(answer.problems.join('\n'))
  application = await startApplication({ config: answer.config, environment: {}, logger: silentLogger(), say: () => undefined })
  lines = (await readFile(join(root, 'README.md'), 'utf8')).split('\n').filter((line) => line.startsWith('curl '))
})

afterAll(async () => {
  await application.stop()
  await database.drop()
  await rm(directory, { recursive: true, force: true })
})

/** The words of a line, as a shell would read these. */
const words = (line: string): readonly string[] => [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '')

/** What curl would send: the options that the README uses, and no others. */
const curl = async (line: string, requestId = '') => {
  const [, ...rest] = words(line.replaceAll(address, application.url).replaceAll('REQUEST_ID', requestId))
  const headers = new Headers({ connection: 'close' })
  let url = ''
  let body: string | undefined
  for (let index = 0; index < rest.length; index += 1) {
    const word = rest[index] ?? ''
    if (word === '-s') continue
    else if (word === '-H') headers.set(...((rest[index += 1] ?? '').split(': ') as [string, string]))
    else if (word === '-d') body = rest[index += 1] ?? ''
    else if (word.startsWith('http')) url = word
    else throw new Error(`the test does not know ${word} in: ${line}`)
  }
  const response = await fetch(url, { headers, ...(body === undefined ? {} : { method: 'POST', body }) })
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests read answers freely
  return { status: response.status, json: await response.json() as any }
}

const lineWith = (...parts: readonly string[]): string => {
  const found = lines.find((line) => parts.every((part) => line.includes(part)))
  if (found === undefined) throw new Error(`no line of the README has ${parts.join(' and ')}`)
  return found
}

const until = async (id: string, state: string): Promise<void> => {
  for (let round = 0; round < 150; round += 1) {
    if ((await curl(lineWith('REQUEST_ID/status'), id)).json.status === state) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error(`the request did not become ${state}`)
}

describe('the lines of the README', () => {
  test('are those that the server prints', () => {
    const printed = tryIt(address, application.parts.catalog)
    expect(printed).toHaveLength(3)
    for (const line of printed) expect(lines).toContain(line)
  })

  test('show a catalog of at least six services', async () => {
    const { json } = await curl(lineWith('/api/v1/catalog'))
    expect(json.data.length).toBeGreaterThanOrEqual(6)
    expect(json.data.every(({ orderable }: { orderable: boolean }) => orderable)).toBe(true)
    expect(new Set(json.data.map(({ mode }: { mode: string }) => mode))).toEqual(new Set(['manual', 'automatic']))
  })

  test('order a PostgreSQL database and see it completed', async () => {
    const { status, json } = await curl(lineWith('"orders-db"'))
    expect([status, json.status, json.progress.percentComplete]).toEqual([201, 'completed', 100])
    const requests = (await curl(lines.find((line) => line.endsWith('/api/v1/requests')) ?? '')).json.data
    expect(requests.map(({ id }: { id: string }) => id)).toContain(json.id)
  })

  test('order one that fails, retry it, and see it completed', async () => {
    const { json } = await curl(lineWith('"flaky-db"'))
    expect([json.status, json.allowedActions]).toEqual(['failed', ['retry', 'abort']])
    expect((await curl(lineWith('REQUEST_ID/retry'), json.id)).status).toBe(202)
    await until(json.id, 'completed')
  })

  test('order a service that people carry out, by a ticket that resolves by itself', async () => {
    const { status, json } = await curl(lineWith('networking-dns-record'))
    expect([status, json.mode, json.references[0].service]).toEqual([202, 'manual', 'jira:playground'])
    await until(json.id, 'completed')
  })
})
