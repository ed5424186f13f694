import { createPostgresPool, postgresRequestStore } from '@pao/adapters-postgres'
import { catalogDefinitionsContract, catalogSyncsContract, claimsContract, requestStoreContract, runContract, stepCheckpointsContract, stepLogsContract } from '@pao/testing'
import type { Pool } from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { PostgresFixture } from './postgres-fixture.js'
import { createPostgresFixture } from './postgres-fixture.js'

describe('PostgreSQL adapters', () => {
  let fixture: PostgresFixture
  beforeAll(async () => { fixture = await createPostgresFixture() })
  afterAll(() => fixture.close())
  const create = () => fixture.create()

  runContract(requestStoreContract, { test, create })
  runContract(claimsContract, { test, create })
  runContract(stepCheckpointsContract, { test, create })
  runContract(stepLogsContract, { test, create })
  runContract(catalogDefinitionsContract, { test, create })
  runContract(catalogSyncsContract, { test, create })

  describe('without coalescing', () => {
    let pool: Pool
    beforeAll(() => { pool = createPostgresPool({ connectionString: fixture.proxy.url }) })
    afterAll(() => pool.end())
    runContract(requestStoreContract, { test, create: async () => ({ ...await fixture.create(), requests: postgresRequestStore(pool, { coalesce: false }) }) })
  })

  test('the proxy has lost the answers that the contract asked it to lose', () => {
    expect(fixture.proxy.lost()).toBe(4)
  })
})
