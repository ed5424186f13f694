import type { JsonObject } from '@pao/core'
import { fromJsonSchema } from '@pao/core'
import type { Action, ActionContext, ExternalReference, HttpRequest, HttpResponse } from '@pao/core/action'
import { ActionFailure, classifyStatus, defineAction, fatal, isJsonObject, parked, succeeded, unknownOutcome } from '@pao/core/action'

export interface QueueConfig {
  readonly name: string
  readonly size: number
}

export interface QueueOutput {
  readonly [name: string]: string
  readonly id: string
  readonly url: string
}

type Context = ActionContext<QueueConfig>

export const BASE = 'https://queues.example.com'
const WHAT = 'the queue service'

const call = async (context: Context, method: HttpRequest['method'], path: string, body?: JsonObject): Promise<HttpResponse> => context.http.request({
  url: `${BASE}${path}`, method, headers: { authorization: `Bearer ${await context.secret('QUEUE_TOKEN')}` }, ...(body === undefined ? {} : { body: JSON.stringify(body) }),
})

const refuse = (context: Context, response: HttpResponse, repeatable: boolean): ActionFailure =>
  new ActionFailure(classifyStatus(response, WHAT, repeatable, context.now()))

export const idOf = (response: HttpResponse): string => {
  try {
    const body = response.json()
    if (isJsonObject(body) && typeof body['id'] === 'string') return body['id']
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
  }
  throw unknownOutcome('ANSWER', `${WHAT} answered something that is no queue`)
}

export const create = async (context: Context): Promise<string> => {
  const { name, size } = context.config
  const response = await call(context, 'POST', '/queues', { name, size, tag: context.key })
  if (response.status !== 201) throw refuse(context, response, false)
  context.log.info(`queue ${name} was asked for`)
  return idOf(response)
}

/** The queue with the tag of this step. */
export const find = async (context: Context): Promise<string | undefined> => {
  const response = await call(context, 'GET', `/queues?tag=${encodeURIComponent(context.key)}`)
  if (response.status !== 200) throw refuse(context, response, true)
  const list = response.json() as readonly { readonly id: string }[]
  return list[0]?.id
}

const outputOf = (id: string): QueueOutput => ({ id, url: `${BASE}/queues/${id}` })

export const waiting = (id: string) => ({ until: 'signal', reference: { service: 'queues', id }, pollEveryMs: 60_000, timeoutMs: 3_600_000, status: 'creating' } as const)

const observe = async (context: Context, { id }: ExternalReference) => {
  const response = await call(context, 'GET', `/queues/${id}`)
  if (response.status !== 200) throw refuse(context, response, true)
  const { state } = response.json() as { readonly state: string }
  return state === 'ready' ? { status: state, payload: { id } } : { status: state }
}

export const declaration: Action<QueueConfig, QueueOutput> = {
  type: 'queue',
  version: '1.0.0',
  apiVersion: 1,
  summary: 'Creates a queue and waits until it is ready',
  examples: [{ title: 'A queue for orders', config: { name: 'orders', size: 3 } }],
  config: fromJsonSchema({
    type: 'object', properties: { name: { type: 'string', minLength: 1 }, size: { type: 'integer', default: 1 } }, required: ['name'], additionalProperties: false,
  }),
  output: fromJsonSchema({ type: 'object', properties: { id: { type: 'string' }, url: { type: 'string' } }, required: ['id', 'url'], additionalProperties: false }),
  templates: [{ path: 'name', target: 'text' }],
  secrets: () => ['QUEUE_TOKEN'],
  effect: 'create',
  plan: ({ config }) => ({ summary: `a queue ${config.name}`, changes: [{ kind: 'create', target: `queues/${config.name}` }] }),
  run: async (context) => parked(waiting(await context.checkpoint('queue', () => create(context)))),
  observe,
  resume: (_context, payload) => {
    if (!isJsonObject(payload) || typeof payload['id'] !== 'string') throw fatal('SIGNAL', 'the signal names no queue')
    return Promise.resolve(succeeded(outputOf(payload['id'])))
  },
  reconcile: async (context) => {
    const id = await find(context)
    return id === undefined ? { kind: 'absent' } : { kind: 'parked', park: waiting(id) }
  },
  compensate: async (context) => {
    const id = await find(context)
    if (id === undefined) return
    const response = await call(context, 'DELETE', `/queues/${id}`)
    if (response.status !== 204 && response.status !== 404) throw refuse(context, response, true)
  },
}

/** The good one: it keeps every rule. */
export const queueAction = (): Action<QueueConfig, QueueOutput> => defineAction({ ...declaration, effect: 'create', reconcile: declaration.reconcile!, compensate: declaration.compensate! })
