import { defineAction, fromJsonSchema, succeeded } from '@pao/core'

export const openShop = defineAction({
  type: 'open-shop', version: '1.0.0', apiVersion: 1, summary: 'Opens a shop front', examples: [], effect: 'none',
  config: fromJsonSchema({ type: 'object', required: ['name'], properties: { name: { type: 'string' } } }),
  output: fromJsonSchema({ type: 'object', properties: { address: { type: 'string' } } }),
  templates: [{ path: 'name', target: 'text' }],
  plan: ({ config }) => ({ summary: `open ${config.name}`, changes: [] }),
  run: async ({ config }) => succeeded({ address: `/shops/${config.name}` }),
})
