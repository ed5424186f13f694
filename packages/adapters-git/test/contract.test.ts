import { gitCatalogSource } from '@pao/adapters-git'
import { catalogSourceContract, runContract } from '@pao/testing'
import type { CatalogSourceFixture } from '@pao/testing'
import { describe, onTestFinished, test } from 'vitest'
import type { GitServerOptions } from '../../../test-support/git-server.js'
import { serveGit } from '../../../test-support/git-server.js'
import { loopbackHttp } from './loopback-http.js'

const fixture = (options: GitServerOptions) => async (): Promise<CatalogSourceFixture> => {
  const server = await serveGit(options)
  onTestFinished(() => server.close())
  server.push({ 'README.md': '# Services' })
  const source = () => gitCatalogSource({ url: server.url, directory: 'platform/services', codeowners: 'github', http: loopbackHttp(), token: async () => 'secret' })
  return {
    source: source(), again: source,
    change: async (files) => { server.push(Object.fromEntries(Object.entries(files).map(([path, content]) => [`platform/services/${path}`, content]))) },
    changeCodeowners: async (text) => { server.push({ '.github/CODEOWNERS': text }) },
    commit: async () => server.head() ?? '',
    breakDown: () => server.close(),
  }
}

const skip = { 'watch tells of each change, and of none after its stop': 'Git tells nobody of changes: webhooks and reading from time to time do' }

describe.each([1, 2] as const)('a server that speaks version %i', (protocol) => {
  runContract(catalogSourceContract, { test, create: fixture({ protocol, token: 'secret' }), skip })
})
