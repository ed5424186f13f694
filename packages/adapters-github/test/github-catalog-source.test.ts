import { githubCatalogSource } from '@pao/adapters-github'
import type { GithubCatalogSourceOptions } from '@pao/adapters-github'
import { isPaoError } from '@pao/core'
import { silentLogger } from '@pao/core/memory'
import type { CatalogSource, CatalogVerdict } from '@pao/core/ports'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { FakeGithub } from './fake-github.js'
import { fakeGithub, privateKey } from './fake-github.js'

const appOf = (id = 'Iv1.app') => ({ app: { id, installation: '42', privateKey: async () => privateKey } })

const made = (options: Partial<GithubCatalogSourceOptions> = {}) => {
  const github = fakeGithub()
  onTestFinished(() => { expect(github.http.mismatches).toEqual([]) })
  return { github, source: githubCatalogSource({ repository: 'acme/catalog', http: github.http, ...options }) }
}

const read = (source: CatalogSource) => source.read(new AbortController().signal)

const failure = async (source: CatalogSource) => {
  const error: unknown = await read(source).then(() => undefined, (thrown: unknown) => thrown)
  expect(isPaoError(error, 'CATALOG_UNAVAILABLE'), String(error)).toBe(true)
  return error as Error & { readonly retryable: boolean }
}

const callsOf = ({ http }: FakeGithub, from = 0) => http.calls.slice(from).map(({ method, url }) => `${method} ${url.pathname.replace('/repos/acme/catalog/', '').replace(/[0-9a-f]{40}/, '…')}${url.search}`)

describe('what it costs', () => {
  test('a head that stays is asked by its ETag, and after a push only what changed is read', async () => {
    const { github, source } = made()
    github.push({ 'catalog/a.yaml': 'a', 'catalog/b.yaml': 'b', 'catalog/same.yaml': 'a', 'README.md': 'no document' })
    const first = await read(source)
    expect(callsOf(github)).toEqual(['GET git/ref/heads/main', 'GET git/commits/…', 'GET git/trees/…?recursive=1', 'GET git/blobs/…', 'GET git/blobs/…'])
    expect(await read(source)).toBe(first)
    expect(callsOf(github, 5)).toEqual(['GET git/ref/heads/main'])
    expect(github.http.calls.at(-1)?.headers['if-none-match']).toBe(`W/"${github.head()}"`)
    github.push({ 'catalog/b.yaml': 'changed', 'catalog/moved.yaml': 'a' })
    expect((await read(source)).files).toHaveLength(4)
    expect(callsOf(github, 6)).toEqual(['GET git/ref/heads/main', 'GET git/commits/…', 'GET git/trees/…?recursive=1', 'GET git/blobs/…'])
  })

  test('a document that is too large is not read, and a link is not followed', async () => {
    const { github, source } = made()
    github.push({ 'catalog/large.yaml': 'x'.repeat(1_048_577), 'catalog/link.yaml': { link: '/etc/passwd' } })
    expect((await read(source)).files.map(({ unreadable }) => unreadable)).toEqual([expect.stringContaining('larger'), expect.stringContaining('link')])
    expect(callsOf(github).filter((call) => call.includes('blobs'))).toEqual([])
  })

  test('no more than eight contents are asked for at once', async () => {
    const { github, source } = made()
    github.push(Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`catalog/${index}.yaml`, `${index}`])))
    let [under, most] = [0, 0]
    github.interfere(async ({ operation }) => {
      if (!operation.includes('blobs')) return undefined
      under += 1
      most = Math.max(most, under)
      await new Promise((resolve) => { setImmediate(resolve) })
      under -= 1
      return undefined
    })
    expect((await read(source)).files).toHaveLength(60)
    expect(most).toBe(8)
  })
})

describe('a first read of many documents', () => {
  const many = Object.fromEntries(Array.from({ length: 150 }, (_, index) => [`catalog/item-${index}.yaml`, `number: ${index} größe\n${'x'.repeat(index * 7)}`]))

  const readMany = async (interfere?: Parameters<FakeGithub['interfere']>[0], files: Readonly<Record<string, string>> = many) => {
    const warnings: string[] = []
    const { github, source } = made({ logger: { ...silentLogger(), warn: (_, message) => { warnings.push(message) } } })
    github.push({ ...files, 'README.md': 'x'.repeat(1000), 'logo.png': Uint8Array.from({ length: 5000 }, (_, index) => index % 256) })
    github.interfere(interfere)
    const { files: found } = await read(source)
    expect(Object.fromEntries(found.map(({ path, source: text }) => [path, text]))).toEqual(files)
    return { calls: callsOf(github), blobs: callsOf(github).filter((call) => call.includes('blobs')).length, warnings }
  }

  test('is one archive, and what it leaves out is read by itself', async () => {
    expect(await readMany()).toMatchObject({ blobs: 0, warnings: [], calls: { length: 4 } })
    expect(await readMany(undefined, { ...many, 'catalog/ignored.yaml': 'not exported' })).toMatchObject({ blobs: 1, warnings: [] })
  })

  test('goes one by one where there is no archive, and says so', async () => {
    const one = await readMany(({ operation }) => (operation.includes('tarball') ? { status: 500, undescribed: 'codeload is down' } : undefined))
    expect([one.blobs, one.warnings.length]).toEqual([150, 1])
    const broken = await readMany(({ operation }) => (operation.includes('tarball') ? { status: 200, headers: { 'content-type': 'text/html' }, body: '<html>', undescribed: 'a proxy' } : undefined))
    expect([broken.blobs, broken.warnings.length]).toEqual([150, 1])
  })
})

test('a tree that GitHub cuts off is read folder by folder, where it matters', async () => {
  const { github, source } = made()
  const files = { 'catalog/a.yaml': '1', 'catalog/deep/er/b.yaml': '2', 'bundles/c.yaml': '3', '.github/CODEOWNERS': '* @acme/platform', 'vendor/lib/x.js': '4', 'docs/deep/y.md': '5' }
  github.push(files)
  github.cutTrees(2)
  const { files: found, codeowners } = await read(source)
  expect(found.map(({ path }) => path).toSorted()).toEqual(['bundles/c.yaml', 'catalog/a.yaml', 'catalog/deep/er/b.yaml'])
  expect(codeowners).toEqual({ path: '.github/CODEOWNERS', source: '* @acme/platform', dialect: 'github' })
  const trees = callsOf(github).filter((call) => call.includes('trees'))
  github.cutTrees(1000)
  await read(githubCatalogSource({ repository: 'acme/catalog', http: github.http }))
  // The root and catalog twice, bundles, .github, docs, catalog/deep (and what lies under it) once or twice; never vendor.
  expect(trees.length).toBeLessThan(12)
})

test('a branch with a slash', async () => {
  const { github, source } = made({ branch: 'release/2027' })
  github.push({ 'catalog/a.yaml': '1' }, { branch: 'release/2027' })
  expect((await read(source)).files).toHaveLength(1)
})

describe('an outage', () => {
  test.each([
    [401, 'tokenSecret', false], [403, 'may not do this', false], [404, 'branch', false], [301, 'moved', false], [500, 'out of order', true], [502, 'out of order', true],
  ])('%i says what to do', async (status, cure, retryable) => {
    const { github, source } = made({ token: async () => 'ghp_topsecret' })
    github.push({ 'catalog/a.yaml': '1' })
    github.interfere(() => ({ status, headers: { 'content-type': 'text/plain' }, body: 'canary', undescribed: 'GitHub is not itself' }))
    const error = await failure(source)
    expect([error.message.includes(cure), error.retryable], error.message).toEqual([true, retryable])
    expect(`${error.message}${error.stack ?? ''}`).not.toMatch(/topsecret|canary/)
  })

  test('an empty repository and a branch that is not there are no empty catalog', async () => {
    const { github, source } = made()
    expect((await failure(source)).message).toContain('empty')
    github.push({ 'catalog/a.yaml': '1' }, { branch: 'other' })
    expect((await failure(source)).message).toContain('branch')
  })

  test.each([
    ['no JSON', '<html>'], ['another shape', []], ['no id', { object: { sha: 'main' } }], ['a path for an id', { object: { sha: '../../user' } }],
  ])('%s is one too', async (_, body) => {
    const { github, source } = made()
    github.interfere(() => ({ status: 200, headers: { 'content-type': typeof body === 'string' ? 'text/html' : 'application/json' }, body, undescribed: 'a proxy answers' }))
    expect((await failure(source)).message).toContain('not what it describes')
  })

  test.each([
    ['Retry-After', { status: 403, headers: { 'retry-after': '120' } }, 120],
    ['x-ratelimit-reset', { status: 403, headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1300' } }, 300],
    ['neither', { status: 429, headers: {} }, 60],
    ['a time that is over', { status: 429, headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '5' } }, 1],
    ['a time that never comes', { status: 429, headers: { 'retry-after': '999999999' } }, 3600],
  ])('a rate limit by %s may be tried again, and until then nothing is asked', async (_, answer, seconds) => {
    let now = 1_000_000
    const { github, source } = made({ now: () => now })
    github.push({ 'catalog/a.yaml': '1' })
    github.interfere(() => ({ ...answer, undescribed: 'a limit' }))
    const error = await failure(source)
    expect([error.retryable, error.message]).toEqual([true, expect.stringContaining(`${seconds} seconds`)])
    github.interfere(undefined)
    now += seconds * 1000 - 1
    await failure(source)
    expect(github.http.calls).toHaveLength(1)
    now += 1
    expect((await read(source)).files).toHaveLength(1)
  })
})

describe('as an app', () => {
  test('one token serves many calls, and is made anew before it ends', async () => {
    let now = Date.now()
    const { github, source } = made({ ...appOf(), now: () => now })
    github.push({ 'catalog/a.yaml': '1' })
    await Promise.all([read(source), read(source), read(source)])
    await read(source)
    const tokens = () => callsOf(github).filter((call) => call.includes('access_tokens')).length
    expect(tokens()).toBe(1)
    now += 56 * 60_000
    await read(source)
    expect(tokens()).toBe(2)
    expect(github.http.calls.at(-1)?.headers['authorization']).toBe('Bearer ghs_2')
    // The clock of this machine is ahead of GitHub's by days: each token seems to have ended.
    now += 9 * 86_400_000
    expect((await read(source)).files).toHaveLength(1)
  })

  test('a token that is not accepted is forgotten, and a wrong app or key is told without it', async () => {
    const { github, source } = made(appOf())
    github.push({ 'catalog/a.yaml': '1' })
    github.interfere(({ operation }) => (operation.includes('git/ref') ? { status: 401, undescribed: 'revoked' } : undefined))
    await failure(source)
    github.interfere(undefined)
    expect((await read(source)).files).toHaveLength(1)
    expect(github.http.calls.at(-1)?.headers['authorization']).toBe('Bearer ghs_2')
    expect((await failure(githubCatalogSource({ repository: 'acme/catalog', http: github.http, ...appOf('other') }))).message).toContain('app.id')
    const broken = githubCatalogSource({ repository: 'acme/catalog', http: github.http, app: { id: 'x', installation: '42', privateKey: async () => 'topsecret' } })
    const error = await failure(broken)
    expect(error.message).toContain('privateKeySecret')
    expect(`${error.message}${error.stack ?? ''}${String(error.cause)}`).not.toContain('topsecret')
  })
})

describe('a verdict', () => {
  const signal = new AbortController().signal

  const verdictOf = (commit: string, count: number): CatalogVerdict => ({
    commit, state: 'failure', summary: `${count} findings`,
    annotations: Array.from({ length: count }, (_, index) => ({ path: 'a.yaml', line: index + 1, column: 3, severity: index === 0 ? 'error' : 'warning', code: 'unknown-key', message: `finding ${index}` })),
  })

  test('has its annotations at the paths of the repository, fifty a call', async () => {
    const { github, source } = made({ ...appOf(), directory: 'platform/services', checkName: 'catalog' })
    const commit = github.push({ 'platform/services/a.yaml': '1' })
    await source.publish?.(verdictOf(commit, 120), signal)
    expect(callsOf(github).slice(1)).toEqual(['GET commits/…/check-runs?check_name=catalog&filter=latest', 'POST check-runs', 'PATCH check-runs/1', 'PATCH check-runs/1'])
    const [run] = github.runs
    expect([run?.name, run?.status, run?.conclusion, run?.annotations.length]).toEqual(['catalog', 'completed', 'failure', 120])
    expect(run?.annotations.slice(0, 2)).toEqual([
      { path: 'platform/services/a.yaml', start_line: 1, end_line: 1, start_column: 3, end_column: 3, annotation_level: 'failure', title: 'unknown-key', message: 'finding 0' },
      { path: 'platform/services/a.yaml', start_line: 2, end_line: 2, start_column: 3, end_column: 3, annotation_level: 'warning', title: 'unknown-key', message: 'finding 1' },
    ])
  })

  test('that broke off is shown whole the next time', async () => {
    const { github, source } = made(appOf())
    const commit = github.push({ 'catalog/a.yaml': '1' })
    github.interfere(({ method }) => (method === 'PATCH' ? { status: 502, undescribed: 'GitHub is down' } : undefined))
    await expect(source.publish?.(verdictOf(commit, 60), signal)).rejects.toMatchObject({ code: 'CATALOG_UNAVAILABLE', retryable: true })
    expect(github.runs.map(({ status, externalId }) => [status, externalId])).toEqual([['in_progress', null]])
    github.interfere(undefined)
    await source.publish?.(verdictOf(commit, 60), signal)
    expect(github.runs.at(-1)).toMatchObject({ status: 'completed', conclusion: 'failure' })
    expect(github.runs.at(-1)?.annotations).toHaveLength(60)
  })

  test('of very many findings shows the first thousand', async () => {
    const { github, source } = made(appOf())
    await source.publish?.(verdictOf(github.push({ 'catalog/a.yaml': '1' }), 1001), signal)
    expect(github.runs[0]?.annotations).toHaveLength(1000)
    expect(JSON.stringify(github.http.calls.at(-1)?.body)).toContain('1 more findings')
  })

  test('by a token is one sentence of at most 140 characters', async () => {
    const { github, source } = made({ token: async () => 'ghp_fixture' })
    const verdict = { ...verdictOf(github.push({ 'catalog/a.yaml': '1' }), 3), summary: 'é'.repeat(200) }
    await source.publish?.(verdict, signal)
    await source.publish?.(verdict, signal)
    expect(github.statuses).toEqual([{ context: 'pao/catalog', sha: verdict.commit, state: 'failure', description: `${'é'.repeat(139)}…` }])
  })

  test('has no place without credentials', () => { expect(made().source.publish).toBeUndefined() })
})

test.each([
  [{ repository: 'acme' }, 'owner/name'], [{ repository: 'acme/../x' }, 'owner/name'], [{ repository: '../..' }, 'owner/name'], [{ repository: 'acme/x?y' }, 'owner/name'], [{ repository: 'https://github.com/acme/x' }, 'owner/name'],
  [{ branch: 'refs/heads/../x' }, 'branch'], [{ directory: '..' }, 'directory'], [{ apiUrl: 'file:///x' }, 'apiUrl'], [{ apiUrl: 'https://user:topsecret@x' }, 'apiUrl'], [{ token: async () => '', ...appOf() }, 'not both'],
])('options %j are refused, and not quoted', (options, reason) => {
  const make = () => made(options).source
  expect(make).toThrow(reason)
  expect(make).not.toThrow('topsecret')
})
