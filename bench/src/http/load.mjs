// The load generator, in a process of its own on the same machine: so many connections, each with one call at a time.
import { Client } from 'undici'

import { percentile } from '../statistics.mjs'
import { answerTasks } from '../tasks.mjs'
import { inputOf } from '../work.mjs'

const headers = { 'content-type': 'application/json', 'x-pao-user': 'ada', 'x-pao-teams': 'platform' }

/** Each submission is another one, with a key of its own; the answer comes when the request has ended. */
const submission = (key) => {
  const { item, fields } = inputOf(key)
  return {
    method: 'POST', path: '/api/v1/requests', body: JSON.stringify({ catalogItemId: item, environment: fields.environment, fields }),
    headers: { ...headers, prefer: 'wait=30', 'idempotency-key': `k-${key}` },
  }
}

/** One call to its end. Rejects for another status than the expected one. */
const call = (client, options, status) => new Promise((resolve, reject) => {
  let found
  client.dispatch(options, {
    onRequestStart: () => undefined,
    onResponseStart: (_controller, statusCode) => { found = statusCode },
    onResponseData: () => undefined,
    onResponseEnd: () => (found === status ? resolve() : reject(new Error(`${options.method} ${options.path} answered ${found}`))),
    onResponseError: (_controller, error) => reject(error),
  })
})

const clients = []

/** Connections stay open between samples. */
const connect = (url, connections) => {
  while (clients.length < connections) clients.push(new Client(url, { pipelining: 1 }))
  return clients.slice(0, connections)
}

/** Calls by so many connections, for so long or until so many were made. */
const loop = async ({ url, connections, ms, status, requests = Infinity }, next) => {
  const latencies = []
  const start = performance.now()
  let made = 0
  await Promise.all(connect(url, connections).map(async (client) => {
    while (made < requests && performance.now() - start < ms) {
      made += 1
      const called = performance.now()
      await call(client, next(), status)
      latencies.push(performance.now() - called)
    }
  }))
  const seconds = (performance.now() - start) / 1000
  return { requests: latencies.length, perSecond: latencies.length / seconds, p50: percentile(latencies, 50), p99: percentile(latencies, 99) }
}

let lastKey = 0

answerTasks({
  submit: (options) => loop({ ...options, status: 201 }, () => submission((lastKey += 1))),
  submitted: () => lastKey,
  get: ({ path, ...options }) => loop({ ...options, status: 200 }, () => ({ method: 'GET', path, headers })),
})
