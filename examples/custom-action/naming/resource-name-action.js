import { defineAction, fatal, succeeded } from '@pao/core/action'
import { fromJsonSchema } from '@pao/core/plugin'

const join = (parts) => parts.map((part) => part.toLowerCase().replace(/[^a-z0-9]+/g, '-')).join('-').replace(/^-+|-+$/g, '')

/** `resource-name`: a name after the company's convention, `<prefix>-<environment>-<name>`. It touches nothing outside. */
export const resourceNameAction = ({ prefix, maxLength = 63 }) => defineAction({
  type: 'resource-name', version: '1.0.0', apiVersion: 1, effect: 'none',
  summary: 'Makes a name after the naming convention',
  examples: [{ title: 'The queue of a shop', config: { name: 'Order Events', environment: 'staging' } }],
  config: fromJsonSchema({
    type: 'object', required: ['name'], additionalProperties: false,
    properties: { name: { type: 'string', minLength: 1 }, environment: { type: 'string' } },
  }),
  output: fromJsonSchema({ type: 'object', required: ['name'], properties: { name: { type: 'string' } } }),
  templates: [{ path: 'name', target: 'text' }, { path: 'environment', target: 'text' }],
  plan: ({ config }) => ({ summary: `make a name of ${config.name}`, changes: [] }),
  run: async ({ config, log }) => {
    const name = join([prefix, config.environment ?? 'development', config.name])
    // The same input would fail again, so it is final: a person must choose another name.
    if (name.length > maxLength) throw fatal('NAME_TOO_LONG', `${name} has ${name.length} characters, more than ${maxLength}`)
    log.info(`the name is ${name}`)
    return succeeded({ name })
  },
})
