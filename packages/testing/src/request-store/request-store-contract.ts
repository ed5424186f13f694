import type { Contract } from '../contract.js'
import type { StoresFixture } from '../stores-fixture.js'
import { claimChangeCases } from './claim-change-cases.js'
import { commitCases } from './commit-cases.js'
import { readCases } from './read-cases.js'
import { submitCases } from './submit-cases.js'

/** The laws of port RequestStore. Needs the other ports over the same store as witnesses. */
export const requestStoreContract: Contract<StoresFixture> = {
  port: 'RequestStore',
  cases: [...submitCases, ...commitCases, ...claimChangeCases, ...readCases],
}
