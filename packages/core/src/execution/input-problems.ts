import type { LoadedItem } from '../catalog/loaded-item.js'
import type { InputProblem } from '../form/input-problem.js'
import { type SentInput, checkInput, readInput } from './check-input.js'

/** Everything that the form of an item would refuse in an input, as a submission would tell it. Data sources are not asked. */
export const inputProblems = (loaded: LoadedItem, sent: SentInput): readonly InputProblem[] => {
  const checked = checkInput(loaded, readInput(loaded, sent))
  return checked.ok ? [] : checked.problems
}
