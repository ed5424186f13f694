import type { AnyAction, PlannedChange } from '../action/action.js'
import { evaluateConditions } from '../expression/condition.js'
import type { Json, JsonObject } from '../json.js'
import type { ServiceRequest } from '../request/service-request.js'
import type { Blueprint } from './blueprint.js'
import type { DryRun, Refusal, SubmitCommand } from './orchestrator-api.js'
import { decodeConfig } from './prepare-step.js'
import { type Checked, type SubmitDependencies, checkWithOptions, draftOf } from './submit.js'
import { readConditionField, renderStep, shownRequestId, variablesOf } from './variables.js'

type PlannedRun = DryRun['steps'][number]

/** What people see in place of a password. */
export const MASK = '••••••'

/** Sets each of these fields, where there, to the mask that people see in place of a password. */
export const masked = (input: JsonObject, fields: readonly string[]): JsonObject =>
  ({ ...input, ...Object.fromEntries(fields.filter((field) => Object.hasOwn(input, field)).map((field) => [field, MASK])) })

const readsOutput = (blueprint: Blueprint): boolean =>
  blueprint.config.references.some((reference) => reference.scope === 'output')
  || blueprint.view?.readsOutput === true
  || blueprint.conditions.some((condition) => condition.field.startsWith('output.'))

const changeOf = (action: AnyAction, request: ServiceRequest, step: string, config: Json): PlannedChange | undefined => {
  const decoded = decodeConfig(action, config)
  if ('message' in decoded) return undefined
  const { accepted } = request
  return action.plan({
    config: decoded.value, key: `${shownRequestId(request.id)}:${step}:1`,
    request: {
      id: shownRequestId(request.id), correlationId: accepted.correlationId, step, acceptedAt: accepted.at,
      subject: { ...accepted.subject, name: accepted.subject.id }, requester: accepted.requester,
    },
  })
}

const runOf = (request: ServiceRequest, planned: { readonly id: string; readonly action: string }, blueprint: Blueprint | undefined): PlannedRun => {
  const { id, action } = planned
  if (blueprint === undefined || readsOutput(blueprint)) return { id, action, would: 'unknown' }
  const variables = variablesOf(request, blueprint)
  if (!evaluateConditions(blueprint.conditions, (path) => readConditionField(variables, path))) return { id, action, would: 'skip' }
  const answer = renderStep(request, blueprint, { id, iteration: 1 })
  if (!answer.ok) return { id, action, would: 'run', summary: `would fail: config.${answer.path.join('.')}: ${answer.issue.message}` }
  const change = changeOf(blueprint.action, request, id, answer.value)
  return { id, action, would: 'run', config: answer.value, ...(change === undefined ? {} : { summary: change.summary }) }
}

/** What a submission would do, told by the production plan, conditions, rendering and the actions' `plan`. Nothing is written or called. */
export const dryRun = async (dependencies: SubmitDependencies, command: SubmitCommand): Promise<DryRun | Refusal> => {
  const checked: Checked | Refusal = await checkWithOptions(dependencies, command)
  if (checked.kind === 'refused') return checked
  const shown = masked(checked.input, checked.loaded.sealedFields)
  const { id, accepted, revision } = await draftOf(dependencies, command, { ...checked, input: shown }, 'unsealed')
  const request: ServiceRequest = {
    id, version: 0, accepted, revision, status: { state: 'submitted' }, steps: [], superseded: [], approvals: [], ledger: [],
  }
  const { plan } = revision
  const blueprints = await dependencies.engine.definitions.of(request)
  return {
    kind: 'dry-run', mode: plan.mode, ...(plan.modeReason === undefined ? {} : { modeReason: plan.modeReason }),
    input: shown, ...(checked.warnings === undefined ? {} : { warnings: checked.warnings }), steps: plan.steps.map((planned) => runOf(request, planned, blueprints(planned.id))),
  }
}
