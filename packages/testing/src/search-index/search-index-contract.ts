import type { Contract } from '../contract.js'
import { answerCases } from './answer-cases.js'
import { findingCases } from './finding-cases.js'
import type { SearchIndexFixture } from './search-index-fixture.js'

/** The laws of port SearchIndex. */
export const searchIndexContract: Contract<SearchIndexFixture> = { port: 'SearchIndex', cases: [...findingCases, ...answerCases] }
