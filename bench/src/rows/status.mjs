import { startChild } from '../child.mjs'
import { ratios } from '../samples.mjs'

const CONNECTIONS = 32

/** Requests in the database, so that no index is trivial. */
const filling = ({ quick }) => quick ? 300 : 1_500

const open = async (module, databaseUrl) => {
  const child = await startChild(new URL(module, import.meta.url))
  return { child, url: await child.ask('open', { url: databaseUrl }) }
}

/** The newest request of the API's list. */
const newestRequest = async (url) => {
  const response = await fetch(`${url}/api/v1/requests?limit=1`, { headers: { 'x-pao-user': 'ada', 'x-pao-teams': 'platform' } })
  const { data } = await response.json()
  return data[0].id
}

const fill = async (generator, url, { quick }) => {
  for (let requests = 0; requests < filling({ quick });) requests += (await generator.ask('submit', { url, connections: 64, ms: 500 })).requests
}

/** Reads one completed request by many connections: the product's endpoints, bare Hono with the same select, bare Hono. */
export const measureStatus = async ({ cluster, options, samples, watch, say, hasTime }) => {
  const database = await cluster.makeDatabase()
  const [pao, hono] = [await open('../http/serve-pao.mjs', database.url), await open('../http/serve-hono.mjs', database.url)]
  const generator = await startChild(new URL('../http/load.mjs', import.meta.url))
  await fill(generator, pao.url, options)
  await generator.end()
  const id = await newestRequest(pao.url)
  const targets = [
    ['status', pao, `/api/v1/requests/${id}/status`], ['request', pao, `/api/v1/requests/${id}`],
    ['hono-select', hono, `/requests/${id.replace(/^req-/, '')}`], ['hono', hono, '/constant'],
  ]
  for (let round = 1; hasTime(round); round += 1) {
    for (const [name, { url }, path] of targets) {
      // Of its own for each sample: its heap must not differ.
      const reader = await startChild(new URL('../http/load.mjs', import.meta.url))
      await reader.ask('get', { url, path, connections: CONNECTIONS, ms: 400 })
      await watch.before()
      const figures = await reader.ask('get', { url, path, connections: CONNECTIONS, ms: options.quick ? 800 : 2_000 })
      await reader.end()
      samples.add(name, 'get', figures)
      say(`  ${name}: ${figures.perSecond.toFixed(0)}/s, p99 ${figures.p99.toFixed(2)} ms`)
    }
  }
  for (const { child } of [pao, hono]) {
    await child.ask('close')
    await child.end()
  }
  await database.drop()
}

const comparison = (samples, name, peer, figure, extra) => {
  const [ours, theirs] = [name, extra.of].map((one) => samples.of(one, 'get').map((sample) => sample[figure]))
  return { figure: extra.figure, digits: extra.digits, ours, peer, theirs, ratio: ratios(ours, theirs), ...(extra.aim === undefined ? {} : { aim: extra.aim }) }
}

export const statusComparisons = (samples) => samples.has('status', 'get')
  ? [
    comparison(samples, 'status', 'Hono, the same select', 'perSecond', { of: 'hono-select', figure: 'GET status, calls/s', digits: 0, aim: { atLeast: 0.7 } }),
    comparison(samples, 'status', 'Hono, a constant', 'perSecond', { of: 'hono', figure: 'GET status, calls/s', digits: 0 }),
    comparison(samples, 'status', 'Hono, the same select', 'p99', { of: 'hono-select', figure: 'GET status, p99 ms', digits: 2, aim: { atMost: 1.5 } }),
    comparison(samples, 'request', 'Hono, the select of status', 'perSecond', { of: 'hono-select', figure: 'GET request with history, calls/s', digits: 0 }),
  ]
  : []
