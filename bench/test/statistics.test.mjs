import { describe, expect, test } from 'vitest'

import { comparisonCells, isMissed, isReached } from '../src/comparison.mjs'
import { referencePage } from '../src/reference-page.mjs'
import { createSamples, ratios } from '../src/samples.mjs'
import { median, percentile, spread } from '../src/statistics.mjs'
import { markdownTable, textTable } from '../src/table.mjs'

describe('statistics', () => {
  test('the median is the middle, or the mean of the two in the middle, in whatever order', () => {
    expect(median([9, 1, 5])).toBe(5)
    expect(median([10, 2, 4, 100])).toBe(7)
  })

  test('a percentile is a value that was measured', () => {
    const values = Array.from({ length: 200 }, (_, index) => 200 - index)
    expect(percentile(values, 50)).toBe(100)
    expect(percentile(values, 99)).toBe(198)
    expect(percentile([7], 99)).toBe(7)
  })

  test('there is no spread without samples', () => {
    expect(spread([])).toBeUndefined()
    expect(spread([3, 1, 2])).toEqual({ median: 2, min: 1, max: 3, samples: 3 })
  })

  test('ratios are taken round by round, as far as both sides have samples', () => {
    expect(ratios([10, 40, 7], [5, 10])).toEqual({ median: 3, min: 2, max: 4, samples: 2 })
    expect(ratios([1], [])).toBeUndefined()
    expect(ratios([1, 4], [0, 2])).toMatchObject({ median: 2, samples: 1 })
  })

  test('samples are kept by who gave them and under what', () => {
    const samples = createSamples()
    samples.add('pao', '64', { perSecond: 3 })
    samples.add('pao', '64', { perSecond: 5 })
    expect(samples.of('pao', '64')).toHaveLength(2)
    expect(samples.has('pao', '16')).toBe(false)
    expect(samples.figure('pao', '64', 'perSecond')).toMatchObject({ median: 4 })
    expect(samples.figure('dbos', '64', 'perSecond')).toBeUndefined()
  })
})

describe('a comparison', () => {
  const ratio = { median: 12, min: 11, max: 13, samples: 3 }

  test.each([
    [{ atLeast: 12 }, true], [{ atLeast: 12.1 }, false], [{ atMost: 12 }, true], [{ atMost: 11.9 }, false],
    [{ oursAtMost: 4 }, true], [{ oursAtMost: 3.9 }, false], [{ oursAtMost: 3.9, give: 0.1 }, true], [{ oursBelow: 4 }, false], [{ oursBelow: 4.1 }, true],
  ])('reaches %j: %s', (goal, reached) => {
    expect(isReached({ ours: [3, 4, 5], ratio }, goal)).toBe(reached)
  })

  test('a missed mark cannot be overlooked, a missed aim is told', () => {
    const comparison = { figure: 'requests/s', digits: 0, ours: [1000, 2000, 3000], peer: 'DBOS', theirs: [100], ratio }
    expect(comparisonCells({ ...comparison, mark: { atLeast: 20 } })).toEqual(['requests/s', '2,000 (1,000–3,000)', 'DBOS', '100', '12.0 × (11.0–13.0)', '≥ 20 ×', 'NOT REACHED'])
    expect(comparisonCells({ ...comparison, aim: { atLeast: 20 } }).slice(-2)).toEqual(['aim ≥ 20 ×', 'not reached'])
    expect(comparisonCells(comparison).slice(-2)).toEqual(['', ''])
  })
})

describe('a table', () => {
  test('for a terminal has columns of one width and says what repeats once', () => {
    expect(textTable(['a', 'long title'], [['one', '1'], ['one', '2'], ['two', '3']])).toBe(['a    long title', '───  ──────────', 'one  1', '     2', 'two  3'].join('\n'))
  })

  test('in Markdown keeps a bar inside its cell', () => {
    expect(markdownTable(['a'], [['x|y']])).toBe('| a |\n| --- |\n| x\\|y |')
  })
})

test('the page has every row, the machine, and a profile only where one was taken', () => {
  const samples = createSamples()
  samples.add('pao', '64', { perSecond: 4000, commits: 0.125, walKb: 18, cpuMs: 0.3, databaseCpuMs: NaN, p50: 9, p99: 14 })
  const comparisons = [{ figure: 'requests/s', digits: 0, ours: [4000], peer: 'DBOS', theirs: [400], ratio: ratios([4000], [400]), mark: { atLeast: 12 } }]
  const page = { comparisons, samples, machine: ['2 cores'], date: '2026-11-23', command: 'npm run bench -- --write', quiet: 'quiet', profiles: [] }
  expect(isMissed(comparisons[0])).toBe(true)
  const text = referencePage(page)
  expect(text).toContain('| requests/s | 4,000 | DBOS | 400 | 10.0 × | ≥ 12 × | NOT REACHED |')
  expect(text).toContain('| PAO, everything on | – | 4,000 | – | – | – | 0.125 | – | – | 18.0 | 0.300 | – | 9.0 | 14.0 | – | – |')
  expect(text).toContain('- 2 cores\n- quiet')
  expect(text).not.toContain('Where the time goes')
  expect(referencePage({ ...page, profiles: [{ name: 'http', text: '12 %  pg' }] })).toContain('### The server, over HTTP\n\n```text\n12 %  pg\n```')
})
