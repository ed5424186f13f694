import { startChild } from '../child.mjs'
import { ratios } from '../samples.mjs'

/** Ten thousand documents on a busy machine. */
const MOST_MS = 600_000

/** Documents, and in how many rounds at most: ten thousand take half a minute a sample. */
const sizes = ({ quick, rounds }) => [{ count: 1_000, rounds }, ...(quick ? [] : [{ count: 10_000, rounds: Math.min(rounds, 3) }])]

const loadOnce = async (candidate, count) => {
  const child = await startChild(new URL('../documents/run-documents.mjs', import.meta.url))
  const figures = await child.ask(candidate, { count }, MOST_MS)
  await child.end()
  return figures
}

/** Loads catalogs, each in a fresh process: the product and bare parsing in turn. */
export const measureDocuments = async ({ options, samples, watch, say, hasTime }) => {
  for (const { count, rounds } of sizes(options)) {
    for (let round = 1; round <= rounds && hasTime(round); round += 1) {
      for (const candidate of ['pao', 'yaml']) {
        await watch.before()
        const figures = await loadOnce(candidate, count)
        samples.add(candidate, `documents ${count}`, figures)
        say(`  ${count} documents ${candidate}: ${figures.ms.toFixed(0)} ms`)
      }
    }
  }
}

export const documentComparisons = (samples) => [1_000, 10_000].flatMap((count) => {
  const [ours, theirs] = ['pao', 'yaml'].map((name) => samples.of(name, `documents ${count}`))
  if (ours.length === 0) return []
  const [oursMs, theirsMs] = [ours, theirs].map((found) => found.map(({ ms }) => ms))
  const size = count.toLocaleString('en')
  return [
    { figure: `ms, load and check of ${size} documents`, digits: 0, ours: oursMs, peer: 'yaml, positions only', theirs: theirsMs, ratio: ratios(oursMs, theirsMs), ...(count === 10_000 ? { aim: { atMost: 1.5 } } : {}) },
    { figure: `ms, one of ${size} changed`, digits: 1, ours: ours.map(({ changedMs }) => changedMs), aim: { oursBelow: 20 } },
  ]
})
