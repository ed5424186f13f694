import { startChild } from '../child.mjs'
import { ratios } from '../samples.mjs'

const kinds = ['word', 'beginning', 'typo', 'two words']

/** Searches 10,000 items, each index in a fresh process: the product's, which looks at who asks and marks what was found, and bare MiniSearch in turn. */
export const measureSearch = async ({ samples, watch, say, hasTime }) => {
  for (let round = 1; hasTime(round); round += 1) {
    for (const candidate of ['pao', 'minisearch']) {
      await watch.before()
      const child = await startChild(new URL('../searching/run-search.mjs', import.meta.url))
      const figures = await child.ask(candidate)
      await child.end()
      samples.add(candidate, 'search', figures)
      say(`  search ${candidate}: ${kinds.map((kind) => `${kind} ${figures[kind].toFixed(2)} ms`).join(', ')}`)
    }
  }
}

const comparison = (samples, figure, { of, digits, aim }) => {
  const [ours, theirs] = ['pao', 'minisearch'].map((name) => samples.of(name, 'search').map((sample) => of(sample)))
  return { figure, digits, ours, peer: 'MiniSearch', theirs, ratio: ratios(ours, theirs), ...(aim === undefined ? {} : { aim }) }
}

export const searchComparisons = (samples) => samples.has('pao', 'search')
  ? [
    comparison(samples, 'ms a search of 10,000 items, all kinds', { of: (sample) => kinds.reduce((sum, kind) => sum + sample[kind], 0) / kinds.length, digits: 2, aim: { atMost: 1.2 } }),
    ...kinds.map((kind) => comparison(samples, `ms a search, ${kind}`, { of: (sample) => sample[kind], digits: 2, aim: { atMost: 1.2 } })),
    comparison(samples, 'ms, one item of 10,000 replaced', { of: ({ replace }) => replace, digits: 2 }),
    comparison(samples, 'ms, 10,000 items taken in', { of: ({ index }) => index, digits: 0 }),
  ]
  : []
