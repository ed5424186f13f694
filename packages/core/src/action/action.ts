import type { Instant, Json, JsonObject } from '../json.js'
import type { HttpClient } from './http.js'
import type { Classification, ExternalReference, Observation, Outcome, Reconciliation } from './outcome.js'
import type { StandardSchema } from './standard-schema.js'

/** The version of this contract. An action that names another is refused at registration with a coded issue. */
export const ACTION_API_VERSION = 1

/** What running an action twice would do to the outside world. */
export type Effect = 'none' | 'idempotent' | 'create'

/** What a template's text becomes: the encoding is chosen by the action, never by the author of a document. */
export type TemplateTarget = 'text' | 'json' | 'yaml' | 'hcl' | 'xml' | 'form' | 'html' | 'url' | 'header' | 'path' | 'value'

/**
 * Which strings of the config are templates, and for which target. The path is relative to `config`; `*` stands for any member or
 * index, `**` (last) for everything below. The first rule that fits decides; a string that no rule fits must hold no expression.
 * `secrets`: whether a secret may stand in it. Default false: it would be readable where the text goes.
 */
export interface TemplateRule {
  readonly path: string
  readonly target: TemplateTarget
  readonly secrets?: boolean
}

/** The names and kind of the caller's request that an action may show to people outside. */
export interface RequestFacts {
  readonly id: string
  readonly correlationId: string
  readonly subject: { readonly kind: 'item' | 'bundle'; readonly id: string; readonly version: string; readonly name: string }
  readonly step: string
  readonly requester: { readonly id: string; readonly email?: string; readonly teams: readonly string[] }
  readonly acceptedAt: Instant
  readonly environment?: string
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error'

/** Log lines of a step: kept with the request, shown to its owner, redacted before they are stored. */
export interface StepLog {
  debug(message: string, data?: Json): void
  info(message: string, data?: Json): void
  warn(message: string, data?: Json): void
  error(message: string, data?: Json): void
}

/** What `plan` may use: nothing that writes. */
export interface PlanContext<Config> {
  readonly config: Config
  /** Stable over all attempts of one (request, step, iteration). */
  readonly key: string
  readonly request: RequestFacts
}

/** What `run`, `resume`, `reconcile`, `observe` and `compensate` get. */
export interface ActionContext<Config> extends PlanContext<Config> {
  /** Number of this execution in its iteration, from 1. */
  readonly attempt: number
  /** Aborted with the reason `cancel`, `deadline` or `shutdown`. */
  readonly signal: AbortSignal
  readonly log: StepLog
  /** The engine's clock. */
  now(): Instant
  /**
   * When it was recorded that an earlier run may have made its effect: never before that run's last call, so a search that lags behind
   * writes can count from here. Set in `reconcile` after a crash, a timeout or a lost answer; absent otherwise.
   */
  readonly uncertainSince?: Instant
  /** Resolves a secret that `secrets` declared; registered with the redactor before it is returned. Any other name is a fatal failure. */
  secret(name: string): Promise<string>
  /** Registers a value that must appear in no log, error or output from now on. */
  sensitive(value: string): void
  /**
   * A named piece of work whose result is kept, so that a second run does not repeat it. Keyed by step, iteration, input and name;
   * stored before it resolves; `undefined` and falsy values survive. The same name twice in one run is an error.
   */
  checkpoint<Value extends Json | undefined>(name: string, work: () => Promise<Value>): Promise<Value>
  readonly http: HttpClient
}

/** What `check` may use. */
export interface CheckContext {
  readonly http: HttpClient
  readonly signal: AbortSignal
  /** Resolves a secret by its name: the names that a connection refers to. Throws when there is none. */
  secret(name: string): Promise<string>
}

/** What `normalize` found. Paths are those of the config as written. */
export interface NormalizedConfig {
  readonly config: JsonObject
  /** What was read although it is not the canonical spelling, or was left out and taken for its default. Errors in a strict profile. */
  readonly warnings: readonly { readonly path: readonly (string | number)[]; readonly message: string }[]
  /** Settings of the step that older spellings kept inside its config, in the envelope's own spelling. The step's own win. Absent: none. */
  readonly step?: { readonly retry?: JsonObject; readonly timeout?: number }
}

/** What `lint` found. Paths are those of the normalised config. */
export interface ConfigFinding {
  readonly path: readonly (string | number)[]
  /** `blocks`: the document is right and this installation cannot carry it out: the item is shown and not orderable. */
  readonly severity: 'error' | 'warning' | 'blocks'
  readonly code: string
  readonly message: string
}

/** What something costs. */
export interface PlannedCost {
  readonly amount: number
  /** ISO 4217, for example "EUR". */
  readonly currency: string
  readonly per: 'once' | 'hour' | 'month' | 'year'
}

/** What a run would change, told without writing. */
export interface PlannedChange {
  /** One line for people, for example "POST https://…/databases". */
  readonly summary: string
  readonly changes: readonly { readonly kind: 'create' | 'update' | 'delete' | 'call' | 'read'; readonly target: string; readonly details?: JsonObject }[]
  /** What it would cost. Absent: the action does not know. */
  readonly cost?: PlannedCost
}

export interface ActionExample<Config = unknown> {
  readonly title: string
  readonly config: Config
}

/**
 * A Standard Schema with its JSON Schema (draft 2020-12) beside it; the JSON Schema describes the input, so that defaults stay optional.
 * The schema of a config answers synchronously and drops members that it does not know; the JSON Schema is closed, so that a linter of
 * documents can name them.
 */
export interface ActionSchema<Value> {
  readonly schema: StandardSchema<unknown, Value>
  readonly jsonSchema: JsonObject
}

/** What a plugin provides. Every member but the functions is data too, served by the API and used by docs, lint, form and portal. */
export interface Action<Config = unknown, Output extends Json = Json> {
  /** Kebab-case, used as `type` in documents, unique in a registry. */
  readonly type: string
  readonly aliases?: readonly string[]
  /** Semantic version of the action. */
  readonly version: string
  readonly apiVersion: typeof ACTION_API_VERSION
  readonly summary: string
  readonly examples: readonly ActionExample[]
  readonly config: ActionSchema<Config>
  /** What later steps can read as `output.<step>.…`. A function where the document decides, as `parsing.extract` does. */
  readonly output: ActionSchema<Output>
  /**
   * What this document's config lets later steps read, beside the schema's own: for each name the JSON Schema of its value (`{}`: any), with
   * `x-optional: true` where it may be left out.
   * Takes the normalised config, templates unrendered. `undefined` or no member: nothing.
   */
  readonly declaredOutputs?: (config: JsonObject) => JsonObject | undefined
  readonly templates: readonly TemplateRule[] | ((config: JsonObject) => readonly TemplateRule[])
  /** Brings older spellings of a config into the canonical one; called once at load. Default: as written. */
  readonly normalize?: (config: JsonObject) => NormalizedConfig
  /** Checks of a normalised config, templates unrendered, that its schema cannot say; called once at load. Default: none. */
  readonly lint?: (config: JsonObject) => readonly ConfigFinding[]
  /** Secrets that a config may ask for. Default: none. */
  readonly secrets?: (config: Config) => readonly string[]
  readonly effect: Effect | ((config: Config) => Effect)
  plan(context: PlanContext<Config>): PlannedChange
  run(context: ActionContext<Config>): Promise<Outcome<Output>>
  resume?(context: ActionContext<Config>, payload: Json): Promise<Outcome<Output>>
  observe?(context: ActionContext<Config>, reference: ExternalReference): Promise<Observation>
  reconcile?(context: ActionContext<Config>): Promise<Reconciliation<Output>>
  /**
   * Undoes what the step made, idempotently, and touches nothing else; or says why that cannot be. `done`: what the step gave; `null` when
   * it had made something and not ended, as a step that was still waiting.
   */
  compensate?: ((context: ActionContext<Config>, done: Output | null) => Promise<void>) | { readonly impossible: string }
  /** How an error means. Returning `undefined` leaves it to the default map. */
  classify?(error: unknown): Classification | undefined
  /** A credential and reachability test, used by health. Tells in `message` what does not work; it does not throw for that. */
  check?(context: CheckContext): Promise<{ readonly ok: boolean; readonly message: string }>
}

/** Any action, whatever its types: what registries and the engine hold. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- the config type is private to each action
export type AnyAction = Action<any, any>

interface Undoable<Config, Output extends Json> {
  reconcile(context: ActionContext<Config>): Promise<Reconciliation<Output>>
  readonly compensate: ((context: ActionContext<Config>, done: Output | null) => Promise<void>) | { readonly impossible: string }
}

/** An action that may create something must say how it is found again and how it is undone: the compiler asks for both. */
export type ActionDeclaration<Config, Output extends Json> =
  | (Action<Config, Output> & { readonly effect: 'none' | 'idempotent' })
  | (Action<Config, Output> & { readonly effect: 'create' | ((config: Config) => Effect) } & Undoable<Config, Output>)

/**
 * Declares an action. Nothing is registered by it and nothing runs: a factory returns its result, and who composes the program
 * passes it to `createOrchestrator({ actions })`.
 */
export const defineAction = <Config, Output extends Json>(declaration: ActionDeclaration<Config, Output>): Action<Config, Output> => declaration
