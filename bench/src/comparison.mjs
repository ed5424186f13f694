import { spread } from './statistics.mjs'

/**
 * What is compared: `{ figure, digits, ours, peer?, theirs?, ratio?, mark?, aim? }`, with a sample a round in `ours` and `theirs`. A mark
 * (of the issue) and an aim (of the specification, beyond it) are `{ atLeast }` or `{ atMost }` of the ratio, or `{ oursAtMost }` or
 * `{ oursBelow }` of the figure itself; `give` is by how much `oursAtMost` may be passed.
 */
export const isReached = ({ ours, ratio }, { atLeast, atMost, oursAtMost, oursBelow, give = 0 }) => {
  if (atLeast !== undefined) return ratio.median >= atLeast
  if (atMost !== undefined) return ratio.median <= atMost
  const { median } = spread(ours)
  return oursAtMost === undefined ? median < oursBelow : median <= oursAtMost + give
}

/** Whether a mark, not an aim, is missed. */
export const isMissed = (comparison) => comparison.mark !== undefined && !isReached(comparison, comparison.mark)

const number = (value, digits) => value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits })

/** Median and, in brackets, the least and the most. */
export const spreadText = (values, digits) => {
  const found = spread(values)
  if (found === undefined) return '–'
  return found.samples === 1 ? number(found.median, digits) : `${number(found.median, digits)} (${number(found.min, digits)}–${number(found.max, digits)})`
}

const ratioText = (ratio) => {
  if (ratio === undefined) return ''
  const digits = ratio.median >= 10 ? 1 : 2
  return ratio.samples === 1 ? `${number(ratio.median, digits)} ×` : `${number(ratio.median, digits)} × (${number(ratio.min, digits)}–${number(ratio.max, digits)})`
}

const boundText = ({ atLeast, atMost, oursAtMost, oursBelow }) => {
  if (atLeast !== undefined) return `≥ ${atLeast} ×`
  if (atMost !== undefined) return `≤ ${atMost} ×`
  return oursAtMost === undefined ? `< ${number(oursBelow, 0)}` : `≤ ${oursAtMost}`
}

const goalText = (comparison) => {
  const { mark, aim } = comparison
  const goal = mark ?? aim
  if (goal === undefined) return ['', '']
  const reached = isReached(comparison, goal)
  return [`${mark === undefined ? 'aim ' : ''}${boundText(goal)}`, reached ? 'reached' : mark === undefined ? 'not reached' : 'NOT REACHED']
}

export const comparisonHead = ['figure', 'PAO', 'beside', 'theirs', 'PAO is', 'mark', '']

/** One comparison as the cells of a table. */
export const comparisonCells = (comparison) => [
  comparison.figure, spreadText(comparison.ours, comparison.digits), comparison.peer ?? '',
  comparison.theirs === undefined ? '' : spreadText(comparison.theirs, comparison.digits), ratioText(comparison.ratio), ...goalText(comparison),
]
