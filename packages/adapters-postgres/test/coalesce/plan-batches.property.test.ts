import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Batchable } from '../../src/coalesce/plan-batches.js'
import { planBatches } from '../../src/coalesce/plan-batches.js'

const limits = { fewestRows: 4, mostRows: 10, mostCharacters: 100 }

const write = (marks: readonly string[], size = 1): Batchable => ({ marks, size })

const lone = (count: number, size = 1): readonly Batchable[] => Array.from({ length: count }, (_, index) => write([`request-${index}`], size))

const sizes = (batches: readonly (readonly unknown[])[]): readonly number[] => batches.map((batch) => batch.length)

describe('what goes out together', () => {
  test.each([
    { waiting: 0, slots: 2, batches: [] },
    { waiting: 1, slots: 2, batches: [1] },
    { waiting: 7, slots: 2, batches: [7] },
    { waiting: 8, slots: 2, batches: [4, 4] },
    { waiting: 9, slots: 2, batches: [5, 4] },
    { waiting: 9, slots: 1, batches: [9] },
    { waiting: 50, slots: 2, batches: [10, 10] },
    { waiting: 9, slots: 0, batches: [] },
  ])('$waiting waiting, $slots slots free: $batches', ({ waiting, slots, batches }) => {
    expect(sizes(planBatches(lone(waiting), new Set(), slots, limits))).toEqual(batches)
  })

  test('a batch is no larger than a statement may be, and a larger row goes alone', () => {
    expect(sizes(planBatches(lone(5, 60), new Set(), 2, limits))).toEqual([1, 1])
    expect(sizes(planBatches([write(['a'], 30), write(['b'], 30), write(['c'], 30), write(['d'], 30)], new Set(), 2, limits))).toEqual([3, 1])
    expect(sizes(planBatches([write(['a'], 1_000), write(['b'])], new Set(), 2, limits))).toEqual([1, 1])
  })

  test('two writes of one request, or under one key, never go out together; the later one does not overtake', () => {
    const [first, second, other] = [write(['r1']), write(['r1']), write(['r2'])]
    expect(planBatches([first, second, other], new Set(), 2, limits)).toEqual([[first, other]])
    expect(planBatches([second, other], new Set(['r1']), 1, limits)).toEqual([[other]])
    const [left, middle, right] = [write(['r1', 'key']), write(['r2', 'key']), write(['r2'])]
    expect(planBatches([left, middle, right], new Set(), 2, limits)).toEqual([[left]])
    expect(planBatches([middle, right], new Set(['r1', 'key']), 1, limits)).toEqual([])
  })

  const marks = fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l'), { minLength: 1, maxLength: 2 })
  const queue = fc.array(fc.record({ marks, size: fc.nat({ max: 150 }) }), { maxLength: 30 })

  test('whatever waits: no clash, order kept, bounds kept, and something goes out when it can', () => {
    fc.assert(fc.property(queue, fc.subarray(['a', 'b', 'c']), fc.integer({ min: 1, max: 3 }), (waiting, busyMarks, slots) => {
      const busy = new Set(busyMarks)
      const batches = planBatches(waiting, busy, slots, limits)
      const sent = batches.flat()
      expect(batches.length).toBeLessThanOrEqual(slots)
      const all = sent.flatMap((one) => [...new Set(one.marks)])
      expect(new Set(all).size).toBe(all.length)
      expect(all.some((mark) => busy.has(mark))).toBe(false)
      expect(sent).toEqual(waiting.filter((one) => sent.includes(one)))
      for (const batch of batches) {
        expect(batch.length).toBeLessThanOrEqual(limits.mostRows)
        if (batch.length > 1) expect(batch.reduce((sum, { size }) => sum + size, 0)).toBeLessThanOrEqual(limits.mostCharacters)
      }
      for (const [place, one] of waiting.entries()) {
        if (!sent.includes(one)) continue
        const overtaken = waiting.slice(0, place).filter((earlier) => !sent.includes(earlier))
        expect(overtaken.some((earlier) => earlier.marks.some((mark) => one.marks.includes(mark)))).toBe(false)
      }
      const [first] = waiting
      if (first !== undefined && !first.marks.some((mark) => busy.has(mark))) expect(sent[0]).toBe(first)
    }), { numRuns: 300 })
  })
})
