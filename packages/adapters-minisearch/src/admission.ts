import type { SearchDocument, SearchQuery } from '@pao/core/ports'
import { admits } from './admits.js'
import type { Shelf } from './shelf.js'

/** Kinds of callers whose answers are remembered: one for each combination of teams and filters that asks. */
const MOST_KINDS = 64

const [UNKNOWN, ADMITTED, REFUSED] = [0, 1, 2]

type Asking = Pick<SearchQuery, 'viewer' | 'filter'>

const kindOf = ({ viewer: { teams, administrator = false }, filter = {} }: Asking): string =>
  JSON.stringify([administrator ? true : [...teams].sort(), filter.category, filter.owner, filter.tags, filter.environment])

/** Which documents exist for whom, asked once for each until the documents change. */
export interface Admission {
  /** Whether the document of a number exists for this caller. */
  of(asking: Asking): (slot: number) => boolean
  /** The documents have changed. */
  forget(): void
}

export const createAdmission = (shelf: Pick<Shelf, 'at' | 'size'>): Admission => {
  const known = new Map<string, Uint8Array>()

  const answersFor = (kind: string): Uint8Array => {
    const answers = known.get(kind) ?? new Uint8Array(shelf.size)
    known.delete(kind)
    known.set(kind, answers)
    const oldest = known.size > MOST_KINDS ? known.keys().next().value : undefined
    if (oldest !== undefined) known.delete(oldest)
    return answers
  }

  const asked = (document: SearchDocument | undefined, test: (document: SearchDocument) => boolean): number =>
    document !== undefined && test(document) ? ADMITTED : REFUSED

  return {
    of: (asking) => {
      const [answers, test] = [answersFor(kindOf(asking)), admits(asking)]
      return (slot) => {
        if (answers[slot] === UNKNOWN) answers[slot] = asked(shelf.at(slot), test)
        return answers[slot] === ADMITTED
      }
    },
    forget: () => { known.clear() },
  }
}
