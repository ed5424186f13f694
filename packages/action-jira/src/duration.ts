const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400, w: 604_800 }

/** Milliseconds of a duration as documents write them: `4h`, `90 days`, `4-6 hours` (the longer), or seconds. `undefined`: it is none. */
export const durationMs = (written: string | number): number | undefined => {
  if (typeof written === 'number') return Number.isFinite(written) && written > 0 ? written * 1_000 : undefined
  const [, low, high, unit] = /^(\d+)(?:-(\d+))?\s*(s|sec|seconds?|m|min|minutes?|h|hours?|d|days?|w|weeks?)$/.exec(written.trim()) ?? []
  const seconds = Number(high ?? low) * (SECONDS[unit?.[0] ?? ''] ?? Number.NaN)
  return seconds > 0 ? seconds * 1_000 : undefined
}
