import { outputOf } from '../work.mjs'

/** A step that does nothing outside: its template is rendered, its config checked, a line logged, its output kept. */
export const noOpAction = ({ defineAction, fromJsonSchema, succeeded }) => defineAction({
  type: 'no-op', version: '1.0.0', apiVersion: 1, summary: 'Does nothing', examples: [], effect: 'none',
  config: fromJsonSchema({ type: 'object', required: ['step', 'body'], properties: { step: { type: 'integer', minimum: 0 }, body: { type: 'string' } } }),
  output: fromJsonSchema({
    type: 'object', required: ['step', 'ok', 'ref'],
    properties: { step: { type: 'integer' }, ok: { type: 'boolean' }, ref: { type: 'string' }, pad: { type: 'string' } },
  }),
  templates: [{ path: 'body', target: 'json' }],
  plan: ({ config }) => ({ summary: `no-op ${config.step}`, changes: [] }),
  run: async ({ config, log }) => {
    log.info('done', { bytes: config.body.length })
    return succeeded(outputOf(config.step))
  },
})
