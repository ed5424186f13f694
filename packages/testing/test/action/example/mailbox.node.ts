import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { HttpRequest } from '@pao/core/action'
import type { ActionWorld, VendorAnswer } from '@pao/testing'
import { actionContract, runAction, runContract } from '@pao/testing'
import { mailboxAction } from './mailbox-action.js'

/** The vendor: it makes a mailbox for each POST, and knows them by their labels. */
const fakeMail = () => {
  const boxes = new Map<string, string>()
  const http = ({ method, url, body = '{}' }: HttpRequest): VendorAnswer => {
    const { pathname, searchParams } = new URL(url)
    const label = searchParams.get('label')
    if (method === 'GET') return { status: 200, body: [...boxes].filter(([, of]) => of === label).map(([id]) => ({ id })) }
    if (method === 'DELETE') return { status: boxes.delete(pathname.replace('/mailboxes/', '')) ? 204 : 404 }
    const id = `m-${boxes.size + 1}`
    boxes.set(id, (JSON.parse(body) as { readonly label: string }).label)
    return { status: 201, body: { id } }
  }
  return { http, effects: () => [...boxes.keys()] }
}

// Every rule of the contract, in worlds of their own.
runContract(actionContract({
  action: mailboxAction(),
  cases: [{ title: 'by name', config: { name: '{{fields.name}}' }, fields: { name: 'orders' }, edited: { name: 'invoices' } }],
}), { test, create: async (): Promise<ActionWorld> => fakeMail() })

// What only this action does.
void test('a mailbox that was made before the process died is adopted', async () => {
  const vendor = fakeMail()
  const crashed = await runAction(mailboxAction(), {
    config: { name: 'orders' }, http: vendor.http, secrets: { MAIL_TOKEN: 'secret' },
    interrupt: ({ when, name }) => when === 'after' && name.startsWith('POST') ? 'crash' : undefined,
  })
  assert.equal(crashed.state, 'crashed')
  const run = await crashed.again()
  assert.deepEqual(run.output, { id: 'm-1' })
  assert.deepEqual(run.executions.map(({ mode }) => mode), ['run', 'reconcile'])
  assert.deepEqual(vendor.effects(), ['m-1'])
})
