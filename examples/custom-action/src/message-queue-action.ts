import { ActionFailure, classifyStatus, defineAction, isJsonObject, retryable, succeeded, unknownOutcome } from '@pao/core/action'
import type { Action, ActionContext, HttpRequest, Json } from '@pao/core/action'
import { fromJsonSchema } from '@pao/core/plugin'

interface QueueConfig {
  /** Address of the collection, for example `https://provisioning.example.org/v1/queues`. */
  readonly endpoint: string
  readonly name: string
}

/** What later steps read as `output.<step>.…`. */
type Queue = { readonly id: string; readonly url: string }

const text = { type: 'string', minLength: 1 } as const

const call = async (context: ActionContext<QueueConfig>, request: Pick<HttpRequest, 'method' | 'url' | 'body'>, expected: readonly number[]): Promise<Json> => {
  const response = await context.http.request({ ...request, headers: { accept: 'application/json', 'content-type': 'application/json' }, signal: context.signal })
  if (expected.includes(response.status)) return response.body === '' ? null : response.json()
  throw new ActionFailure(classifyStatus(response, `${request.method} ${new URL(request.url).pathname}`, request.method !== 'POST', context.now()))
}

const queueOf = (value: Json | undefined): Queue | undefined =>
  value !== undefined && isJsonObject(value) && typeof value['id'] === 'string' && typeof value['url'] === 'string' ? { id: value['id'], url: value['url'] } : undefined

/** The queue that this step has made before, found by the step's key, which is the same in all attempts. */
const findOwn = async (context: ActionContext<QueueConfig>): Promise<Queue | undefined> => {
  const answer = await call(context, { method: 'GET', url: context.config.endpoint }, [200])
  // An answer that is not understood is not "absent": the step would make a second queue.
  if (!isJsonObject(answer) || !Array.isArray(answer['items'])) throw retryable('QUEUE_ANSWER', 'the list of queues cannot be read')
  return queueOf((answer['items'] as readonly Json[]).find((item) => isJsonObject(item) && item['label'] === context.key))
}

/** `message-queue`: makes a queue. A second run of `run` would make a second one, so it says how the first is found again and removed. */
export const messageQueueAction = (): Action<QueueConfig, Queue> => defineAction<QueueConfig, Queue>({
  type: 'message-queue', version: '1.0.0', apiVersion: 1, effect: 'create',
  summary: 'Makes a message queue',
  examples: [{ title: 'A queue of order events', config: { endpoint: 'https://provisioning.example.org/v1/queues', name: 'order-events' } }],
  config: fromJsonSchema({ type: 'object', required: ['endpoint', 'name'], additionalProperties: false, properties: { endpoint: { ...text, format: 'uri' }, name: text } }),
  output: fromJsonSchema({ type: 'object', required: ['id', 'url'], properties: { id: text, url: text } }),
  templates: [{ path: 'endpoint', target: 'url' }, { path: 'name', target: 'text' }],
  plan: ({ config }) => ({ summary: `make the queue ${config.name}`, changes: [{ kind: 'create', target: config.name }] }),
  run: async (context) => {
    const { endpoint, name } = context.config
    const made = queueOf(await call(context, { method: 'POST', url: endpoint, body: JSON.stringify({ name, label: context.key }) }, [201]))
    if (made === undefined) throw unknownOutcome('QUEUE_ANSWER', 'the answer names no queue')
    return succeeded(made)
  },
  reconcile: async (context) => {
    const queue = await findOwn(context)
    return queue === undefined ? { kind: 'absent' } : { kind: 'present', output: queue }
  },
  compensate: async (context, done) => {
    const queue = done ?? await findOwn(context)
    if (queue === undefined) return
    // 404: it is gone already, by an earlier attempt or by hand.
    await call(context, { method: 'DELETE', url: `${context.config.endpoint}/${encodeURIComponent(queue.id)}` }, [200, 204, 404])
  },
})
