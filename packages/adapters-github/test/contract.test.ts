import { githubCatalogSource } from '@pao/adapters-github'
import type { GithubCatalogSourceOptions } from '@pao/adapters-github'
import { catalogSourceContract, runContract } from '@pao/testing'
import type { CatalogSourceFixture } from '@pao/testing'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { FakeGithub } from './fake-github.js'
import { fakeGithub, privateKey } from './fake-github.js'

type Credentials = Pick<GithubCatalogSourceOptions, 'app' | 'token'>

const app: Credentials = { app: { id: 'Iv1.app', installation: '42', privateKey: async () => privateKey } }
const token: Credentials = { token: async () => 'ghp_fixture' }

const stateOf = (text: string | null | undefined) => (text === 'success' || text === 'failure' ? { state: text } as const : {})

const shownBy = (github: FakeGithub, credentials: Credentials) => async (commit: string) => {
  const run = github.runs.filter(({ sha }) => sha === commit).at(-1)
  const status = github.statuses.filter(({ sha }) => sha === commit).at(-1)
  return credentials.app === undefined
    ? { ...stateOf(status?.state), text: status?.description ?? '', writes: github.writes() }
    : { ...stateOf(run?.conclusion), text: `${run?.title ?? ''} ${run?.summary ?? ''} ${JSON.stringify(run?.annotations ?? [])}`, writes: github.writes() }
}

const fixture = (credentials: Credentials) => async (): Promise<CatalogSourceFixture> => {
  const github = fakeGithub()
  onTestFinished(() => { expect(github.http.mismatches).toEqual([]) })
  github.push({ 'README.md': '# Services' })
  const source = () => githubCatalogSource({ repository: 'acme/catalog', directory: 'platform/services', http: github.http, ...credentials })
  return {
    source: source(), again: source,
    change: async (files) => { github.push(Object.fromEntries(Object.entries(files).map(([path, content]) => [`platform/services/${path}`, content]))) },
    changeCodeowners: async (text) => { github.push({ '.github/CODEOWNERS': text }) },
    commit: async () => github.head(),
    breakDown: async () => { github.breakDown() },
    shown: shownBy(github, credentials),
  }
}

const skip = { 'watch tells of each change, and of none after its stop': 'GitHub tells of changes by webhook' }

describe('as an app, whose verdicts are check runs', () => { runContract(catalogSourceContract, { test, create: fixture(app), skip }) })
describe('by a token, whose verdicts are commit statuses', () => { runContract(catalogSourceContract, { test, create: fixture(token), skip }) })
describe('without credentials', () => { runContract(catalogSourceContract, { test, create: fixture({}), skip }) })
