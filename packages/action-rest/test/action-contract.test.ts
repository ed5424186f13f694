import type { HttpRequest } from '@pao/core/action'
import type { ActionWorld, VendorAnswer } from '@pao/testing'
import { actionContract, runContract } from '@pao/testing'
import { test } from 'vitest'
import { restApiAction } from '../src/index.js'

const TOKEN = 'canary-of-the-queue-service'

/** Two services: one makes a queue for each key that it is sent, or for each call that sends none; the other can only be read. */
const services = async (): Promise<ActionWorld> => {
  const made: string[] = []
  const post = ({ headers = {} }: HttpRequest): VendorAnswer => {
    const key = headers['idempotency-key'] ?? headers['x-request-token'] ?? ''
    const honoured = headers['x-request-token'] === undefined
    if (!honoured || !made.includes(key)) made.push(key)
    return { status: 201, body: { arn: `queue-${made.length}` } }
  }
  const http = (request: HttpRequest): VendorAnswer => {
    const { hostname, pathname } = new URL(request.url)
    if (hostname === 'cmdb.example.com') return { status: 200, body: { cost_center: 'cc-1' } }
    if (request.headers?.['authorization'] !== `Bearer ${TOKEN}`) return { status: 401, body: { message: 'who are you?' } }
    if (request.method === 'DELETE') return made.includes(pathname) ? { status: 404 } : (made.push(pathname), { status: 204 })
    return post(request)
  }
  return { http, effects: () => made, secrets: { QUEUE_API_TOKEN: TOKEN } }
}

const authentication = { type: 'bearer', credentials: { token_ref: 'QUEUE_API_TOKEN' } }
const queues = 'https://queues.example.com/queues'

runContract(actionContract({
  action: restApiAction(),
  cases: [
    {
      title: 'Create something under a key, by name', fields: { name: 'orders' }, edited: { name: 'invoices' },
      config: { endpoint: { url: queues, method: 'POST' }, authentication, body: { content_template: '{"name": {{json fields.name}}}' }, idempotency: { header: 'Idempotency-Key' } },
    },
    {
      title: 'Create something at an endpoint that honours no key', fields: { name: 'orders' }, edited: { name: 'invoices' },
      config: { endpoint: { url: queues, method: 'POST' }, headers: { 'X-Request-Token': 'none' }, authentication, body: { content_template: { name: '{{fields.name}}' } }, parsing: { extract: [{ path: '$.arn', name: 'arn', required: true }] } },
    },
    { title: 'Delete something', config: { endpoint: { url: `${queues}/orders`, method: 'DELETE' }, authentication } },
    { title: 'Sign in with a name and a password', config: { endpoint: { url: 'https://cmdb.example.com/', method: 'GET' }, authentication: { type: 'basic', credentials: { username: 'pao', password_ref: 'CMDB_PASSWORD' } } } },
  ],
}), { test, create: services })
