import { hashOfJson } from '../../../src/canonical-json.js'
import { createActionRegistry } from '../../../src/catalog/action-registry.js'
import { type Applied, applyOutside } from '../../../src/execution/apply-outside.js'
import { commitOf } from '../../../src/execution/commit-events.js'
import { createDefinitions } from '../../../src/execution/definitions.js'
import type { Engine } from '../../../src/execution/engine.js'
import { createObservations } from '../../../src/execution/observations.js'
import { createRequestListeners } from '../../../src/execution/request-listeners.js'
import { draftOf } from '../../../src/execution/submit.js'
import type { JsonObject } from '../../../src/json.js'
import type { OrchestratorPorts } from '../../../src/ports/orchestrator-ports.js'
import { advance } from '../../../src/request/advance.js'
import type { ApprovalStage } from '../../../src/request/approval-stage.js'
import type { Person } from '../../../src/request/person.js'
import type { Plan } from '../../../src/request/plan.js'
import type { RequestEvent } from '../../../src/request/request-event.js'
import type { ServiceRequest } from '../../../src/request/service-request.js'
import { declarations } from './actions.js'
import { ITEM_ID, type SimulatedItem } from './items.js'
import type { PlanShape } from './scenario.js'

/** Somebody who writes requests without carrying them: what the API does not offer yet is asked for here. */
export interface Clerk {
  /** Accepts a request with a plan that no document says yet. Answers its id, also when the key was used before. */
  submit(caller: Person, fields: JsonObject, key: string, shape: PlanShape): Promise<string>
  /** Puts an event to a request, unless it does not fit any more. */
  apply(requestId: string, eventFor: (request: ServiceRequest) => RequestEvent | undefined): Promise<Applied | undefined>
}

const actions = createActionRegistry(declarations)

const planOf = (plan: Plan, { limit, chained, onFailure }: PlanShape): Plan => ({
  ...plan, limit, onFailure,
  steps: plan.steps.map((step, index) => {
    const before = plan.steps[index - 1]?.id
    return chained && before !== undefined ? { ...step, dependsOn: [...new Set([...step.dependsOn, before])] } : step
  }),
})

const stagesOf = (count: number, planDigest: string): readonly ApprovalStage[] => Array.from({ length: count }, (_, index) => ({
  stage: index + 1, planDigest, need: 1, approvers: [{ kind: 'user', name: 'olga' }], onTimeout: 'reject', state: 'not-open', decisions: [],
}))

export const createClerk = (ports: OrchestratorPorts, { catalog, loaded }: SimulatedItem, leaseMs: number): Clerk => {
  const engine: Engine = {
    owner: 'clerk', options: { workers: 1, leaseMs, pollMs: 1_000 }, ports, listeners: createRequestListeners(), observations: createObservations(), wake: () => undefined,
    definitions: createDefinitions({ catalog: () => catalog, actions, store: ports.definitions, clock: ports.clock, compile: () => undefined }),
  }
  const dependencies = { engine, worker: undefined as never, catalog: () => catalog, env: {} }
  return {
    submit: async (caller, fields, key, shape) => {
      await engine.definitions.keep(loaded)
      const draft = await draftOf(dependencies, { caller, itemId: ITEM_ID, fields }, { kind: 'checked', loaded, input: fields })
      const plan = planOf(draft.revision.plan, shape)
      const planDigest = hashOfJson(plan)
      const revision = { ...draft.revision, plan, planDigest }
      const advanced = advance(undefined, { type: 'request-accepted', ...draft, revision, approvals: stagesOf(shape.approvals, planDigest), room: false }, undefined)
      if ('rejection' in advanced) throw new Error(advanced.rejection.message)
      const commit = commitOf({ after: advanced.request, events: advanced.events, effects: advanced.effects, logs: [] }, { owner: 'clerk', claim: 'keep', leaseMs }, ports.ids)
      const answer = await ports.requests.submit(commit, { principal: caller.id, route: 'POST /requests', key, bodyHash: hashOfJson(fields) })
      return answer.kind === 'accepted' ? draft.id : answer.requestId
    },
    apply: async (requestId, eventFor) => {
      const stored = await ports.requests.load(requestId)
      if (stored === undefined) return undefined
      return applyOutside(engine, stored, (request) => eventFor(request) ?? { rejection: { code: 'NOT_IN_THIS_STATE', message: 'nothing to say any more' } })
    },
  }
}
