import { definePlugin, fromJsonSchema } from '@pao/core/plugin'
import { gitCatalogSource } from './git-catalog-source.js'
import type { GitCatalogSourceOptions } from './git-catalog-source.js'

/** What stands in `with`. */
export interface GitPluginOptions extends Pick<GitCatalogSourceOptions, 'url' | 'path' | 'branch' | 'directory' | 'codeowners' | 'username' | 'maxPackBytes'> {
  /** Name of the secret that holds the token. Default: none is sent. */
  readonly tokenSecret?: string
}

const text = { type: 'string', minLength: 1 }

/** `uses: '@pao/adapters-git'` */
export const plugin = definePlugin<GitPluginOptions>({
  name: '@pao/adapters-git', version: '0.0.0', requires: { '@pao/core': '0.x' },
  options: fromJsonSchema<GitPluginOptions>({
    type: 'object', additionalProperties: false,
    properties: {
      url: text, path: text, branch: text, directory: text, codeowners: { enum: ['github', 'gitlab'] }, tokenSecret: text, username: { type: 'string', pattern: '^[^:]+$' },
      maxPackBytes: { type: 'integer', minimum: 1 },
    },
  }).schema,
  secrets: ({ tokenSecret }) => (tokenSecret === undefined ? [] : [tokenSecret]),
  catalogSource: ({ options: { tokenSecret, ...options }, http, secret }) =>
    gitCatalogSource({ ...options, http, ...(tokenSecret === undefined ? {} : { token: () => secret(tokenSecret) }) }),
})
