import type { Instant, Json } from '../json.js'
import type { Reference, WaitFor } from './wait-for.js'

/** How an execution, or the wait after it, failed. */
export interface StepFailure {
  /** `retryable` and `fatal`: nothing was changed outside. `unknown`: the outside world may have changed. */
  readonly kind: 'retryable' | 'fatal' | 'unknown'
  /** What was going on. `prepare` is before any call, `timeout` is a deadline of an execution or of a wait. */
  readonly phase: 'prepare' | 'run' | 'resume' | 'reconcile' | 'compensate' | 'timeout'
  /** SCREAMING_SNAKE. */
  readonly code: string
  /** For people; holds no secret. */
  readonly message: string
  /** What the outside service asked for (Retry-After). Milliseconds; absent when it said nothing. */
  readonly retryAfterMs?: number
  readonly details?: Json
}

/** What an execution does. `resume` has a payload, `reconcile` asks whether the effect exists, `compensate` takes it back. */
export type Mode = 'run' | 'resume' | 'reconcile' | 'compensate'

/** Where a step stands. */
export type StepStatus =
  | {
    readonly state: 'pending'
    /** The failure that a person's retry has put behind. Absent when the step never failed. */
    readonly after?: StepFailure
  }
  | {
    /** An execution runs in the claim of the owner. */
    readonly state: 'in_progress'
    readonly execution: number
    readonly mode: Exclude<Mode, 'compensate'>
    /** What ended the wait. Present in mode `resume`, and in mode `reconcile` when a lost resume is looked into. */
    readonly payload?: Json
    readonly startedAt: Instant
    /** When the execution is interrupted (the step's `timeoutMs` after `startedAt`). */
    readonly deadline: Instant
  }
  | {
    /** Parked: no worker is held. */
    readonly state: 'waiting'
    readonly since: Instant
    readonly waitFor: WaitFor
    /** What is done when the wait ends: `resume` after a signal or a time, after a wait for a service whatever was refused. */
    readonly mode: Exclude<Mode, 'compensate'>
    /** Kept over a wait for a service. */
    readonly payload?: Json
  }
  | {
    /** To be carried on at `dueAt`: after a failure, a signal, the end of a wait or an interruption. */
    readonly state: 'retrying'
    readonly dueAt: Instant
    readonly mode: Exclude<Mode, 'compensate'>
    readonly payload?: Json
    /** Absent when it is no failure that made it wait. */
    readonly failure?: StepFailure
  }
  | {
    readonly state: 'completed'
    readonly endedAt: Instant
    readonly output: Json
    /** True when the effect was found (reconcile, or a person said so) and not made by an execution that reported success. */
    readonly adopted: boolean
    /** Compensation was tried and failed so. Absent when it was not tried. */
    readonly undo?: StepFailure
  }
  | {
    readonly state: 'failed'
    readonly endedAt: Instant
    readonly failure: StepFailure
    /** True when the request goes on without the step (error_handling continue, fallback). Never while nobody knows whether its effect exists. */
    readonly tolerated: boolean
  }
  | { readonly state: 'skipped'; readonly why: 'condition' | 'fallback-not-needed' | 'request-ended' }
  | {
    readonly state: 'compensating'
    readonly execution: number
    readonly startedAt: Instant
    readonly deadline: Instant
    /** What the step had given. Absent when it had made something outside but not ended. */
    readonly output?: Json
    /** Set while no execution runs: the compensation was interrupted or failed retryably and is begun again then. */
    readonly dueAt?: Instant
  }
  | { readonly state: 'compensated'; readonly endedAt: Instant; readonly output?: Json }

/**
 * One row per (step, iteration). A retry keeps the iteration, so `key` = request:step:iteration is the same over all its
 * executions; it rises when finished or known-absent work is done anew with another input, on `redo`, and after compensation.
 */
export type Step = StepStatus & {
  /** The planned step's id. */
  readonly id: string
  /** From 1. */
  readonly iteration: number
  /** Executions begun in this iteration, counted before the run. Only rises. */
  readonly executions: number
  /** Failures of this iteration since a person last asked for a retry; what `retry.attempts` is compared with. */
  readonly failures: number
  /** What the outside service last said about the step's reference. `asOf`: when it was read. */
  readonly external?: { readonly status: string; readonly note?: string; readonly asOf: Instant }
  /** Of the rendered config with secrets as references. Absent until the first execution. */
  readonly inputHash?: string
  /** Number of the revision that `inputHash` was rendered from. Absent until the first execution. */
  readonly revision?: number
  /** When it was recorded that a run may have left its effect without an answer; until it is known, or the next run begins. Absent: nothing is uncertain. */
  readonly uncertainSince?: Instant
  /** What the step has made or waits for outside, oldest first. */
  readonly references: readonly Reference[]
}
