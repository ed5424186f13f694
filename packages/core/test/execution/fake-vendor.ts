/** The outside world of the tests: the witness of what was really done, whatever the engine has recorded. */
export interface FakeVendor {
  /** A call has arrived; with `create` each one makes something new, with `idempotent` the key makes it one. */
  call(key: string, effect: 'none' | 'idempotent' | 'create'): void
  /** Somebody works under this key until the returned function is called: nobody can tell yet what will exist. */
  begin(key: string, worker: string): () => void
  /** A worker has gone for good: what it had not done yet is not done. */
  gone(worker: string): void
  calls(key: string): number
  effects(key: string): number
  busy(key: string): boolean
  keys(): readonly string[]
}

export const createFakeVendor = (): FakeVendor => {
  const calls = new Map<string, number>()
  const made = new Map<string, number>()
  const work = new Set<{ readonly key: string; readonly worker: string }>()
  return {
    call: (key, effect) => {
      calls.set(key, (calls.get(key) ?? 0) + 1)
      if (effect === 'create') made.set(key, (made.get(key) ?? 0) + 1)
      if (effect === 'idempotent') made.set(key, 1)
    },
    begin: (key, worker) => {
      const entry = { key, worker }
      work.add(entry)
      return () => { work.delete(entry) }
    },
    gone: (worker) => { for (const entry of work) if (entry.worker === worker) work.delete(entry) },
    calls: (key) => calls.get(key) ?? 0,
    effects: (key) => made.get(key) ?? 0,
    busy: (key) => [...work].some((entry) => entry.key === key),
    keys: () => [...calls.keys()],
  }
}
