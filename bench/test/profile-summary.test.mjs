import { describe, expect, test } from 'vitest'

import { packageOf, summarise } from '../src/profile-summary.mjs'

test.each([
  ['file:///x/node_modules/.pnpm/pg@8.23.1/node_modules/pg/lib/client.js', 'pg'],
  ['file:///x/node_modules/.pnpm/@hono+node-server@2.1.8/node_modules/@hono/node-server/dist/index.mjs', '@hono/node-server'],
  ['file:///x/packages/core/dist/index.js', '@pao/core'],
  ['file:///x/bench/src/engines/load.mjs', '(benchmark)'],
  ['node:events', 'node'],
  ['', 'node'],
])('%s is of %s', (url, owner) => {
  expect(packageOf(url)).toBe(owner)
})

describe('a profile', () => {
  test('is summed up by what was busy, the most first', () => {
    const frame = (functionName, url) => ({ functionName, url, lineNumber: 4, columnNumber: 0 })
    const nodes = [
      { id: 1, callFrame: frame('(idle)', '') }, { id: 2, callFrame: frame('(garbage collector)', '') },
      { id: 3, callFrame: frame('work', 'node:events') }, { id: 4, callFrame: frame('', 'file:///x/bench/src/a.mjs') },
      { id: 5, callFrame: frame('dispatch', '') },
    ]
    const summary = summarise({ nodes, samples: [5, 1, 2, 3, 3, 4], timeDeltas: [9_000, 500, 1_000, 1_000, 1_000, 1_000] })
    expect(summary).toMatchObject({ busyMs: 4, idleMs: 0.5 })
    expect(summary.packages).toEqual([{ name: 'node', share: 0.5 }, { name: '(garbage collector)', share: 0.25 }, { name: '(benchmark)', share: 0.25 }])
    expect(summary.functions[0]).toEqual({ name: 'work  node  node:events:5', share: 0.5 })
    expect(summary.functions[1].name).toBe('(anonymous)  (benchmark)  bench/src/a.mjs:5')
  })
})
