/** What a vendor was asked for, in the order in which it was. */
export interface VendorCall {
  /** Position among all that happened in the run. */
  readonly sequence: number
  readonly key: string
  readonly kind: 'change' | 'look' | 'undo'
  /** The process that called. */
  readonly process: string
}

/** The outside world: the witness of what was really done, whatever the engine has recorded. */
export interface Vendor {
  readonly calls: readonly VendorCall[]
  /** A call that changes something has arrived. Where the key is honoured, a second one under it finds the first one's effect. */
  change(key: string, process: string, keyed: boolean, effect: boolean): void
  look(key: string, process: string): boolean
  undo(key: string, process: string): void
  /** Effects that were made under this key, taken back or not. */
  made(key: string): number
  /** Those that are there now. */
  left(key: string): number
  changes(key: string): number
  keys(): readonly string[]
  /** Somebody works under this key until the returned function is called: nobody can tell yet what will exist. */
  begin(key: string, process: string): () => void
  /** A process has gone for good: what it had not done yet is not done. */
  gone(process: string): void
  busy(key: string): boolean
  isBusy(): boolean
}

export const createVendor = (sequence: () => number): Vendor => {
  const calls: VendorCall[] = []
  const made = new Map<string, number>()
  const undone = new Map<string, number>()
  const changes = new Map<string, number>()
  const work = new Set<{ readonly key: string; readonly process: string }>()
  const count = (of: ReadonlyMap<string, number>, key: string): number => of.get(key) ?? 0
  const note = (key: string, kind: VendorCall['kind'], process: string): void => { calls.push({ sequence: sequence(), key, kind, process }) }
  const left = (key: string): number => count(made, key) - count(undone, key)
  return {
    calls,
    change: (key, process, keyed, effect) => {
      note(key, 'change', process)
      changes.set(key, count(changes, key) + 1)
      if (effect && !(keyed && count(made, key) > 0)) made.set(key, count(made, key) + 1)
    },
    look: (key, process) => {
      note(key, 'look', process)
      return left(key) > 0
    },
    undo: (key, process) => {
      note(key, 'undo', process)
      undone.set(key, count(made, key))
    },
    made: (key) => count(made, key), left, changes: (key) => count(changes, key), keys: () => [...changes.keys()],
    begin: (key, process) => {
      const entry = { key, process }
      work.add(entry)
      return () => { work.delete(entry) }
    },
    gone: (process) => { for (const entry of work) if (entry.process === process) work.delete(entry) },
    busy: (key) => [...work].some((entry) => entry.key === key),
    isBusy: () => work.size > 0,
  }
}
