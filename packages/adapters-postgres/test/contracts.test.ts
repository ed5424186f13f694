import { catalogDefinitionsContract, claimsContract, requestStoreContract, runContract, stepCheckpointsContract, stepLogsContract } from '@pao/testing'
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

  test('the proxy has lost the answers that the contract asked it to lose', () => {
    expect(fixture.proxy.lost()).toBe(2)
  })
})
