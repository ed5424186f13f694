import assert from 'node:assert/strict'
import type { Commit } from '@pao/core/ports'
import type { CommitTraits } from '../a-commit.js'
import { aSubmission } from '../a-commit.js'
import type { RequestTraits } from '../a-request.js'
import { aRequest } from '../a-request.js'
import { firstOwner, longLeaseMs } from '../owners.js'
import type { StoresFixture } from '../stores-fixture.js'

type ServiceRequest = Commit['after']

/** A request that is stored, unclaimed and due. */
export const givenQueued = async ({ requests }: StoresFixture, traits: RequestTraits = {}, commit: CommitTraits = {}): Promise<ServiceRequest> => {
  const request = aRequest(traits)
  assert.equal((await requests.submit(aSubmission(request, commit))).kind, 'accepted')
  return request
}

/** A request that is stored and held by an owner. */
export const givenClaimed = async (
  stores: StoresFixture, { owner = firstOwner, leaseMs = longLeaseMs }: { readonly owner?: string; readonly leaseMs?: number } = {},
): Promise<{ readonly request: ServiceRequest; readonly epoch: number }> => {
  const request = aRequest()
  const submitted = await stores.requests.submit(aSubmission(request, { claim: 'take', owner, leaseMs }))
  assert.ok(submitted.kind === 'accepted' && submitted.epoch !== undefined, 'a submission with a claim answers its epoch')
  return { request, epoch: submitted.epoch }
}

/** A change that touches every kind of row: request, step, history, log, expected signal. */
export const aWideChange = (request: ServiceRequest, reference = 'OPS-1'): { readonly change: Partial<ServiceRequest>; readonly traits: CommitTraits } => {
  const at = request.accepted.at + 5_000
  const [first, ...others] = request.steps
  assert.ok(first)
  return {
    change: {
      status: { state: 'in_progress', course: 'forward' },
      steps: [{
        id: first.id, iteration: first.iteration, executions: 1, failures: 0, inputHash: 'ab12', references: [{ service: 'jira:main', id: reference }],
        state: 'waiting', since: at, mode: 'resume',
        waitFor: { kind: 'signal', reference: { service: 'jira:main', id: reference }, until: at + 60_000, onTimeout: 'fail' },
      }, ...others],
      ledger: [{ step: first.id, iteration: first.iteration }],
    },
    traits: {
      effects: [{ type: 'expect-signal', step: first.id, reference: { service: 'jira:main', id: reference } }],
      logs: [{ step: first.id, iteration: 1, execution: 1, at, level: 'info', message: 'asked', data: { ticket: reference } }],
    },
  }
}
