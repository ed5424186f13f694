import { equals } from '../expression/comparison.js'
import { type Json, isJsonObject } from '../json.js'
import { type DocumentPath, pathText } from './issue.js'

/** One value that is another one, or is only on one side. */
export interface JsonChange {
  /** `a.b[0]`; empty for the whole. */
  readonly path: string
  readonly change: 'added' | 'removed' | 'changed'
  /** Absent where it was added. */
  readonly before?: Json
  /** Absent where it was removed. */
  readonly after?: Json
}

const at = (value: Json, name: string): Json | undefined => isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined

const changeOf = (path: DocumentPath, before: Json | undefined, after: Json | undefined): JsonChange => ({
  path: pathText(path), change: before === undefined ? 'added' : after === undefined ? 'removed' : 'changed',
  ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }),
})

const isListOfObjects = (value: Json | undefined): value is readonly Json[] => Array.isArray(value) && value.length > 0 && (value as readonly Json[]).every(isJsonObject)

/** What differs between two values, at the deepest place: members of objects, and items of lists of objects; other lists are one value. */
export const diffJson = (before: Json | undefined, after: Json | undefined, path: DocumentPath = []): readonly JsonChange[] => {
  if (before === undefined || after === undefined) return before === after ? [] : [changeOf(path, before, after)]
  if (equals(before, after)) return []
  if (isJsonObject(before) && isJsonObject(after)) {
    return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((name) => diffJson(at(before, name), at(after, name), [...path, name]))
  }
  if (isListOfObjects(before) && isListOfObjects(after)) {
    return Array.from({ length: Math.max(before.length, after.length) }, (_, index) => diffJson(before[index], after[index], [...path, index])).flat()
  }
  return [changeOf(path, before, after)]
}
