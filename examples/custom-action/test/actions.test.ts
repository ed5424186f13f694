import type { AnyAction, HttpRequest, JsonObject } from '@pao/core/action'
import { memoryPorts } from '@pao/core/memory'
import { checkPlugins, setUpPlugins } from '@pao/core/plugin'
import { actionContract, runContract } from '@pao/testing'
import type { ActionWorld, VendorAnswer } from '@pao/testing'
import { describe, expect, test } from 'vitest'
import queuePlugin from '../src/plugin.js'

const { default: namingPlugin } = await import(new URL('../naming/plugin.js', import.meta.url).href) as { readonly default: unknown }

/** The one action of a plugin, set up as a program does it. */
const actionOf = (plugin: unknown, options?: JsonObject): AnyAction => {
  const { plugins, issues } = checkPlugins([{ label: 'example', plugin, ...(options === undefined ? {} : { options }) }])
  const { actions: [action], issues: more } = setUpPlugins(plugins, memoryPorts())
  expect([...issues, ...more]).toEqual([])
  if (action === undefined) throw new Error('the plugin gave no action')
  return action
}

describe('resource-name', () => {
  const action = actionOf(namingPlugin, { prefix: 'acme', maxLength: 40 })
  runContract(actionContract({
    action,
    cases: [{ title: 'a name of the form', config: { name: '{{fields.name}}', environment: 'staging' }, fields: { name: 'Orders' }, edited: { name: 'Invoices' } }],
  }), { test, create: async (): Promise<ActionWorld> => ({ effects: () => [] }) })

  test('options of another shape are told', () => {
    expect(checkPlugins([{ label: 'example', plugin: namingPlugin, options: { prefix: 1 } }]).issues).toMatchObject([{ code: 'plugin-options' }])
  })
})

interface Made { readonly id: string; readonly name: string; readonly label: string; readonly url: string }

/** The provisioning API: each POST makes a queue, whoever asks, and the label is kept and not looked at. */
const provisioning = (): ActionWorld => {
  const queues: Made[] = [{ id: 'q-0', name: 'of somebody else', label: 'none', url: 'https://queues.example.org/q-0' }]
  const http = ({ method, url, body = '' }: HttpRequest): VendorAnswer => {
    const id = /\/queues\/(.+)$/.exec(url)?.[1]
    const at = queues.findIndex((queue) => queue.id === id)
    if (method === 'POST') {
      const { name, label } = JSON.parse(body) as Pick<Made, 'name' | 'label'>
      const made = { id: `q-${queues.length}`, name, label, url: `https://queues.example.org/${name}` }
      queues.push(made)
      return { status: 201, body: { ...made } }
    }
    if (method === 'GET') return { status: 200, body: { items: queues.map((queue) => ({ ...queue })) } }
    if (at === -1) return { status: 404 }
    queues.splice(at, 1)
    return { status: 204 }
  }
  return { http, effects: () => queues.slice(1).map(({ name }) => name), untouched: () => queues[0] }
}

describe('message-queue', () => {
  const endpoint = 'https://provisioning.example.org/v1/queues'
  runContract(actionContract({
    action: actionOf(queuePlugin),
    cases: [{ title: 'a queue by name', config: { endpoint, name: '{{fields.name}}' }, fields: { name: 'orders' }, edited: { name: 'invoices' } }],
  }), { test, create: async () => provisioning() })
})
