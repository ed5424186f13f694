import type { InputProblem, InputWarning } from '../form/input-problem.js'
import type { Instant, Json, JsonObject } from '../json.js'
import type { LogLine, RequestStore, StoredRequest, Viewer } from '../ports/request-store.js'
import type { Person } from '../request/person.js'
import type { Rejection } from '../request/rejection.js'
import type { OptionsAnswer, OptionsCommand } from './field-options/ask-options.js'

export interface SubmitCommand {
  readonly caller: Person
  readonly itemId: string
  /** Item version the caller saw; another one is refused. Absent: whatever is served. */
  readonly version?: string
  /** The values by field id. Absent: `input` has them, or the form gets none. */
  readonly fields?: JsonObject
  /** The same by group, `{ name, <group>: { <field>: value } }`, as catalog/v1 has it. Only one of both may be given. */
  readonly input?: JsonObject
  readonly environment?: string
  readonly correlationId?: string
  readonly idempotency?: { readonly route: string; readonly key: string; readonly body: Json }
}

/** Where a submission is written. */
export interface SubmitOptions {
  /**
   * The store to write it through instead of the orchestrator's own: one over a transaction that the caller has opened, so that the request is
   * there exactly when the caller's own rows are. No claim is taken in it: the request is queued, due at once, and nothing runs before the caller's
   * commit; after it `wake` has this process look, else the next look of any process finds it (`pollMs`, one second). After a rollback there is
   * no request and no Idempotency-Key. The document that the request is pinned to is stored outside of the transaction and stays: it is kept by its
   * content. Absent: a store of its own commit.
   */
  readonly requests?: Pick<RequestStore, 'submit' | 'recall' | 'load'>
}

/** Why a submission was refused; nothing was written. */
export interface Refusal {
  readonly kind: 'refused'
  readonly code: 'CATALOG_ITEM_NOT_FOUND' | 'VALIDATION_ERROR' | 'ITEM_NOT_ORDERABLE' | 'IDEMPOTENCY_CONFLICT'
  readonly message: string
  readonly problems: readonly InputProblem[]
}

export type SubmitAnswer =
  /** `warnings`: what could not be made sure of the input; they stand in the history too. Absent: nothing. */
  | { readonly kind: 'accepted'; readonly request: RequestView; readonly warnings?: readonly InputWarning[] }
  /** The Idempotency-Key was used before with the same body: the present state of that request. */
  | { readonly kind: 'replayed'; readonly request: RequestView }
  | Refusal

/** What a submission would do: the plan and the rendered first configs are not run and nothing is written. */
export interface DryRun {
  readonly kind: 'dry-run'
  readonly mode: 'manual' | 'automatic'
  readonly modeReason?: string
  /** The input after defaults, hidden fields dropped, passwords masked. */
  readonly input: JsonObject
  /** What could not be made sure of the input. Absent: nothing. */
  readonly warnings?: readonly InputWarning[]
  readonly steps: readonly {
    readonly id: string
    readonly action: string
    /** `run`, `skipped` by a condition, or `unknown` where it depends on an output. */
    readonly would: 'run' | 'skip' | 'unknown'
    readonly summary?: string
    readonly config?: Json
  }[]
}

/** A request for readers: the stored one, with what was last seen outside. */
export interface RequestView extends StoredRequest {
  /** Last observation of each waiting step, possibly newer than the stored one. */
  readonly observed: ReadonlyMap<string, { readonly status: string; readonly note?: string; readonly asOf: Instant }>
}

export type DecisionAnswer =
  | { readonly kind: 'done'; readonly request: RequestView }
  | { readonly kind: 'not-found' }
  | { readonly kind: 'forbidden'; readonly message: string }
  | { readonly kind: 'precondition-failed'; readonly version: number }
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  | { readonly kind: 'rejected'; readonly rejection: Rejection }

export interface RetryCommand {
  readonly caller: Person
  readonly requestId: string
  readonly reason: string
  /** Edited input, whole, by field id. Absent: as it was, unless `input` has it. */
  readonly fields?: JsonObject
  /** The same by group. Only one of both may be given. */
  readonly input?: JsonObject
  /** What a person found out about steps whose effect was unsure. */
  readonly resolved: readonly { readonly step: string; readonly effect: { readonly present: Json } | 'absent' }[]
  /** Completed steps to be done anew, in a new iteration. Needed where edited input changes what they would have done. */
  readonly redo: readonly string[]
  /** Version that must be stored. Absent: any. */
  readonly ifVersion?: number
}

export interface AbortCommand {
  readonly caller: Person
  readonly requestId: string
  readonly reason: string
  /** Takes back what the steps have made, last first, where their actions can. Default false: it stays and is shown. */
  readonly compensate?: boolean
  readonly ifVersion?: number
}

/** What an embedder holds. Nothing runs before `start`; submissions are accepted and carried once it runs. */
export interface Orchestrator {
  /** Begins to carry requests: takes up what is due and what a dead process left. */
  start(): Promise<void>
  /** Takes no new work, lets executions end or hands them over within `graceMs` (default 10,000), and releases its claims. */
  stop(options?: { readonly graceMs?: number }): Promise<void>
  submit(command: SubmitCommand, options?: SubmitOptions): Promise<SubmitAnswer>
  /** Looks for what is due now, instead of with the next poll. Nothing while it does not run. */
  wake(): void
  dryRun(command: SubmitCommand): Promise<DryRun | Refusal>
  /** What can be chosen for a field with a data source, as the caller may see it. Nothing is written. */
  options(command: OptionsCommand): Promise<OptionsAnswer>
  retry(command: RetryCommand): Promise<DecisionAnswer>
  abort(command: AbortCommand): Promise<DecisionAnswer>
  /** Undefined when it does not exist or may not be seen. */
  find(requestId: string, viewer: Viewer): Promise<RequestView | undefined>
  /** As `find`, after asking the outside for the waiting steps, at most `deadlineMs` (default 2,000); the last known value when it does not answer. */
  findLive(requestId: string, viewer: Viewer, deadlineMs?: number): Promise<RequestView | undefined>
  /**
   * Waits until the request has ended, failed, or waits for something outside, at most `waitMs`; then as `find`. `known`: what `submit` has just answered
   * to this viewer; it saves the first read, and changes are waited for from there.
   */
  wait(requestId: string, viewer: Viewer, waitMs: number, known?: RequestView): Promise<RequestView | undefined>
  /** Log lines of a request that the viewer may see. */
  logs(requestId: string, viewer: Viewer, query: { readonly step?: string; readonly level?: LogLine['level']; readonly limit: number; readonly after?: string }):
    Promise<{ readonly lines: readonly LogLine[]; readonly next?: string } | undefined>
  /** Whether the claim loop lives, how many requests this process carries, and when the loop last ran. */
  health(): { readonly running: boolean; readonly carried: number; readonly lastPollAt?: Instant; readonly lastError?: string }
}

