import { gitlabCatalogSource } from '@pao/adapters-gitlab'
import { catalogSourceContract, runContract } from '@pao/testing'
import type { CatalogSourceFixture } from '@pao/testing'
import { describe, expect, onTestFinished, test } from 'vitest'
import { fakeGitlab } from './fake-gitlab.js'

const fixture = (directory: string | undefined, prefix: string, token?: () => Promise<string>) => async (): Promise<CatalogSourceFixture> => {
  const gitlab = fakeGitlab()
  onTestFinished(() => { expect(gitlab.http.mismatches).toEqual([]) })
  gitlab.push({ 'README.md': '# Services', 'docs/other.yaml': 'no: document' })
  const source = () => gitlabCatalogSource({ project: 'acme/platform/catalog', http: gitlab.http, ...(directory === undefined ? {} : { directory }), ...(token === undefined ? {} : { token }) })
  return {
    source: source(), again: source,
    change: async (files) => { gitlab.push(Object.fromEntries(Object.entries(files).map(([path, content]) => [`${prefix}${path}`, content]))) },
    changeCodeowners: async (text) => { gitlab.push({ 'docs/CODEOWNERS': text }) },
    commit: async () => gitlab.head(),
    breakDown: async () => { gitlab.breakDown() },
    shown: async (commit) => {
      const status = gitlab.statuses.filter(({ sha }) => sha === commit).at(-1)
      return { ...(status === undefined ? {} : { state: status.status === 'failed' ? 'failure' : 'success' }), text: status?.description ?? '', writes: gitlab.statuses.length }
    },
  }
}

const skip = { 'watch tells of each change, and of none after its stop': 'GitLab tells of changes by webhook' }

describe('a catalog in a folder', () => { runContract(catalogSourceContract, { test, create: fixture('platform/services', 'platform/services/', async () => 'glpat-fixture'), skip }) })
describe('without credentials', () => { runContract(catalogSourceContract, { test, create: fixture('services', 'services/'), skip }) })
