import { expect, test } from 'vitest'
import { createRedactor } from '../../src/redactor.js'
import { waitForOf } from '../../src/execution/wait-for.js'

const until = (pollEveryMs?: number) => waitForOf(
  { until: 'signal', reference: { service: 'jira:main', id: 'OPS-1' }, ...(pollEveryMs === undefined ? {} : { pollEveryMs }) }, 10_000, createRedactor(),
)

test('the first poll comes within a second, however rare the others are; without polls there is none', () => {
  expect(until(300_000)).toMatchObject({ pollEveryMs: 300_000, pollAt: 11_000 })
  expect(until(200)).toMatchObject({ pollEveryMs: 200, pollAt: 10_200 })
  expect(until()).not.toHaveProperty('pollAt')
})

test('a wait without an end of its own lasts 90 days', () => {
  expect(until()).toMatchObject({ until: 10_000 + 90 * 86_400_000, onTimeout: 'fail' })
})
