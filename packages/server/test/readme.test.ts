import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestDatabase } from '../../../test-support/database.js'
import type { TestDatabase } from '../../../test-support/database.js'
import { silentLogger } from '@pao/core/memory'
import { startApplication } from '../src/application.js'
import type { Application } from '../src/application.js'
import { readConfig } from '../src/config.js'

const root = new URL('../../../', import.meta.url)

let database: TestDatabase
let directory: string
let application: Application

beforeAll(async () => {
  database = await createTestDatabase()
  directory = await mkdtemp(join(tmpdir(), 'pao-readme-'))
  const environment = {
    PORT: '0', DATABASE_URL: database.url, PAO_DATA_DIR: directory, PAO_CATALOG: new URL('examples/catalog', root).pathname,
    PAO_ENCRYPTION_KEY: 'cd'.repeat(32), PAO_PLAYGROUND_RESOLVE_SECONDS: '1',
  }
  const answer = readConfig(environment, directory)
  if ('problems' in answer) throw new Error(answer.problems.join('\n'))
  application = await startApplication({ config: answer.config, environment, logger: silentLogger(), say: () => undefined })
})
afterAll(async () => {
  await application.stop()
  await database.drop()
  await rm(directory, { recursive: true, force: true })
})

/** The lines of the README that people copy. */
const linesOf = (readme: string): readonly string[] =>
  [...readme.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(([, block = '']) => block.trim().split('\n'))

/** Runs a curl line as it stands, but for the port and the id: not every machine has a shell with curl. */
const run = async (line: string, id: string): Promise<{ readonly status: number; readonly json: Record<string, unknown> }> => {
  const words = [...line.replaceAll('REQUEST_ID', id).matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '')
  expect(words.slice(0, 2)).toEqual(['curl', '-s'])
  const after = (flag: string): readonly string[] => words.flatMap((word, index) => word === flag ? [words[index + 1] ?? ''] : [])
  const body = after('-d')[0]
  const response = await fetch(String(words[2]).replace('http://127.0.0.1:8080', application.url), {
    method: body === undefined ? 'GET' : 'POST',
    headers: { connection: 'close', ...Object.fromEntries(after('-H').map((header) => header.split(': ') as [string, string])) },
    ...(body === undefined ? {} : { body }),
  })
  return { status: response.status, json: await response.json() as Record<string, unknown> }
}

test('the lines of the README order a database, see one fail and retry it, and order a ticket', async () => {
  const lines = linesOf(await readFile(new URL('README.md', root), 'utf8'))
  const answers: Awaited<ReturnType<typeof run>>[] = []
  let id = ''
  for (const line of lines) {
    if (line.includes('REQUEST_ID/status')) await sleep(1_500)
    const answer = await run(line, id)
    if (typeof answer.json['id'] === 'string') id = answer.json['id']
    answers.push(answer)
  }
  expect(answers.map(({ status, json }) => [status, json['status'] ?? 'list'])).toEqual([
    [200, 'list'], [201, 'completed'], [200, 'list'],
    [201, 'failed'], [202, 'queued'], [200, 'completed'],
    [202, 'in_progress'],
  ])
  expect(answers[3]?.json).toMatchObject({ allowedActions: ['retry', 'abort'], failure: { failedActions: [{ step: 'create-database' }] } })
  expect(answers[6]?.json).toMatchObject({ mode: 'manual', references: [{ id: 'NET-1' }] })
  await sleep(3_000)
  expect((await run(`curl -s http://127.0.0.1:8080/api/v1/requests/${id}`, id)).json['status']).toBe('completed')
})
