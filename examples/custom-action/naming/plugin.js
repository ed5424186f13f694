import { definePlugin, fromJsonSchema } from '@pao/core/plugin'
import { resourceNameAction } from './resource-name-action.js'

export default definePlugin({
  name: '@pao/example-custom-action/naming', version: '1.0.0', requires: { '@pao/core': '0.x' },
  options: fromJsonSchema({
    type: 'object', required: ['prefix'], additionalProperties: false,
    properties: { prefix: { type: 'string', minLength: 1 }, maxLength: { type: 'integer', minimum: 8 } },
  }).schema,
  actions: ({ options }) => [resourceNameAction(options)],
})
