/** Chance that is the same for the same seed, on every machine. */
export interface Random {
  /** A whole number in [0, below). */
  below(below: number): number
  chance(probability: number): boolean
  pick<Value>(values: readonly [Value, ...Value[]]): Value
  list<Value>(atMost: number, make: () => Value): readonly Value[]
}

/** Mulberry32 over a scrambled seed: neighbouring seeds have nothing in common. */
export const randomOf = (seed: number): Random => {
  let state = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.floor(seed / 2 ** 32)
  const fraction = (): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (limit: number): number => Math.floor(fraction() * limit)
  return {
    below,
    chance: (probability) => fraction() < probability,
    pick: (values) => values[below(values.length)] ?? values[0],
    list: (atMost, make) => Array.from({ length: below(atMost + 1) }, make),
  }
}
