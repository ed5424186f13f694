import type { RequestState } from './request-status.js'

/** Whether the request has ended for good: nothing changes it any more. */
export function isFinal({ status }: { readonly status: { readonly state: RequestState } }): boolean {
  switch (status.state) {
    case 'completed':
    case 'cancelled':
    case 'rejected':
    case 'aborted':
      return true
    case 'submitted':
    case 'pending_approval':
    case 'queued':
    case 'in_progress':
    case 'cancelling':
    case 'failed':
    case 'escalated':
      return false
  }
}
