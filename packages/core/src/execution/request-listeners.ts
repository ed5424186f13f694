/** Tells those who wait in this process that a request has changed. A hint: who needs the truth reads the store. */
export interface RequestListeners {
  changed(requestId: string): void
  /** Calls back on every change until the returned function is called. */
  listen(requestId: string, callback: () => void): () => void
}

export const createRequestListeners = (): RequestListeners => {
  const listeners = new Map<string, Set<() => void>>()
  return {
    changed: (requestId) => { for (const callback of [...listeners.get(requestId) ?? []]) callback() },
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
