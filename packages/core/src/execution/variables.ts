import { sha256 } from '../canonical-json.js'
import { parsePath, readPath } from '../expression/path.js'
import { type Instant, type Json, type JsonObject, isJsonObject } from '../json.js'
import type { Accepted, ServiceRequest } from '../request/service-request.js'
import type { Step } from '../request/step.js'
import { type RenderedConfig, renderConfig } from '../template/config.js'
import type { Generated, Variables } from '../template/variables.js'
import type { Blueprint } from './blueprint.js'

/** What is frozen with the input when a request is accepted: every scope that does not change afterwards. */
export interface FrozenVariables {
  readonly metadata: JsonObject
  readonly request: JsonObject
  readonly system: JsonObject
  readonly env: JsonObject
}

/** How people and templates see a request's id. */
export const shownRequestId = (id: string): string => `req-${id}`

/** What a sealed field is bound to: its ciphertext opens nowhere else. */
export const sealContext = (requestId: string, field: string): string => `${requestId}:${field}`

const uuidFrom = (seed: string): string => {
  const hex = sha256(seed)
  const variant = ((parseInt(hex.slice(16, 18), 16) & 0x3f) | 0x80).toString(16)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(18, 20)}-${hex.slice(20, 32)}`
}

const systemScope = (id: string, at: Instant): JsonObject => {
  const iso = new Date(at).toISOString()
  const uuid = uuidFrom(`${id}:system`)
  return {
    date: iso.slice(0, 10), time: iso.slice(11, 19), datetime: iso, timestamp: iso,
    unix_timestamp: Math.floor(at / 1000), uuid, short_id: uuid.slice(0, 8),
  }
}

const requestScope = (id: string, accepted: Accepted): JsonObject => {
  const { requester } = accepted
  return {
    id: shownRequestId(id), timestamp: new Date(accepted.at).toISOString(), correlation_id: accepted.correlationId,
    ...(accepted.environment === undefined ? {} : { environment: accepted.environment }),
    user: { id: requester.id, teams: requester.teams, ...(requester.email === undefined ? {} : { email: requester.email }) },
  }
}

/** The scopes that stay as they were at acceptance (spec/machine.md, determinism). */
export const freezeVariables = (id: string, accepted: Accepted, metadata: JsonObject, env: JsonObject): FrozenVariables => ({
  metadata, env, request: requestScope(id, accepted), system: systemScope(id, accepted.at),
})

const outputScope = (steps: readonly Step[]): JsonObject => {
  const outputs: [string, Json][] = []
  for (const step of steps) {
    if (step.state === 'completed') outputs.push([step.id, { status: step.state, ...(isJsonObject(step.output) ? step.output : { value: step.output }) }])
  }
  return Object.fromEntries(outputs)
}

/** Values that stand in clear only while an execution runs. */
export interface ClearValues {
  /** Secrets by name. A name that is not here renders as a reference to it. */
  readonly secrets: JsonObject
  /** Opened password fields by id. One that is not here renders as it is stored, sealed. */
  readonly fields: JsonObject
}

const NONE: JsonObject = Object.freeze({})

const asObject = (value: Json | undefined): JsonObject => isJsonObject(value) ? value : NONE

const wholeVariables = (request: ServiceRequest, secretNames: readonly string[], clear: ClearValues | undefined): Variables => {
  const frozen = asObject(request.revision.variables)
  const input = asObject(request.revision.input)
  return {
    fields: clear === undefined ? input : { ...input, ...clear.fields },
    metadata: asObject(frozen['metadata']),
    request: asObject(frozen['request']),
    system: asObject(frozen['system']),
    env: asObject(frozen['env']),
    secrets: secretNames.length === 0 ? NONE : { ...Object.fromEntries(secretNames.map((name) => [name, `secret:${name}`])), ...clear?.secrets },
    output: outputScope(request.steps),
  }
}

/** What of a step's blueprint decides what its templates read. */
export type Reading = Pick<Blueprint, 'secretNames' | 'view'>

/** The scopes of one step. A step of a bundle sees those of its component. */
export const variablesOf = (request: ServiceRequest, { secretNames, view }: Reading, clear?: ClearValues): Variables => {
  const whole = wholeVariables(request, secretNames, clear)
  return view === undefined ? whole : view.variablesOf(whole, generatedFor(request, componentSeed)).variables
}

/** What the templates of one step read of earlier outputs. */
export const outputsOf = (request: ServiceRequest, { secretNames, view }: Reading): JsonObject =>
  view === undefined ? outputScope(request.steps) : variablesOf(request, { secretNames, view }).output

/** Values that a bundle generates for a component's fields are the same for all of its steps, however often they are carried out. */
const componentSeed = { id: 'components', iteration: 1 }

/** Members of both; lists of the same name one after the other. */
const withAddition = (config: Json, addition: Json): Json => {
  const added = Object.entries(asObject(addition)).map(([name, value]): [string, Json] => {
    const own = asObject(config)[name]
    return [name, Array.isArray(own) && Array.isArray(value) ? [...own as readonly Json[], ...value as readonly Json[]] : value]
  })
  return { ...asObject(config), ...Object.fromEntries(added) }
}

/** Renders a step's config; for a step of a bundle, the values that its component gives to the item's fields before it, and then what the bundle adds. */
export const renderStep = (request: ServiceRequest, blueprint: Blueprint, step: Pick<Step, 'id' | 'iteration'>, clear?: ClearValues): RenderedConfig => {
  const whole = wholeVariables(request, blueprint.secretNames, clear)
  const viewed = blueprint.view?.variablesOf(whole, generatedFor(request, componentSeed))
  const own = viewed?.failure ?? renderConfig(blueprint.config, viewed?.variables ?? whole, generatedFor(request, step))
  if (!own.ok || blueprint.addition === undefined) return own
  const addition = renderConfig(blueprint.addition, whole, generatedFor(request, step))
  return addition.ok ? { ok: true, value: withAddition(own.value, addition.value) } : addition
}

/** Where the generated values of a step's templates come from (spec/machine.md, determinism). */
export const generatedFor = (request: ServiceRequest, step: Pick<Step, 'id' | 'iteration'>): Generated => ({
  seed: `${request.id}:${step.id}:${step.iteration}`, at: request.accepted.at,
})

/** Reads a condition's field: `environment` is a form field, `output.create-queue.arn` a path into a scope. */
export const readConditionField = (variables: Variables, path: string): Json | undefined => {
  const [head = '', ...rest] = parsePath(path) ?? []
  return rest.length > 0 && Object.hasOwn(variables, head) ? readPath(variables, path) : readPath(variables.fields, path)
}
