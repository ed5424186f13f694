import { isForbiddenName } from '../expression/member.js'
import { isJsonObject } from '../json.js'

/** Lists and objects of an input may be nested this deep. */
const DEEPEST_VALUE = 32
/** No value of a field has more members and elements than this, all levels together. */
const MOST_PARTS = 10_000

/** NUL and halves of surrogate pairs: PostgreSQL's jsonb cannot hold them. */
const unstorable = /\u0000|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/

export const isStorableText = (text: string): boolean => !unstorable.test(text)

type Fault = 'unstorable' | 'forbidden-name' | 'too-deep' | 'too-large' | 'type'

/** Why a value cannot be taken at all, whatever its field says; `undefined` when it can. Total over anything that may be in memory. */
export const storageFault = (value: unknown): Fault | undefined => {
  let parts = 0
  const visit = (one: unknown, depth: number): Fault | undefined => {
    parts += 1
    if (parts > MOST_PARTS) return 'too-large'
    if (depth > DEEPEST_VALUE) return 'too-deep'
    if (typeof one === 'string') return isStorableText(one) ? undefined : 'unstorable'
    if (typeof one === 'number') return Number.isFinite(one) ? undefined : 'type'
    if (typeof one === 'boolean' || one === null) return undefined
    if (Array.isArray(one)) return first(one, (item) => visit(item, depth + 1))
    if (!isJsonObject(one)) return 'type'
    return first(Object.keys(one), (name) => {
      if (isForbiddenName(name)) return 'forbidden-name'
      return isStorableText(name) ? visit(one[name], depth + 1) : 'unstorable'
    })
  }
  return visit(value, 0)
}

const first = <Item>(items: readonly Item[], find: (item: Item) => Fault | undefined): Fault | undefined => {
  for (const item of items) {
    const fault = find(item)
    if (fault !== undefined) return fault
  }
  return undefined
}
