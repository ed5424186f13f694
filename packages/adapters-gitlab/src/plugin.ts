import { definePlugin, fromJsonSchema } from '@pao/core/plugin'
import { gitlabCatalogSource } from './gitlab-catalog-source.js'
import type { GitlabCatalogSourceOptions } from './gitlab-catalog-source.js'

/** What stands in `with`. */
export interface GitlabPluginOptions extends Pick<GitlabCatalogSourceOptions, 'project' | 'branch' | 'directory' | 'apiUrl' | 'statusName'> {
  /** Name of the secret that holds the token. Default: none is sent. */
  readonly tokenSecret?: string
}

const text = { type: 'string', minLength: 1 }

/** `uses: '@pao/adapters-gitlab'` */
export const plugin = definePlugin<GitlabPluginOptions>({
  name: '@pao/adapters-gitlab', version: '0.0.0', requires: { '@pao/core': '0.x' },
  options: fromJsonSchema<GitlabPluginOptions>({
    type: 'object', additionalProperties: false, required: ['project'],
    properties: { project: text, branch: text, directory: text, apiUrl: text, statusName: { type: 'string', minLength: 1, maxLength: 100 }, tokenSecret: text },
  }).schema,
  secrets: ({ tokenSecret }) => (tokenSecret === undefined ? [] : [tokenSecret]),
  catalogSource: ({ options: { tokenSecret, ...options }, http, clock, secret }) =>
    gitlabCatalogSource({ ...options, http, now: () => clock.now(), ...(tokenSecret === undefined ? {} : { token: () => secret(tokenSecret) }) }),
})
