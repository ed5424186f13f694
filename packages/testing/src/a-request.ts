import { systemIds } from '@pao/core/memory'
import type { Commit } from '@pao/core/ports'
import { sha256 } from './sha256.js'

type ServiceRequest = Commit['after']
type Step = ServiceRequest['steps'][number]

const ids = systemIds()

/** A pending step of the first iteration. */
export const aStep = (id: string, overrides: Partial<Step> = {}): Step =>
  ({ id, iteration: 1, executions: 0, failures: 0, references: [], state: 'pending', ...overrides }) as Step

const plannedStep = (id: string, before: string | undefined) => ({
  id,
  action: 'rest-api',
  dependsOn: before === undefined ? [] : [before],
  critical: true,
  effect: 'idempotent',
  compensable: false,
  timeoutMs: 60_000,
  onFailure: 'fail',
} as const)

/** What a request is made of, where it matters to a test. */
export interface RequestTraits {
  readonly requesterId?: string
  readonly teams?: readonly string[]
  readonly ownerTeam?: string
  readonly priority?: ServiceRequest['accepted']['priority']
  readonly subjectId?: string
  /** When it was accepted. Default: a fixed instant. */
  readonly at?: number
  /** Ids of the planned steps. Default: `create` and `verify`. */
  readonly steps?: readonly string[]
}

const aRevision = (steps: readonly string[]): ServiceRequest['revision'] => ({
  number: 1,
  input: { name: 'orders', size: 3, tags: ['a', 'b'], note: null, password: 'sealed:key-1:b3JkZXJz' },
  sealed: ['password'],
  variables: { fields: { name: 'orders' } },
  plan: { mode: 'automatic', steps: steps.map((id, index) => plannedStep(id, steps[index - 1])), limit: 1, quota: [] },
  planDigest: sha256(steps.join()),
})

const anAcceptance = ({ requesterId = 'ada', teams = ['payments'], ownerTeam, priority = 'normal', subjectId = 'postgresql', at = Date.UTC(2024, 0, 15, 9, 30, 0, 123) }: RequestTraits): ServiceRequest['accepted'] => ({
  at,
  requester: { id: requesterId, email: `${requesterId}@example.org`, teams, roles: [] },
  ...(ownerTeam === undefined ? {} : { ownerTeam }),
  correlationId: 'correlation-1',
  priority,
  subject: { kind: 'item', id: subjectId, version: '1.0.0', definitionHash: sha256(subjectId) },
})

/** A valid request, just accepted: queued, its steps pending. Each call has an id of its own. */
export const aRequest = (traits: RequestTraits = {}, overrides: Partial<ServiceRequest> = {}): ServiceRequest => {
  const accepted = anAcceptance(traits)
  const steps = traits.steps ?? ['create', 'verify']
  return {
    id: ids.requestId(),
    version: 1,
    accepted,
    revision: aRevision(steps),
    status: { state: 'queued', since: accepted.at },
    steps: steps.map((id) => aStep(id)),
    superseded: [],
    approvals: [],
    ledger: [],
    ...overrides,
  }
}
