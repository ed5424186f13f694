import type { SearchDocument } from '@pao/core/ports'

/** A document under the number by which the engine knows it: a number finds its place at once, where a text must be looked up for each hit. */
export interface Entry {
  readonly slot: number
  readonly document: SearchDocument
}

/** The documents by id and by number. Numbers of removed ones are given again, so that they stay small. */
export interface Shelf {
  at(slot: number): SearchDocument | undefined
  /** Undefined: it is not there. */
  take(id: string): Entry | undefined
  /** There must be none of its id. */
  put(document: SearchDocument): Entry
  readonly size: number
}

export const createShelf = (): Shelf => {
  const entries: (Entry | undefined)[] = []
  const byId = new Map<string, Entry>()
  const free: number[] = []
  return {
    at: (slot) => entries[slot]?.document,
    take: (id) => {
      const entry = byId.get(id)
      if (entry === undefined) return undefined
      byId.delete(id)
      entries[entry.slot] = undefined
      free.push(entry.slot)
      return entry
    },
    put: (document) => {
      const entry = { slot: free.pop() ?? entries.length, document }
      entries[entry.slot] = entry
      byId.set(document.id, entry)
      return entry
    },
    get size() { return entries.length },
  }
}
