import { readPath } from '../expression/path.js'
import { type Json, isJsonObject } from '../json.js'
import type { PlannedStep } from './plan.js'

/** What an action gave, and beside it the values that the document names, each read where it stands in it. One that is not there has no name. */
export const namedOutput = (output: Json, names: PlannedStep['outputs']): Json => {
  if (names === undefined || !isJsonObject(output)) return output
  const named = Object.entries(names).flatMap(([name, path]) => {
    const value = readPath(output, path)
    return value === undefined ? [] : [[name, value] as const]
  })
  return { ...output, ...Object.fromEntries(named) }
}
