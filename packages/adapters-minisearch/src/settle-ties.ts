import type { SearchResult } from 'minisearch'

/** Sums of the same parts differ in their last digits by the order in which the parts came. */
const SAME = 1e-9

interface TieOptions {
  /** So many are shown, at most. */
  readonly end: number
  readonly idOf: (hit: SearchResult) => string
}

/** Puts hits of one score in the order of their ids, as far as they are shown. They are sorted by score already. */
export const settleTies = (hits: SearchResult[], { end, idOf }: TieOptions): void => {
  for (let first = 0; first < hits.length && first < end;) {
    const score = hits[first]?.score ?? 0
    let next = first + 1
    while (next < hits.length && score - (hits[next]?.score ?? 0) < SAME) next += 1
    const ties = hits.slice(first, next).sort((left, right) => (idOf(left) < idOf(right) ? -1 : 1))
    for (const [index, hit] of ties.entries()) hits[first + index] = hit
    first = next
  }
}
