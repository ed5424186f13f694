import { type GroupedInput, readGroupedInput } from '../catalog/grouped-input.js'
import type { LoadedItem } from '../catalog/loaded-item.js'
import type { InputProblem } from '../form/input-problem.js'
import type { InputValidator } from '../form/input-validator.js'
import type { JsonObject } from '../json.js'

/** Values for a form, by field id or by group. */
export interface SentInput {
  readonly fields?: JsonObject
  readonly input?: JsonObject
}

/** What was sent, by field id, and what could not be read of it. `pointerOf`: absent where the ids are where the values stood. */
export interface ReadInput extends Pick<GroupedInput, 'fields' | 'problems'>, Partial<Pick<GroupedInput, 'pointerOf'>> {}

const MOST_PROBLEMS = 100

const inTwoWays: InputProblem = { field: 'input', constraint: 'conflict', message: 'fields and input say the same in two ways: give one of them', pointer: '/input' }

export const readInput = ({ item, origins }: LoadedItem, { fields, input }: SentInput): ReadInput => {
  if (input === undefined) return { fields: fields === undefined ? {} : fields, problems: [] }
  return fields === undefined ? readGroupedInput(item.form, origins, input) : { fields: {}, problems: [inTwoWays] }
}

/** A problem that was found later, told where its value stood in what was sent. */
export const pointedAt = (loaded: LoadedItem, sent: SentInput, problem: InputProblem): InputProblem => {
  const { pointerOf } = readInput(loaded, sent)
  return pointerOf === undefined ? problem : { ...problem, pointer: pointerOf(problem.field) }
}

/** The values as they are kept, or everything that is wrong, told where it stood. `complete`: the values of `read` with what is known beside them. */
export const checkInput = (loaded: LoadedItem, read: ReadInput, complete: JsonObject = read.fields): ReturnType<InputValidator['validate']> => {
  const checked = loaded.validator.validate(complete)
  if (checked.ok && read.problems.length === 0) return checked
  const { pointerOf } = read
  const found = checked.ok ? [] : checked.problems.map((problem) => pointerOf === undefined ? problem : { ...problem, pointer: pointerOf(problem.field) })
  return { ok: false, problems: [...read.problems, ...found].slice(0, MOST_PROBLEMS) }
}
