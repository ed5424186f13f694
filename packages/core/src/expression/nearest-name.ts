const plain = (name: string): string => name.toLowerCase().replace(/[-_]/g, '')

/** Edits (insert, delete, replace, swap of neighbours) between two names, or a number above `most` as soon as that is certain. */
function distance(left: string, right: string, most: number): number {
  if (Math.abs(left.length - right.length) > most) return most + 1
  let beforeLast: number[] = []
  let last = Array.from({ length: right.length + 1 }, (_, index) => index)
  for (let i = 1; i <= left.length; i += 1) {
    const row = [i]
    for (let j = 1; j <= right.length; j += 1) {
      const same = left[i - 1] === right[j - 1]
      let edits = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + (same ? 0 : 1))
      if (i > 1 && j > 1 && left[i - 1] === right[j - 2] && left[i - 2] === right[j - 1]) edits = Math.min(edits, (beforeLast[j - 2] ?? 0) + 1)
      row.push(edits)
    }
    if (Math.min(...row) > most) return most + 1
    ;[beforeLast, last] = [last, row]
  }
  return last[right.length] ?? 0
}

/** Longer names are nobody's typo, and comparing them costs time. */
const longest = 100

/**
 * The name that was probably meant: one that is equal without case, `-` and `_`, else the one at the smallest
 * Damerau distance, at most 2 and at most a third of the name. `undefined` when none is near.
 */
export function nearestName(name: string, candidates: Iterable<string>): string | undefined {
  if (name.length > longest) return undefined
  const wanted = plain(name)
  let best: string | undefined
  let fewest = Math.min(2, Math.max(1, Math.floor(name.length / 3))) + 1
  for (const candidate of candidates) {
    if (candidate.length > longest) continue
    const edits = plain(candidate) === wanted ? 0 : distance(plain(candidate), wanted, fewest - 1)
    if (edits < fewest) [best, fewest] = [candidate, edits]
    if (fewest === 0) break
  }
  return best
}
