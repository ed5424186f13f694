import { randomBytes } from 'node:crypto'
import { get } from 'node:http'

import pg from 'pg'
import { inject } from 'vitest'

/** A database of its own for one test file. */
export interface TestDatabase {
  readonly url: string
  /** Removes it, with whatever is still connected. */
  drop(): Promise<void>
}

// Not by fetch: a test may have replaced the global dispatcher.
const ask = (address: string): Promise<string> =>
  new Promise((resolve, reject) => {
    get(address, { agent: false }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.once('error', reject)
      response.once('end', () => {
        const text = Buffer.concat(chunks).toString('utf8')
        if (response.statusCode === 200) resolve(text)
        else reject(new Error(`no PostgreSQL for tests: ${text}`))
      })
    }).once('error', reject)
  })

const execute = async (url: string, statement: string): Promise<void> => {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}

/**
 * Makes an empty database on the run's private PostgreSQL 18, which starts with the first call of a run. For use in any package's
 * tests: `const database = await createTestDatabase()` in `beforeAll`, `await database.drop()` in `afterAll`.
 */
export const createTestDatabase = async (): Promise<TestDatabase> => {
  const server = await ask(inject('databaseBroker'))
  const name = `test_${randomBytes(6).toString('hex')}`
  await execute(server, `create database ${name}`)
  const url = new URL(server)
  url.pathname = `/${name}`
  return { url: url.href, drop: () => execute(server, `drop database if exists ${name} with (force)`) }
}
