import { definePlugin, fromJsonSchema } from '@pao/core/plugin'
import { githubCatalogSource } from './github-catalog-source.js'
import type { GithubCatalogSourceOptions } from './github-catalog-source.js'

/** What stands in `with`. */
export interface GithubPluginOptions extends Pick<GithubCatalogSourceOptions, 'repository' | 'branch' | 'directory' | 'apiUrl' | 'checkName'> {
  /** Name of the secret that holds the token. Either this, `app` or neither. */
  readonly tokenSecret?: string
  /** A GitHub app. */
  readonly app?: {
    readonly id: string
    readonly installation: string
    /** Name of the secret that holds the private key, in PEM. */
    readonly privateKeySecret: string
  }
}

const text = { type: 'string', minLength: 1 }

/** `uses: '@pao/adapters-github'` */
export const plugin = definePlugin<GithubPluginOptions>({
  name: '@pao/adapters-github', version: '0.0.0', requires: { '@pao/core': '0.x' },
  options: fromJsonSchema<GithubPluginOptions>({
    type: 'object', additionalProperties: false, required: ['repository'],
    properties: {
      repository: text, branch: text, directory: text, apiUrl: text, checkName: { type: 'string', minLength: 1, maxLength: 100 }, tokenSecret: text,
      app: { type: 'object', additionalProperties: false, required: ['id', 'installation', 'privateKeySecret'], properties: { id: text, installation: text, privateKeySecret: text } },
    },
  }).schema,
  secrets: ({ tokenSecret, app }) => [tokenSecret, app?.privateKeySecret].filter((name) => name !== undefined),
  catalogSource: ({ options: { tokenSecret, app, ...options }, http, clock, logger, secret }) => githubCatalogSource({
    ...options, http, logger, now: () => clock.now(),
    ...(tokenSecret === undefined ? {} : { token: () => secret(tokenSecret) }),
    ...(app === undefined ? {} : { app: { id: app.id, installation: app.installation, privateKey: () => secret(app.privateKeySecret) } }),
  }),
})
