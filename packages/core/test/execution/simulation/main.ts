/** A process of `npm run simulate`: runs the seeds that it is given, or shows one with its trace (PAO_SEED). */
import { check, reportOf, traceOf } from './report.js'
import { scenarioOf } from './scenario.js'

const show = async (seed: number): Promise<void> => {
  const { lines, hash, violations } = await traceOf(seed)
  for (const line of lines) console.log(line)
  console.log(JSON.stringify(scenarioOf(seed), undefined, 2))
  console.log(`seed ${seed}, ${lines.length} lines, hash ${hash}`)
  if (violations.length === 0) return console.log('all invariants hold')
  console.log(await reportOf(seed, violations))
  process.exitCode = 1
}

const runAll = async ({ from, to }: { readonly from: number; readonly to: number }): Promise<void> => {
  for (let seed = from; seed < to; seed += 1) {
    const violations = await check(scenarioOf(seed))
    if (violations.length > 0) return void process.send?.({ seed, report: await reportOf(seed, violations) })
    // Signals and messages come only between runs: in a run no real time passes.
    if (seed % 50 === 0) await new Promise((resolve) => { setImmediate(resolve) })
  }
  process.send?.({ done: to - from })
}

const wanted = process.env['PAO_SEED']
if (wanted !== undefined) await show(Number(wanted))
else process.on('message', (work: { readonly from: number; readonly to: number }) => { void runAll(work) })
