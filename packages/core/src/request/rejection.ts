/**
 * Why an event does not fit. NOT_IN_THIS_STATE: the request or the step is elsewhere. STALE_EXECUTION: about an execution
 * that is not the running one. STALE_PLAN: about another plan or revision. UNKNOWN_STEP: no such step, or nobody waits for
 * this reference. NOT_AN_APPROVER, ALREADY_DECIDED: approvals. UNRESOLVED_EFFECT: a retry does not say what became of a
 * step whose effect nobody knows.
 */
export type RejectionCode =
  | 'NOT_IN_THIS_STATE'
  | 'STALE_EXECUTION'
  | 'STALE_PLAN'
  | 'UNKNOWN_STEP'
  | 'NOT_AN_APPROVER'
  | 'ALREADY_DECIDED'
  | 'UNRESOLVED_EFFECT'

/** A transition's answer to an event that does not fit the state: nothing changed. People see it as 409. */
export interface Rejection {
  readonly code: RejectionCode
  /** For people. */
  readonly message: string
}

export interface Rejected {
  readonly rejection: Rejection
}

export const reject = (code: RejectionCode, message: string): Rejected => ({ rejection: { code, message } })
