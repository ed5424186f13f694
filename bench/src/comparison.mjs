import { spread } from './statistics.mjs'

/**
 * What is compared: `{ figure, digits, ours, peer?, theirs?, ratio?, mark? }`, with samples a round in `ours` and `theirs`. A mark is
 * `{ atLeast }` or `{ atMost }` of the ratio, or `{ oursAtMost }` of the figure itself.
 */
export const isReached = ({ ours, ratio, mark }) => {
  if (mark === undefined) return undefined
  if (mark.oursAtMost !== undefined) return Number(spread(ours).median.toFixed(3)) <= mark.oursAtMost
  return mark.atLeast === undefined ? ratio.median <= mark.atMost : ratio.median >= mark.atLeast
}

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

const markText = ({ mark }) => {
  if (mark === undefined) return ''
  if (mark.atLeast !== undefined) return `≥ ${mark.atLeast} ×`
  return mark.atMost === undefined ? `≤ ${mark.oursAtMost}` : `≤ ${mark.atMost} ×`
}

const reachedText = (comparison) => ({ true: 'reached', false: 'NOT REACHED', undefined: '' })[String(isReached(comparison))]

export const comparisonHead = ['figure', 'PAO', 'beside', 'theirs', 'PAO is', 'mark', '']

/** One comparison as the cells of a table. */
export const comparisonCells = (comparison) => [
  comparison.figure, spreadText(comparison.ours, comparison.digits), comparison.peer ?? '',
  comparison.theirs === undefined ? '' : spreadText(comparison.theirs, comparison.digits), ratioText(comparison.ratio), markText(comparison), reachedText(comparison),
]
