import type { Instant, Json } from '../json.js'
import type { QuotaClaim } from './plan.js'
import type { Mode } from './step.js'
import type { Reference } from './wait-for.js'

/** What the outbox tells people. */
export type Notice = 'start' | 'success' | 'failure' | 'approval-required' | 'approval-reminder' | 'post-fulfillment'

/** What the shell must do because of a transition, as plain data. */
export type RequestEffect =
  // Before the commit: pure work of the shell, answered by a further event in the same commit.
  /** Conditions, render, schema; answered by step-started, step-skipped or step-failed. At most one in a transition, always for the next step only. */
  | { readonly type: 'prepare-step'; readonly step: string; readonly mode: Mode }
  // Inside the commit: rows.
  | { readonly type: 'open-approval' | 'close-approval'; readonly stage: number }
  | { readonly type: 'reserve-quota' | 'use-quota' | 'release-quota'; readonly claims: readonly QuotaClaim[] }
  /** The request's `wake_at`, in every transition. `undefined`: no clock moves this request. */
  | { readonly type: 'wake-at'; readonly at: Instant | undefined }
  | { readonly type: 'expect-signal'; readonly step: string; readonly reference: Reference }
  | { readonly type: 'notify'; readonly notice: Notice }
  /** Parked, ended, or waiting for room: no worker is held. */
  | { readonly type: 'release-claim' }
  // After the commit: I/O.
  | { readonly type: 'execute-step'; readonly step: string; readonly iteration: number; readonly execution: number; readonly mode: Mode; readonly payload?: Json }
  /** Abort the running execution's signal; its end still arrives as an event. */
  | { readonly type: 'interrupt-step'; readonly step: string; readonly why: 'cancel' | 'deadline' }
  /** Poll: read without writing; what is seen arrives as signal-received or external-status-changed. */
  | { readonly type: 'observe-step'; readonly step: string; readonly reference: Reference }
  | { readonly type: 'open-escalation' }
