import type { Instant } from '../json.js'
import type { Cause } from './person.js'

/** Who may decide: one user (id or e-mail), a group (team), or the team that owns the item. */
export interface Approver {
  readonly kind: 'user' | 'group' | 'owner'
  readonly name: string
}

/** One stage of the approvals of a request. Stages open one after the other. */
export interface ApprovalStage {
  /** From 1. */
  readonly stage: number
  /** The plan that is decided about. A decision about another plan is stale. */
  readonly planDigest: string
  /** How many approvals the stage needs; one rejection ends it. */
  readonly need: number
  readonly approvers: readonly Approver[]
  /** Absent: the stage waits for ever. */
  readonly deadline?: Instant
  /** What happens when the deadline passes while the stage is open. */
  readonly onTimeout: 'reject' | 'escalate' | 'approve'
  /** Who decides after `escalate`. Absent: the same approvers, reminded. */
  readonly escalateTo?: readonly Approver[]
  readonly state: 'not-open' | 'open' | 'approved' | 'rejected' | 'timed-out' | 'superseded'
  readonly decisions: readonly {
    readonly verdict: 'approve' | 'reject'
    readonly cause: Cause
    /** Id of the approver who delegated to the person in `cause`. */
    readonly onBehalfOf?: string
  }[]
  /** Who gave their vote away: ids of persons. Absent: nobody did. */
  readonly delegations?: readonly { readonly from: string; readonly to: string }[]
}
