/** Numbers from 0 to 1 that are the same in every run (mulberry32). */
export const seeded = (seed) => {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Draws from a source of randomness. */
export const drawing = (random) => ({
  oneOf: (values) => values[Math.floor(random() * values.length)],
  between: (least, most) => least + Math.floor(random() * (most - least + 1)),
})
