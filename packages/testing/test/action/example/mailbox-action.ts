import { defineAction, fromJsonSchema, succeeded } from '@pao/core'
import type { ActionContext } from '@pao/core'
import { ActionFailure, classifyStatus } from '@pao/core/action'
import type { HttpRequest, HttpResponse } from '@pao/core/action'

interface Mailbox { readonly id: string }

const text = { type: 'string', minLength: 1 } as const
const closed = <Names extends string>(...names: readonly Names[]) =>
  ({ type: 'object', properties: Object.fromEntries(names.map((name) => [name, text])), required: names, additionalProperties: false })

type Context = ActionContext<{ readonly name: string }>

/** One call. Only a POST may not simply be made again. */
const call = async (context: Context, method: HttpRequest['method'], path: string, body?: string): Promise<HttpResponse> => {
  const headers = { authorization: `Bearer ${await context.secret('MAIL_TOKEN')}` }
  const response = await context.http.request({ url: `https://mail.example.com${path}`, method, headers, ...(body === undefined ? {} : { body }) })
  if (response.status > 299) throw new ActionFailure(classifyStatus(response, `${method} ${path}`, method !== 'POST', context.now()))
  return response
}

/** The mailboxes that carry the key of this step. */
const found = async (context: Context): Promise<readonly Mailbox[]> =>
  (await call(context, 'GET', `/mailboxes?label=${encodeURIComponent(context.key)}`)).json() as unknown as readonly Mailbox[]

export const mailboxAction = () => defineAction<{ readonly name: string }, { readonly id: string }>({
  type: 'mailbox',
  version: '1.0.0',
  apiVersion: 1,
  summary: 'Creates a mailbox',
  examples: [{ title: 'A mailbox for orders', config: { name: 'orders' } }],
  config: fromJsonSchema(closed('name')),
  output: fromJsonSchema(closed('id')),
  templates: [{ path: 'name', target: 'text' }],
  secrets: () => ['MAIL_TOKEN'],
  effect: 'create',
  plan: ({ config }) => ({ summary: `mailbox ${config.name}`, changes: [{ kind: 'create', target: `mailboxes/${config.name}` }] }),
  run: async (context) => succeeded(await context.checkpoint('mailbox', async () => {
    const response = await call(context, 'POST', '/mailboxes', JSON.stringify({ name: context.config.name, label: context.key }))
    return { id: (response.json() as unknown as Mailbox).id }
  })),
  reconcile: async (context) => {
    const [mailbox] = await found(context)
    return mailbox === undefined ? { kind: 'absent' } : { kind: 'present', output: { id: mailbox.id } }
  },
  compensate: async (context) => {
    for (const { id } of await found(context)) await call(context, 'DELETE', `/mailboxes/${id}`)
  },
  classify: (error) => error instanceof SyntaxError ? { kind: 'unknown', code: 'MAIL_ANSWER', message: 'the mail service answered something that is not JSON' } : undefined,
})
