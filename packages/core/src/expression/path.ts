import { isForbiddenName, memberAt } from './member.js'
import type { Value } from './value-type.js'

const segment = /([^\s.[\]{}()'"]+)|\[(\d+)\]/y

/**
 * Reads a dotted path such as `output.cost-estimation.items[0].total` into its segments. `undefined` when it is not one, or
 * when it holds a forbidden name.
 */
export function parsePath(text: string): readonly string[] | undefined {
  const segments: string[] = []
  let at = 0
  while (at < text.length) {
    segment.lastIndex = text[at] === '.' && at > 0 ? at + 1 : at
    const dotted = segment.lastIndex > at
    const found = segment.exec(text)
    if (!found || (found[1] === undefined ? dotted || at === 0 : at > 0 && !dotted)) return undefined
    segments.push(found[1] ?? found[2] ?? '')
    at = segment.lastIndex
  }
  return segments.length > 0 && !segments.some(isForbiddenName) ? segments : undefined
}

/** The value at a dotted path below `root`; `undefined` when the path is not one or leads nowhere. */
export function readPath(root: Value, text: string): Value {
  const segments = parsePath(text)
  return segments && memberAt(root, segments)
}
