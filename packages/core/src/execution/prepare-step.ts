import type { AnyAction } from '../action/action.js'
import type { StandardResult } from '../action/standard-schema.js'
import { hashOfJson } from '../canonical-json.js'
import { memberAt } from '../expression/member.js'
import { evaluateConditions } from '../expression/condition.js'
import type { Instant, Json } from '../json.js'
import type { Preparation as Prepared } from '../request/advance.js'
import { findPlanned, findStep } from '../request/request-rows.js'
import type { ServiceRequest } from '../request/service-request.js'
import { stepStart } from '../request/step-start.js'
import type { Mode, Step, StepFailure } from '../request/step.js'
import type { Blueprint } from './blueprint.js'
import { REDACTED } from '../redactor.js'
import { outputsOf, readConditionField, renderStep, variablesOf } from './variables.js'

/** A step's config as it was rendered for the record, and as its action's schema decoded it. */
export interface PreparedStep {
  readonly config: unknown
}

/** Steps that were prepared and not yet executed, by id. Lives from the transition to the call. */
export type PreparedSteps = Map<string, PreparedStep>

export interface Preparation {
  readonly request: ServiceRequest
  readonly step: string
  readonly mode: Mode
  readonly at: Instant
  /** Undefined: the definition that the request is pinned to cannot be used any more. */
  readonly blueprint: Blueprint | undefined
  readonly jitter: number
  readonly prepared: PreparedSteps
}

interface Rendered { readonly value: Json; readonly inputHash: string }

type Rendering = Rendered | { readonly failure: StepFailure }

const prepareFailure = (code: string, message: string): StepFailure => ({ kind: 'fatal', phase: 'prepare', code, message })

/** A path of an earlier output that the config reads and that held a secret: its place-holder must not be sent as if it were the value. */
const redactedOutput = (request: ServiceRequest, blueprint: Blueprint): string | undefined => {
  const read = blueprint.config.references.filter(({ scope }) => scope === 'output')
  if (read.length === 0) return undefined
  const output = outputsOf(request, blueprint)
  return read.find(({ path }) => JSON.stringify(memberAt(output, path) ?? null).includes(REDACTED))?.path.join('.')
}

const rendered = (preparation: Preparation, blueprint: Blueprint, iteration: number): Rendering => {
  const { request, step } = preparation
  const redacted = redactedOutput(request, blueprint)
  if (redacted !== undefined) return { failure: prepareFailure('OUTPUT_REDACTED', `output.${redacted} held a secret and is not kept: the document must read it from the secret store`) }
  const answer = renderStep(request, blueprint, { id: step, iteration })
  if (answer.ok) return { value: answer.value, inputHash: hashOfJson(answer.value) }
  return { failure: prepareFailure('RENDER_FAILED', `config.${answer.path.join('.')}: ${answer.issue.message}`) }
}

const validate = (action: AnyAction, config: Json): StandardResult<unknown> | Promise<StandardResult<unknown>> => {
  try {
    return action.config.schema['~standard'].validate(config)
  } catch (error) {
    return { issues: [{ message: `the schema of ${action.type} failed: ${error instanceof Error ? error.message : 'it threw something that is not an error'}` }] }
  }
}

/** Checks a rendered config against its action's schema; the schema must answer at once. */
export const decodeConfig = (action: AnyAction, config: Json): { readonly value: unknown } | { readonly message: string } => {
  const result = validate(action, config)
  if (result instanceof Promise) return { message: `the schema of ${action.type} answers later; a config schema must be synchronous` }
  const decoded = result as StandardResult<unknown>
  if (decoded.issues === undefined) return { value: decoded.value }
  const problems = decoded.issues.slice(0, 5).map((issue) => {
    const path = (issue.path ?? []).map((part) => String(typeof part === 'object' ? part.key : part)).join('.')
    return path === '' ? issue.message : `${path}: ${issue.message}`
  })
  return { message: problems.join('; ') }
}

const isSkipped = (preparation: Preparation, blueprint: Blueprint): boolean => {
  if (blueprint.conditions.length === 0) return false
  const variables = variablesOf(preparation.request, blueprint)
  return !evaluateConditions(blueprint.conditions, (path) => readConditionField(variables, path))
}

const executionOf = (row: Step | undefined): number => (row?.executions ?? 0) + 1

const failed = (preparation: Preparation, failure: StepFailure): Prepared => ({
  type: 'step-failed', at: preparation.at, step: preparation.step, execution: executionOf(findStep(preparation.request, preparation.step)),
  failure, jitter: preparation.jitter,
})

const started = (preparation: Preparation, blueprint: Blueprint, { value, inputHash }: Rendered): Prepared => {
  const { request, step, mode, at, prepared } = preparation
  const start = stepStart(request, step, mode, inputHash)
  if (start.kind === 'input-changed') return failed(preparation, prepareFailure('INPUT_CHANGED', 'the same input rendered to another config than before, and what was made with that one may exist: look, and retry with this step in redo to do it anew'))
  if (start.kind === 'not-startable') return failed(preparation, prepareFailure('NOT_STARTABLE', 'the step cannot start in its present state'))
  const decoded = decodeConfig(blueprint.action, value)
  if ('message' in decoded) return failed(preparation, prepareFailure('CONFIG_INVALID', decoded.message))
  prepared.set(step, { config: decoded.value })
  const timeoutMs = findPlanned(request, step)?.timeoutMs ?? 0
  return { type: 'step-started', at, step, execution: start.execution, mode: start.mode, inputHash, deadline: at + timeoutMs }
}

/**
 * Answers `prepare-step`: conditions, rendering, schema. Pure but for `prepared`, where it leaves the decoded config for the call that
 * follows the commit. Secrets and passwords stand in it as references.
 */
export const prepareStep = (preparation: Preparation): Prepared => {
  const { blueprint, mode, step, at, request } = preparation
  if (blueprint === undefined) {
    return failed(preparation, prepareFailure('DEFINITION_UNAVAILABLE', 'the definition of this request, or the action of this step, is not available any more'))
  }
  if (mode === 'run' && isSkipped(preparation, blueprint)) return { type: 'step-skipped', at, step, why: 'condition' }
  const iteration = findStep(request, step)?.iteration ?? 1
  const first = rendered(preparation, blueprint, iteration)
  if ('failure' in first) return failed(preparation, first.failure)
  const start = stepStart(request, step, mode, first.inputHash)
  // Generated values depend on the iteration: where it rises, they are made anew.
  if (start.kind !== 'start' || start.iteration === iteration) return started(preparation, blueprint, first)
  const again = rendered(preparation, blueprint, start.iteration)
  return 'failure' in again ? failed(preparation, again.failure) : started(preparation, blueprint, again)
}
