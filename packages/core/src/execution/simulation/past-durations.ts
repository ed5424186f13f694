import type { HistoryEntry } from '../../request/history-entry.js'

/** How long something takes, and who says so. */
export interface StepTiming {
  /** Milliseconds. Absent: nobody knows. */
  readonly ms?: number
  /** `past-runs`: the median of requests that have been through it. `document`: what the document promises. */
  readonly source: 'past-runs' | 'document' | 'unknown'
  /** Of `past-runs`: how many there were. */
  readonly runs?: number
}

/** Milliseconds that steps have taken, by their ids: each from its first execution to its completion, waits and retries included. */
export type PastDurations = ReadonlyMap<string, readonly number[]>

/** Fewer runs than this say nothing about the next one. */
const FEWEST_RUNS = 3

const durationsOf = (entries: readonly HistoryEntry[]): readonly (readonly [string, number])[] => {
  const started = new Map<string, number>()
  const found: (readonly [string, number])[] = []
  for (const event of entries.flatMap(({ events }) => events)) {
    // How long a person took to decide says nothing about the step.
    if (event.type === 'retry-requested') return []
    if (event.type === 'step-started' && !started.has(event.step)) started.set(event.step, event.at)
    if (event.type !== 'step-succeeded') continue
    const from = started.get(event.step)
    if (from !== undefined) found.push([event.step, event.at - from])
  }
  return found
}

/** What past requests tell, by their histories. Requests that a person had to retry are left out. */
export const pastDurations = (histories: readonly (readonly HistoryEntry[])[]): PastDurations => {
  const found = new Map<string, number[]>()
  for (const [step, ms] of histories.flatMap(durationsOf)) found.set(step, [...found.get(step) ?? [], ms])
  return found
}

const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((left, right) => left - right)
  const middle = Math.floor(sorted.length / 2)
  return sorted.length % 2 === 1 ? sorted[middle] ?? 0 : Math.round(((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2)
}

/** The timing of a step. */
export const timingOf = (durations: PastDurations, step: string): StepTiming => {
  const past = durations.get(step) ?? []
  return past.length < FEWEST_RUNS ? { source: 'unknown' } : { ms: median(past), source: 'past-runs', runs: past.length }
}

/** The timing of all: the sum of those that run where all of them are known, else what the document promises. */
export const wholeTiming = (steps: readonly StepTiming[], promisedSeconds: number | undefined): StepTiming => {
  if (steps.length > 0 && steps.every(({ source }) => source === 'past-runs')) {
    return { ms: steps.reduce((sum, { ms = 0 }) => sum + ms, 0), source: 'past-runs', runs: Math.min(...steps.map(({ runs = 0 }) => runs)) }
  }
  return promisedSeconds === undefined ? { source: 'unknown' } : { ms: promisedSeconds * 1000, source: 'document' }
}
