// `npm run mutants [-- --only <id or area>,…] [--jobs N] [--committed] [--write]`: switches off one defence at a time and demands that a named test fails.
import './require-node.mjs'

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

import { ensureInstalled } from './install.mjs'
import { createBench } from './mutants-bench.mjs'
import { referenceOf } from './mutants-reference.mjs'
import { problemsOfTable, readTable } from './mutants-table.mjs'
import { root } from './root.mjs'

/** For one mutant's tests, the start of the private PostgreSQL included; for all tests of the table at once, four times that. */
const PATIENCE_MS = 120_000

const { values: options } = parseArgs({
  options: {
    only: { type: 'string' }, jobs: { type: 'string', default: '2' }, committed: { type: 'boolean', default: false }, write: { type: 'boolean', default: false },
  },
})

const say = (text) => { process.stdout.write(`${text}\n`) }

/** The areas with the mutants that were asked for. */
const chosen = (areas) => {
  const wanted = options.only?.split(',')
  return areas.map((area) => ({ ...area, mutants: area.mutants.filter(({ id }) => wanted === undefined || wanted.includes(area.area) || wanted.includes(id)) }))
}

/** The named tests of some mutants, by file. */
const testsOf = (mutants) => {
  const names = new Map()
  for (const { by: [file, name] } of mutants) names.set(file, (names.get(file) ?? new Set()).add(name))
  return [...names].map(([file, each]) => ({ file, names: [...each] }))
}

const verdictOf = (mutant, answer) => {
  if ('crash' in answer) return { ok: mutant.crash === true, why: answer.crash }
  const [first] = answer.failed
  if (first !== undefined) return { ok: true, why: `${first.name}: ${first.message}` }
  const [broken] = answer.broken
  if (broken !== undefined) return { ok: mutant.load === true, why: `not by an assertion: ${broken}` }
  return { ok: false, why: answer.passed === 0 ? 'no test ran' : 'every test passed' }
}

/** Where the tests of the table fail without any mutant, nothing can be said. */
const checkTests = async (bench, mutants) => {
  for (const tests of testsOf(mutants)) {
    const answer = await bench.runTests([tests])
    const trouble = answer.crash ?? answer.failed?.map(({ name, message }) => `${name}: ${message}`)[0] ?? answer.broken?.[0]
    if (trouble !== undefined) throw new Error(`without any mutant ${tests.file} fails: ${trouble}`)
  }
}

const work = async (bench, queue, results) => {
  for (const mutants of queue) {
    await checkTests(bench, mutants)
    for (const mutant of mutants) {
      const begun = performance.now()
      const verdict = verdictOf(mutant, await bench.tryMutant(mutant))
      say(`${verdict.ok ? 'killed  ' : 'SURVIVED'}  ${mutant.id} (${((performance.now() - begun) / 1000).toFixed(1)} s)  ${verdict.why.slice(0, 160)}`)
      results.push({ mutant, ...verdict })
    }
  }
}

/** Mutants that share a test file stay together: it is run unchanged once. */
const grouped = (mutants) => {
  const groups = new Map()
  for (const mutant of mutants) groups.set(mutant.by[0], [...groups.get(mutant.by[0]) ?? [], mutant])
  return [...groups.values()]
}

/** Tries the mutants on all benches at once, and answers whether each was killed. */
const tryAll = async (benches, mutants) => {
  const results = []
  const queue = grouped(mutants).values()
  await Promise.all(benches.map((bench) => work(bench, queue, results)))
  const survivors = results.filter(({ ok }) => !ok)
  for (const { mutant, why } of survivors) say(`\nSURVIVED ${mutant.id}: ${mutant.defence}\n  in ${mutant.file}, tests: ${mutant.by.join(': ')}\n  ${why}`)
  say(`\n${mutants.length} mutants, ${results.length - survivors.length} killed, ${survivors.length} survived`)
  return survivors.length === 0 && mutants.length > 0
}

/** Whoever interrupts is left nothing to clean up. */
const closeOnSignal = (benches) => {
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.once(signal, () => { void Promise.all(benches.map((bench) => bench.close())).finally(() => process.exit(130)) })
  }
}

const tryMutants = async (areas) => {
  const benches = Array.from({ length: Number(options.jobs) }, () => createBench({ timeoutMs: PATIENCE_MS, committed: options.committed }))
  closeOnSignal(benches)
  try {
    const problems = problemsOfTable(areas, benches[0].path)
    if (problems.length > 0) say(`The table does not fit the tree:\n${problems.join('\n')}`)
    return problems.length === 0 && await tryAll(benches, areas.flatMap(({ mutants }) => mutants))
  } finally {
    await Promise.all(benches.map((bench) => bench.close()))
  }
}

await ensureInstalled()
const areas = await readTable(root)
if (options.write) writeFileSync(join(root, 'docs', 'reference', 'mutants.md'), referenceOf(areas))
else process.exitCode = await tryMutants(chosen(areas)) ? 0 : 1
