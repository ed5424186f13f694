import { startChild } from '../child.mjs'
import { ratios } from '../samples.mjs'

const candidates = ['pao', 'no-escape', 'json-helper']

/** Renders and loads a second, in rounds, each candidate in turn. */
export const measureRendering = async ({ options, samples, watch, say, hasTime }) => {
  const child = await startChild(new URL('../rendering/run-rendering.mjs', import.meta.url))
  await child.ask('check')
  for (let round = 1; hasTime(round); round += 1) {
    for (const task of ['render', 'load']) {
      for (const name of candidates) {
        await watch.before()
        const figures = await child.ask(task, { name, ms: options.quick ? 300 : 800 })
        samples.add(name, task, figures)
        say(`  ${task} ${name}: ${figures.perSecond.toFixed(0)}/s`)
      }
    }
  }
  await child.end()
}

const comparison = (samples, task, figure, [peer, title, atLeast]) => {
  const [ours, theirs] = ['pao', peer].map((name) => samples.of(name, task).map(({ perSecond }) => perSecond))
  return { figure, digits: 0, ours, peer: title, theirs, ratio: ratios(ours, theirs), ...(atLeast === undefined ? {} : { aim: { atLeast } }) }
}

export const renderingComparisons = (samples) => [
  comparison(samples, 'render', 'renders/s, 30 lines of JSON', ['no-escape', 'Handlebars, not encoded', 1.2]),
  comparison(samples, 'render', 'renders/s, 30 lines of JSON', ['json-helper', 'Handlebars, JSON helper', 2.5]),
  comparison(samples, 'load', 'loads/s of that template', ['no-escape', 'Handlebars, not encoded']),
]
