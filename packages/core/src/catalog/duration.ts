const units: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400, w: 604_800 }

const grammar = /^(?:\d+-)?(\d+)\s*(s|sec|seconds?|m|min|minutes?|h|hours?|d|days?|w|weeks?)$/

/** Seconds of `4h`, `4 hours`, `4-6 hours` (the longer), `45m`, or of a bare number of seconds; `undefined` for anything else. */
export const durationSeconds = (value: string | number): number | undefined => {
  if (typeof value === 'number') return Number.isInteger(value) && value >= 0 ? value : undefined
  const found = grammar.exec(value.trim())
  if (found === null) return /^\d{1,9}$/.test(value.trim()) ? Number(value) : undefined
  const seconds = Number(found[1]) * (units[found[2]?.[0] ?? 's'] ?? 1)
  return Number.isSafeInteger(seconds) ? seconds : undefined
}
