import { definePlugin, fromJsonSchema } from '@pao/core/plugin'
import { httpCatalogSource } from './http-catalog-source.js'

export default definePlugin({
  name: '@pao/example-custom-adapter', version: '1.0.0', requires: { '@pao/core': '0.x' },
  options: fromJsonSchema({
    type: 'object', required: ['url'], additionalProperties: false,
    properties: { url: { type: 'string', pattern: '^https?://' }, tokenSecret: { type: 'string' } },
  }).schema,
  secrets: ({ tokenSecret }) => (tokenSecret === undefined ? [] : [tokenSecret]),
  catalogSource: ({ options: { url, tokenSecret }, http, secret }) =>
    httpCatalogSource({ url, http, ...(tokenSecret === undefined ? {} : { token: () => secret(tokenSecret) }) }),
})
