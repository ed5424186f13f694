import pg from 'pg'
import { expect, test } from 'vitest'

import { createTestDatabase } from './database.js'

test('each test database is empty, apart from the others, and gone after drop', async () => {
  const [first, second] = await Promise.all([createTestDatabase(), createTestDatabase()])
  const client = new pg.Client({ connectionString: first.url })
  await client.connect()
  await client.query('create table only_here (id int)')
  await client.end()

  const other = new pg.Client({ connectionString: second.url })
  await other.connect()
  await expect(other.query('select from only_here')).rejects.toThrow('does not exist')
  await other.end()

  await first.drop()
  await second.drop()
  const late = new pg.Client({ connectionString: first.url })
  await expect(late.connect()).rejects.toThrow('does not exist')
})
