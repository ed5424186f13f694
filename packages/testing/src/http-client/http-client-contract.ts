import type { Contract } from '../contract.js'
import { callCases } from './call-cases.js'
import { egressCases } from './egress-cases.js'
import { failureCases } from './failure-cases.js'
import type { HttpClientFixture } from './http-client-fixture.js'
import { limitCases } from './limit-cases.js'

/** The laws of port HttpClient, against servers on loopback that each case starts and closes itself. */
export const httpClientContract: Contract<HttpClientFixture> = { port: 'HttpClient', cases: [...callCases, ...limitCases, ...failureCases, ...egressCases] }
