import { hashOfJson } from '../canonical-json.js'
import type { InputProblem, InputWarning } from '../form/input-problem.js'
import { type JsonObject, isJsonObject } from '../json.js'
import type { StoredRequest } from '../ports/request-store.js'
import type { Rejected } from '../request/rejection.js'
import type { RequestEvent } from '../request/request-event.js'
import type { Cause, Person } from '../request/person.js'
import type { Revision, ServiceRequest } from '../request/service-request.js'
import { openFields } from './open-execution.js'
import { createRedactor } from '../redactor.js'
import { type SentInput, checkInput, pointedAt, readInput } from './check-input.js'
import { applyOutside } from './apply-outside.js'
import type { Engine } from './engine.js'
import { checkChosen } from './field-options/check-chosen.js'
import type { OptionWorld } from './field-options/field-options.js'
import type { AbortCommand, DecisionAnswer, Refusal, RetryCommand } from './orchestrator-api.js'
import { mayDecide, viewerOf } from './permissions.js'
import { MASK } from './dry-run.js'
import { sealInput } from './submit.js'
import { renderStep } from './variables.js'
import { viewOf } from './views.js'

const changed: Rejected = { rejection: { code: 'NOT_IN_THIS_STATE', message: 'the request has changed since the decision was made; look at it again' } }

const isWanted = ({ ifVersion }: { readonly ifVersion?: number }, version: number): boolean => ifVersion === undefined || ifVersion === version

/**
 * Whether a failed request is still in the failure that a person has seen: what was found out about the effects of one execution says
 * nothing about those of a later one.
 */
const isSameFailure = (seen: ServiceRequest, now: ServiceRequest): boolean =>
  seen.steps.every((step, index) => step.iteration === now.steps[index]?.iteration && step.executions === now.steps[index].executions)

/** What decisions with edited input need. */
export interface Deciding {
  readonly engine: Engine
  readonly optionWorld: OptionWorld
}

type EventFor = (request: ServiceRequest) => RequestEvent | Rejected

const decide = async (
  engine: Engine, command: { readonly caller: Person; readonly requestId: string; readonly ifVersion?: number },
  eventFor: (stored: StoredRequest) => Promise<EventFor | Refusal>,
): Promise<DecisionAnswer> => {
  const stored = await engine.ports.requests.find(command.requestId, viewerOf(command.caller))
  if (stored === undefined) return { kind: 'not-found' }
  if (!mayDecide(stored.request, command.caller)) return { kind: 'forbidden', message: 'only the requester and the owning team may decide on this request' }
  if (!isWanted(command, stored.request.version)) return { kind: 'precondition-failed', version: stored.request.version }
  const event = await eventFor(stored)
  if (typeof event !== 'function') return { kind: 'refused', refusal: event }
  let version = stored.request.version
  const applied = await applyOutside(engine, stored, (request) => {
    version = request.version
    return isWanted(command, version) ? event(request) : changed
  })
  if (!isWanted(command, version)) return { kind: 'precondition-failed', version }
  return 'rejection' in applied ? { kind: 'rejected', rejection: applied.rejection } : { kind: 'done', request: viewOf(engine, applied.stored) }
}

const causeOf = (engine: Engine, command: { readonly caller: Person; readonly reason: string }): Cause =>
  ({ by: command.caller, reason: command.reason, at: engine.ports.clock.now() })

const inputOf = (request: ServiceRequest): JsonObject => isJsonObject(request.revision.input) ? request.revision.input : {}

/** Edited input, and what could not be made sure of it. */
interface Edited {
  readonly revision: Revision
  readonly warnings: readonly InputWarning[]
}

/** The edited input, checked by the form the request is pinned to. A password that is not typed again, or comes back as the mask that people see, stays as it is. */
const editedRevision = async ({ engine, optionWorld }: Deciding, request: ServiceRequest, sent: SentInput & { readonly caller: Person }): Promise<Edited | Refusal> => {
  const loaded = await engine.definitions.loaded(request)
  if (loaded === undefined) return { kind: 'refused', code: 'ITEM_NOT_ORDERABLE', message: 'the definition of this request is not available any more: retry without edits, or abort', problems: [] }
  const before = inputOf(request)
  const read = readInput(loaded, sent)
  const { fields } = read
  const kept = loaded.sealedFields.filter((field) => (!Object.hasOwn(fields, field) || fields[field] === MASK) && Object.hasOwn(before, field))
  const checked = checkInput(loaded, read, { ...fields, ...await openFields(engine, request, kept, createRedactor()) })
  if (!checked.ok) return { kind: 'refused', code: 'VALIDATION_ERROR', message: 'the input does not fit the form', problems: checked.problems }
  const { problems, warnings } = await checkChosen(optionWorld, loaded, checked.value, viewerOf(sent.caller), before)
  if (problems.length > 0) return { kind: 'refused', code: 'VALIDATION_ERROR', message: 'the input does not fit the form', problems: problems.map((problem) => pointedAt(loaded, sent, problem)) }
  const typed = loaded.sealedFields.filter((field) => !kept.includes(field))
  const { revision } = request
  const sealed = Object.fromEntries(kept.filter((field) => Object.hasOwn(checked.value, field)).map((field) => [field, before[field] ?? null]))
  return { revision: { ...revision, number: revision.number + 1, input: { ...await sealInput(engine, request.id, checked.value, typed), ...sealed } }, warnings }
}

/**
 * Steps whose effect exists, or may, and that the edited input would have run with another config: nothing is guessed about them.
 * A new input takes a new key, and a new key would make a second effect.
 */
const changedSteps = async (engine: Engine, request: ServiceRequest, revision: Revision, redo: readonly string[]): Promise<readonly string[]> => {
  const edited = { ...request, revision }
  const blueprints = await engine.definitions.of(request)
  return request.steps.filter((step) => {
    const blueprint = blueprints(step.id)
    const mayHaveActed = step.state === 'completed' || (step.state === 'failed' && step.failure.kind !== 'unknown' && step.uncertainSince !== undefined)
    if (!mayHaveActed || step.inputHash === undefined || blueprint === undefined || redo.includes(step.id)) return false
    const answer = renderStep(edited, blueprint, step)
    return !answer.ok || hashOfJson(answer.value) !== step.inputHash
  }).map((step) => step.id)
}

const retryRevision = async (deciding: Deciding, request: ServiceRequest, command: RetryCommand): Promise<Edited | Refusal | undefined> => {
  if (command.fields === undefined && command.input === undefined) return undefined
  const edited = await editedRevision(deciding, request, command)
  if ('kind' in edited) return edited
  const changed = await changedSteps(deciding.engine, request, edited.revision, command.redo)
  if (changed.length === 0) return edited
  return {
    kind: 'refused', code: 'VALIDATION_ERROR', message: `the edited input changes what has been done already: ${changed.join(', ')}`,
    problems: changed.map((step) => ({ field: '', constraint: 'completed-step', message: `step ${step} was carried out, or may have been, with other values; name it in redo to do it again all the same, or keep its values` })),
  }
}

/** What a person says a step has made must be what its action would have given: later steps read it. */
const checkResolved = async (engine: Engine, request: ServiceRequest, resolved: RetryCommand['resolved']): Promise<Refusal | undefined> => {
  const blueprints = await engine.definitions.of(request)
  const problems: InputProblem[] = []
  for (const { step, effect } of resolved) {
    const schema = blueprints(step)?.action.output.schema
    if (effect === 'absent' || schema === undefined) continue
    const checked = await schema['~standard'].validate(effect.present)
    for (const issue of checked.issues ?? []) {
      const path = (issue.path ?? []).map((part) => String(typeof part === 'object' ? part.key : part))
      problems.push({ field: ['resolved', step, 'present', ...path].join('.'), constraint: 'output', message: issue.message })
    }
  }
  return problems.length === 0 ? undefined : { kind: 'refused', code: 'VALIDATION_ERROR', message: 'what is said to be present is not an output of its step', problems }
}

/** A failed request goes on from where it failed. */
export const retry = (deciding: Deciding, command: RetryCommand): Promise<DecisionAnswer> => decide(deciding.engine, command, async ({ request: seen }) => {
  const { engine } = deciding
  const edited = seen.status.state === 'failed' ? await retryRevision(deciding, seen, command) : undefined
  if (edited !== undefined && 'kind' in edited) return edited
  const refused = await checkResolved(engine, seen, command.resolved)
  if (refused !== undefined) return refused
  const cause = causeOf(engine, command)
  return (request) => !isSameFailure(seen, request) ? changed : ({
    type: 'retry-requested', cause, redo: command.redo, resolved: command.resolved, ...(edited === undefined ? {} : { revision: edited.revision, ...(edited.warnings.length === 0 ? {} : { warnings: edited.warnings }) }),
  })
})

/** A failed request ends for good; what exists is taken back where that was asked for, else it stays as it is and is shown. */
export const abort = (engine: Engine, command: AbortCommand): Promise<DecisionAnswer> => decide(engine, command, () => {
  const cause = causeOf(engine, command)
  return Promise.resolve(() => ({ type: 'abort-requested', cause, compensate: command.compensate === true }))
})
