import { canonicalJson, hashOfJson } from '../canonical-json.js'
import type { Catalog } from '../catalog/catalog.js'
import type { LoadedItem } from '../catalog/loaded-item.js'
import { orderability } from '../catalog/orderability.js'
import { PaoError } from '../errors.js'
import type { InputProblem, InputWarning } from '../form/input-problem.js'
import type { Instant, JsonObject } from '../json.js'
import type { IdempotencyKey, RequestStore, Submitted } from '../ports/request-store.js'
import { type Advanced, advance } from '../request/advance.js'
import { planOf } from '../request/plan-request.js'
import type { Accepted, Revision } from '../request/service-request.js'
import { checkInput, pointedAt, readInput } from './check-input.js'
import { acceptedOf } from './accepted.js'
import { commitOf, storedOf } from './commit-events.js'
import type { Engine } from './engine.js'
import { checkChosen } from './field-options/check-chosen.js'
import type { OptionWorld } from './field-options/field-options.js'
import type { Refusal, SubmitAnswer, SubmitCommand, SubmitOptions } from './orchestrator-api.js'
import { isAdministrator, viewerOf } from './permissions.js'
import { type PreparedSteps, prepareStep } from './prepare-step.js'
import { freezeVariables, sealContext } from './variables.js'
import { viewOf } from './views.js'
import type { Worker } from './worker.js'

/** What a submission needs beside the engine. */
export interface SubmitDependencies {
  readonly engine: Engine
  readonly worker: Worker
  readonly catalog: () => Catalog
  /** Values of the process variables that templates may read. */
  readonly env: JsonObject
  /** Where the options of form fields come from. */
  readonly optionWorld: OptionWorld
}

/** A submission that was checked and may be accepted. */
export interface Checked {
  readonly kind: 'checked'
  readonly loaded: LoadedItem
  /** After defaults, with values of hidden fields dropped; passwords in clear. */
  readonly input: JsonObject
  /** What could not be made sure of the input. Absent: nothing. */
  readonly warnings?: readonly InputWarning[]
}

const refused = (code: Refusal['code'], message: string, problems: readonly InputProblem[] = []): Refusal => ({ kind: 'refused', code, message, problems })

/** Everything that is decided before anything is written: the item, who may order it, the input. */
export const checkSubmission = ({ catalog, engine }: SubmitDependencies, command: SubmitCommand): Checked | Refusal => {
  const loaded = catalog().get(command.itemId)
  const order = loaded === undefined ? undefined : orderability(loaded, {
    teams: command.caller.teams, administrator: isAdministrator(command.caller), now: engine.ports.clock.now(), ...(command.environment === undefined ? {} : { environment: command.environment }),
  })
  if (loaded === undefined || order === undefined || order.kind === 'hidden') return refused('CATALOG_ITEM_NOT_FOUND', `there is no catalog item ${command.itemId}`)
  const checked = checkInput(loaded, readInput(loaded, command))
  const problems = [...(order.kind === 'input' ? order.problems : []), ...(checked.ok ? [] : checked.problems)]
  if (order.kind === 'not-orderable') return refused('ITEM_NOT_ORDERABLE', order.message)
  if (command.version !== undefined && command.version !== loaded.item.version) {
    return refused('ITEM_NOT_ORDERABLE', `version ${command.version} of ${command.itemId} is not served; the present one is ${loaded.item.version}`)
  }
  if (!checked.ok || problems.length > 0) return refused('VALIDATION_ERROR', 'the input does not fit the form', problems)
  if (loaded.sealedFields.length > 0 && engine.ports.cipher === undefined) {
    return refused('ITEM_NOT_ORDERABLE', `${command.itemId} asks for a password and this server has no encryption key; set PAO_ENCRYPTION_KEY`)
  }
  return { kind: 'checked', loaded, input: checked.value }
}

/** As `checkSubmission`, with the values that were chosen compared with what their data sources offer now. */
export const checkWithOptions = async (dependencies: SubmitDependencies, command: SubmitCommand): Promise<Checked | Refusal> => {
  const checked = checkSubmission(dependencies, command)
  if (checked.kind === 'refused') return checked
  const { problems, warnings } = await checkChosen(dependencies.optionWorld, checked.loaded, checked.input, viewerOf(command.caller))
  if (problems.length > 0) return refused('VALIDATION_ERROR', 'the input does not fit the form', problems.map((problem) => pointedAt(checked.loaded, command, problem)))
  return warnings.length === 0 ? checked : { ...checked, warnings }
}

/** Encrypts what was typed into password fields, each bound to its request and field. */
export const sealInput = async (engine: Engine, requestId: string, input: JsonObject, fields: readonly string[]): Promise<JsonObject> => {
  const sealed: { [field: string]: string } = {}
  for (const field of fields) {
    const clear = input[field]
    if (typeof clear !== 'string') continue
    if (engine.ports.cipher === undefined) throw new PaoError('INVARIANT', 'a password field was accepted without a key')
    sealed[field] = await engine.ports.cipher.seal(clear, sealContext(requestId, field))
  }
  return { ...input, ...sealed }
}

/** The scope and hash of an Idempotency-Key. The hash is keyed where there is a key: bodies may hold passwords. */
const idempotencyOf = async (engine: Engine, command: SubmitCommand): Promise<IdempotencyKey | undefined> => {
  if (command.idempotency === undefined) return undefined
  const { route, key, body } = command.idempotency
  const { cipher } = engine.ports
  const bodyHash = cipher === undefined ? hashOfJson(body) : await cipher.digest(canonicalJson(body))
  return { principal: command.caller.id, route, key, bodyHash }
}

const replayed = async (
  engine: Engine, requests: Pick<RequestStore, 'load'>, earlier: { readonly requestId: string; readonly sameBody: boolean },
): Promise<SubmitAnswer> => {
  if (!earlier.sameBody) return refused('IDEMPOTENCY_CONFLICT', 'this Idempotency-Key was used with another body')
  const stored = await requests.load(earlier.requestId)
  if (stored === undefined) throw new PaoError('INVARIANT', `request ${earlier.requestId} of a known Idempotency-Key is not stored`)
  return { kind: 'replayed', request: viewOf(engine, stored) }
}

/** A request before its acceptance. */
export interface Draft {
  readonly id: string
  readonly at: Instant
  readonly accepted: Accepted
  readonly revision: Revision
}

/** The request as it would be accepted. `unsealed` leaves passwords as they are given, for a dry run that has masked them. */
export const draftOf = async (
  { engine, env }: Pick<SubmitDependencies, 'engine' | 'env'>, command: SubmitCommand, { loaded, input }: Checked, passwords: 'sealed' | 'unsealed' = 'sealed',
): Promise<Draft> => {
  const { ids, clock } = engine.ports
  const { item } = loaded
  const id = ids.requestId()
  const at = clock.now()
  const accepted = acceptedOf(loaded, { at, requester: command.caller, correlationId: command.correlationId ?? ids.uuid(), environment: command.environment })
  const { timeoutMs } = item.fulfillment
  const revision: Revision = {
    number: 1, input: passwords === 'sealed' ? await sealInput(engine, id, input, loaded.sealedFields) : input, sealed: loaded.sealedFields,
    variables: { ...freezeVariables(id, accepted, item.metadata, loaded.envOf(env)) }, ...planOf(loaded),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  }
  return { id, at, accepted, revision }
}

const accept = async (engine: Engine, draft: Draft, { warnings }: Checked, room: boolean, prepared: PreparedSteps): Promise<Advanced> => {
  const blueprints = engine.definitions.known(draft) ?? await engine.definitions.of(draft)
  const advanced = advance(undefined, { type: 'request-accepted', ...draft, approvals: [], room, ...(warnings === undefined ? {} : { warnings }) }, room
    ? (request, step, mode, at) => prepareStep({ request, step, mode, at, blueprint: blueprints(step), jitter: engine.ports.ids.fraction(), prepared })
    : undefined)
  if ('rejection' in advanced) throw new PaoError('INVARIANT', `a submission was rejected: ${advanced.rejection.message}`)
  return advanced
}

/**
 * Accepts a request: check, plan, transition, one commit. With a free place in this process the first step is prepared and the request
 * claimed in the same commit, so that it runs at once; else it is queued, due at once. So it is in a transaction of the caller's: what is not
 * committed yet must not run.
 */
export const submit = async (dependencies: SubmitDependencies, command: SubmitCommand, { requests: foreign }: SubmitOptions = {}): Promise<SubmitAnswer> => {
  const { engine, worker } = dependencies
  const { ports, owner, options } = engine
  const requests = foreign ?? ports.requests
  const idempotency = await idempotencyOf(engine, command)
  const checked = await checkWithOptions(dependencies, command)
  if (checked.kind === 'refused') {
    // A key that was accepted once stays answered, also when the item has changed since.
    const earlier = idempotency === undefined ? undefined : await requests.recall(idempotency)
    return earlier === undefined ? checked : replayed(engine, requests, earlier)
  }
  await engine.definitions.keep(checked.loaded)
  const draft = await draftOf(dependencies, command, checked)
  const place = foreign === undefined ? worker.reserve() : undefined
  try {
    const prepared: PreparedSteps = new Map()
    const advanced = await accept(engine, draft, checked, place !== undefined, prepared)
    const commit = commitOf(
      { after: advanced.request, events: advanced.events, effects: advanced.effects, logs: [] },
      { owner, claim: place === undefined ? 'keep' : 'take', leaseMs: options.leaseMs }, ports.ids,
    )
    const answer: Submitted = await requests.submit(commit, idempotency)
    if (answer.kind === 'replayed') return await replayed(engine, requests, answer)
    const stored = storedOf(advanced.request, commit.entry, draft.at)
    if (answer.epoch !== undefined && place !== undefined) place.take(stored, answer.epoch, advanced.effects, prepared)
    else if (foreign === undefined && commit.wakeAt !== undefined) engine.wake(commit.wakeAt)
    return { kind: 'accepted', request: viewOf(engine, stored), ...(checked.warnings === undefined ? {} : { warnings: checked.warnings }) }
  } finally {
    place?.leave()
  }
}
