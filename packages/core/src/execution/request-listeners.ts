import type { StoredRequest } from '../ports/request-store.js'

/** Tells those who wait in this process how a request stands after a change that this process committed. Others' changes are not told. */
export interface RequestListeners {
  changed(stored: StoredRequest): void
  /** Calls back on every change until the returned function is called. */
  listen(requestId: string, callback: (stored: StoredRequest) => void): () => void
}

export const createRequestListeners = (): RequestListeners => {
  const listeners = new Map<string, Set<(stored: StoredRequest) => void>>()
  return {
    changed: (stored) => { for (const callback of [...listeners.get(stored.request.id) ?? []]) callback(stored) },
    listen: (requestId, callback) => {
      const set = listeners.get(requestId) ?? new Set()
      listeners.set(requestId, set.add(callback))
      return () => {
        set.delete(callback)
        if (set.size === 0) listeners.delete(requestId)
      }
    },
  }
}
