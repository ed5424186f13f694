import type { AnyAction, RequestFacts } from '../action/action.js'
import { fatal } from '../action/action-failure.js'
import { PaoError } from '../errors.js'
import { type Instant, type JsonObject, isJsonObject } from '../json.js'
import { allRows } from '../request/request-rows.js'
import type { ServiceRequest } from '../request/service-request.js'
import { type ExecutionScope, readSecret } from './action-context.js'
import type { Blueprint } from './blueprint.js'
import type { Engine } from './engine.js'
import type { Interruption } from './interruption.js'
import { type PreparedStep, decodeConfig } from './prepare-step.js'
import { type Redactor, createRedactor } from '../redactor.js'
import { type StepLogBuffer, createStepLogBuffer } from './step-log-buffer.js'
import { type ClearValues, renderStep, sealContext, shownRequestId } from './variables.js'

/** Which execution is opened, and what of it exists already. */
export interface Opening {
  readonly step: string
  readonly iteration: number
  readonly execution: number
  readonly interruption: Interruption
  readonly deadline: Instant
  readonly claim?: { readonly owner: string; readonly epoch: number }
  readonly redactor?: Redactor
  readonly logs?: StepLogBuffer
  /** The config as decoded when the step was prepared; used where it holds no reference to a secret. */
  readonly prepared?: PreparedStep
}

/** What an action may know of the request. */
export const factsOf = (request: ServiceRequest, step: string): RequestFacts => {
  const { accepted, revision } = request
  const metadata = isJsonObject(revision.variables) ? revision.variables['metadata'] : undefined
  const name = isJsonObject(metadata) && typeof metadata['name'] === 'string' ? metadata['name'] : accepted.subject.id
  const { id, email, teams } = accepted.requester
  return {
    id: shownRequestId(request.id), correlationId: accepted.correlationId, step, acceptedAt: accepted.at,
    subject: { kind: accepted.subject.kind, id: accepted.subject.id, version: accepted.subject.version, name },
    requester: { id, teams, ...(email === undefined ? {} : { email }) },
    ...(accepted.environment === undefined ? {} : { environment: accepted.environment }),
  }
}

/** Password fields in clear, registered with the redactor. */
export const openFields = async (engine: Engine, request: ServiceRequest, fields: readonly string[], redactor: Redactor): Promise<JsonObject> => {
  const input = isJsonObject(request.revision.input) ? request.revision.input : {}
  const opened: [string, string][] = []
  for (const field of fields) {
    const sealed = input[field]
    if (typeof sealed !== 'string') continue
    if (engine.ports.cipher === undefined) throw fatal('NO_ENCRYPTION_KEY', `the field ${field} is encrypted and this server has no key to open it`)
    const clear = await engine.ports.cipher.open(sealed, sealContext(request.id, field))
    redactor.add(clear)
    opened.push([field, clear])
  }
  return Object.fromEntries(opened)
}

const clearValuesOf = async (engine: Engine, request: ServiceRequest, blueprint: Blueprint, redactor: Redactor): Promise<ClearValues> => {
  const secrets: [string, string][] = []
  for (const name of blueprint.secretNames) secrets.push([name, await readSecret(engine.ports.secrets, name, redactor)])
  return { secrets: Object.fromEntries(secrets), fields: await openFields(engine, request, blueprint.sealedFields, redactor) }
}

/** Renders the config once more with secrets in clear: the one the action sees. */
const clearConfig = async (engine: Engine, request: ServiceRequest, blueprint: Blueprint, opening: Opening, redactor: Redactor): Promise<unknown> => {
  const clear = await clearValuesOf(engine, request, blueprint, redactor)
  const answer = renderStep(request, blueprint, { id: opening.step, iteration: opening.iteration }, clear)
  if (!answer.ok) throw fatal('RENDER_FAILED', `config.${answer.path.join('.')}: ${answer.issue.message}`)
  const decoded = decodeConfig(blueprint.action, answer.value)
  if ('message' in decoded) throw fatal('CONFIG_INVALID', redactor.text(decoded.message))
  return decoded.value
}

const isSecretFree = (blueprint: Blueprint): boolean => blueprint.secretNames.length === 0 && blueprint.sealedFields.length === 0

/** Everything that an action needs for one execution, or for one look at what it waits for. */
export const openExecution = async (
  engine: Engine, request: ServiceRequest, opening: Opening,
): Promise<{ readonly action: AnyAction; readonly scope: ExecutionScope }> => {
  const { step, iteration, execution } = opening
  const { ports } = engine
  const blueprint = (engine.definitions.known(request) ?? await engine.definitions.of(request))(step)
  if (blueprint === undefined) throw new PaoError('DEFINITION_UNAVAILABLE', `the definition or the action of step ${step} is not available any more`)
  const row = allRows(request).find((candidate) => candidate.id === step && candidate.iteration === iteration)
  const now = (): Instant => ports.clock.now()
  const redactor = opening.redactor ?? createRedactor()
  const reuse = opening.prepared !== undefined && isSecretFree(blueprint)
  const scope: { -readonly [Member in keyof ExecutionScope]: ExecutionScope[Member] } = {
    action: blueprint.action,
    config: reuse ? opening.prepared.config : await clearConfig(engine, request, blueprint, opening, redactor),
    key: `${shownRequestId(request.id)}:${step}:${iteration}`,
    attempt: execution,
    request: factsOf(request, step),
    interruption: opening.interruption,
    deadline: opening.deadline,
    logs: opening.logs ?? createStepLogBuffer({ step, iteration, execution, redactor, now }),
    redactor,
    checkpointScope: { requestId: request.id, step, iteration, inputHash: row?.inputHash ?? '' },
    now,
    ports,
  }
  if (row?.uncertainSince !== undefined) scope.uncertainSince = row.uncertainSince
  if (opening.claim !== undefined) scope.claim = opening.claim
  return { action: blueprint.action, scope }
}
