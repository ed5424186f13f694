/** A decimal number without its point: `digits` × 10^-`scale`. */
interface Decimal {
  readonly digits: bigint
  readonly scale: number
}

const decimalOf = (value: number): Decimal => {
  const [mantissa = '0', exponent = '0'] = String(value).split('e')
  const [whole = '0', fraction = ''] = mantissa.split('.')
  const scale = fraction.length - Number(exponent)
  return scale >= 0 ? { digits: BigInt(whole + fraction), scale } : { digits: BigInt(whole + fraction) * 10n ** BigInt(-scale), scale: 0 }
}

const raised = (decimal: Decimal, scale: number): bigint => decimal.digits * 10n ** BigInt(scale - decimal.scale)

/** Whether a finite number is a whole multiple of a positive one, as people write them: 0.3 is a multiple of 0.1. */
export const isExactMultiple = (value: number, of: number): boolean => {
  const [left, right] = [decimalOf(value), decimalOf(of)]
  const scale = Math.max(left.scale, right.scale)
  return raised(left, scale) % raised(right, scale) === 0n
}
