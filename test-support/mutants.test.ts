import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { referenceOf } from '../scripts/mutants-reference.mjs'
import { problemsOfTable, readTable } from '../scripts/mutants-table.mjs'

const root = join(import.meta.dirname, '..')

// What switches off what is tried by `npm run mutants`, which takes minutes; that the table still fits the tree is seen here.
test('the table of mutants is current: each text stands once in its file, and each test has its name', async () => {
  expect(problemsOfTable(await readTable(root), root)).toEqual([])
})

test('the reference of mutants is that of the table: npm run mutants -- --write', async () => {
  expect(readFileSync(join(root, 'docs', 'reference', 'mutants.md'), 'utf8')).toBe(referenceOf(await readTable(root)))
})

test('what does not fit is named', () => {
  const own = 'test-support/mutants.test.ts'
  const mutant = { id: 'one', defence: 'of a test', file: 'package.json', find: '"name": "pao"', replace: '', by: [own, 'what does not fit is named'] }
  const wrong = [
    mutant, { ...mutant, id: 'two', find: 'nowhere' }, { ...mutant, id: 'three', find: '"' }, { ...mutant, id: 'four', file: 'none.ts' },
    { ...mutant, id: 'five', by: ['none.test.ts', ''] }, { ...mutant, id: 'six', by: [own, `${'no'} such title`] }, { ...mutant, id: 'one' },
  ]
  const problems = problemsOfTable([{ area: 'a', title: 'A', mutants: wrong }], root)
  expect(problems.map((line: string) => line.split(':')[0])).toEqual(['one', 'two', 'three', 'four', 'five', 'six'])
})
