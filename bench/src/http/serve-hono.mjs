// Bare Hono in a process of its own: a constant, or the row that the product's status endpoint reads, by the same statement.
import { Hono } from 'hono'
import pg from 'pg'

import { loadInternals } from '../pao/product.mjs'
import { answerTasks } from '../tasks.mjs'
import { openPort } from './open-port.mjs'

const constant = { status: 'ok', id: '0190c2b4-7c2f-7d5e-9f57-1a2b3c4d5e6f', progress: 66, current: 'create-ticket' }

let pool
let port

answerTasks({
  open: async ({ url }) => {
    const { find } = await loadInternals()
    pool = new pg.Pool({ connectionString: url, max: 10 })
    const { name, text } = find('pao')
    const app = new Hono()
    app.get('/constant', (context) => context.json(constant))
    app.get('/requests/:id', async (context) => {
      const { rows } = await pool.query({ name, text, values: [context.req.param('id'), 'ada', ['platform'], false] })
      return rows[0] === undefined ? context.notFound() : context.json(rows[0])
    })
    port = await openPort(app.fetch)
    return port.url
  },
  cpu: () => process.cpuUsage(),
  close: async () => {
    await port.close()
    await pool.end()
  },
})
