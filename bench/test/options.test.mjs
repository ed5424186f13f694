import { expect, test } from 'vitest'

import { readOptions, rowNames } from '../src/options.mjs'

test('everything is measured in five rounds, unless it shall be quick', () => {
  expect(readOptions([])).toMatchObject({ only: rowNames, rounds: 5, quick: false, write: false })
  expect(readOptions(['--quick', '--no-build'])).toMatchObject({ rounds: 2, quick: true })
  expect(readOptions(['--only', 'idle, http', '--rounds', '7'])).toMatchObject({ only: ['idle', 'http'], rounds: 7 })
})

test.each([
  [['--only', 'idel'], /there is no row idel; there are in-process/],
  [['--rounds', '0'], /--rounds is a whole number/],
  [['--write', '--only', 'idle'], /--write needs every row/],
  [['--quik'], /quik/],
])('%j is refused with what is right', (argv, message) => {
  expect(() => readOptions(argv)).toThrow(message)
})
