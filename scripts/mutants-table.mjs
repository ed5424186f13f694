import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * The table of mutants. Each file of `mutants/` exports one area:
 * `{ area, title, mutants: [{ id, defence, file, find, replace, by: [testFile, testName], load? }], without: [{ defence, why }] }`.
 * `find` occurs exactly once in `file`; `testName` is a part of a test's title as it stands in the test
 * file, or in the contract of @pao/testing that the file runs. With `load: true` a file
 * that can no longer be loaded counts as refused.
 */
export const readTable = async (root) => {
  const directory = join(root, 'mutants')
  const names = readdirSync(directory).filter((name) => name.endsWith('.mjs')).sort()
  return Promise.all(names.map(async (name) => (await import(join(directory, name))).default))
}

const occurrences = (text, part) => text.split(part).length - 1

const reader = (root) => {
  const known = new Map()
  return (path) => {
    if (!known.has(path)) known.set(path, readOrNothing(join(root, path)))
    return known.get(path)
  }
}

const readOrNothing = (path) => {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

const sourcesUnder = (directory) => !existsSync(directory) ? [] :
  readdirSync(directory, { recursive: true }).filter((name) => name.endsWith('.ts')).map((name) => join(directory, name))

const contractsOf = (root) => sourcesUnder(join(root, 'packages', 'testing', 'src')).map(readOrNothing).join('\n')

const problemsOfMutant = ({ id, defence, file, find, replace, by: [testFile, testName] }, read, contracts) => {
  const [source, test] = [read(file), read(testFile)]
  const count = source === undefined ? 0 : occurrences(source, find)
  return [
    ...(defence ? [] : [`${id}: names no defence`]),
    ...(source === undefined ? [`${id}: there is no ${file}`] : []),
    ...(source === undefined || count === 1 ? [] : [`${id}: its text occurs ${count} times in ${file}, not once: ${find}`]),
    ...(find === replace ? [`${id}: changes nothing`] : []),
    ...(test === undefined ? [`${id}: there is no ${testFile}`] : []),
    ...(test === undefined || test.includes(testName) || contracts.includes(testName) ? [] : [`${id}: no test of ${testFile} is called ${testName}`]),
  ]
}

/** What of the table does not fit the tree at `root`: one line each, naming the mutant. Reads files, runs nothing. */
export const problemsOfTable = (areas, root) => {
  const read = reader(root)
  const contracts = contractsOf(root)
  const ids = areas.flatMap(({ mutants }) => mutants.map(({ id }) => id))
  const twice = ids.filter((id, index) => ids.indexOf(id) !== index)
  return [...twice.map((id) => `${id}: is there twice`), ...areas.flatMap(({ mutants }) => mutants.flatMap((mutant) => problemsOfMutant(mutant, read, contracts)))]
}
