import { gitlabCatalogSource } from '@pao/adapters-gitlab'
import type { GitlabCatalogSourceOptions } from '@pao/adapters-gitlab'
import { isPaoError } from '@pao/core'
import type { CatalogSource } from '@pao/core/ports'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { FakeGitlab } from './fake-gitlab.js'
import { fakeGitlab } from './fake-gitlab.js'

const made = (options: Partial<GitlabCatalogSourceOptions> = {}) => {
  const gitlab = fakeGitlab()
  onTestFinished(() => { expect(gitlab.http.mismatches).toEqual([]) })
  return { gitlab, source: gitlabCatalogSource({ project: 'acme/platform/catalog', http: gitlab.http, ...options }) }
}

const read = (source: CatalogSource) => source.read(new AbortController().signal)

const failure = async (source: CatalogSource) => {
  const error: unknown = await read(source).then(() => undefined, (thrown: unknown) => thrown)
  expect(isPaoError(error, 'CATALOG_UNAVAILABLE'), String(error)).toBe(true)
  return error as Error & { readonly retryable: boolean }
}

const treesOf = ({ http }: FakeGitlab) => http.calls.filter(({ operation }) => operation.endsWith('/tree')).map(({ query }) => `${query.get('path') ?? ''} ${query.get('recursive') ?? ''} ${query.get('page_token') ?? ''}`)

test('folders that cannot matter are not listed, and those that count are listed as a whole', async () => {
  const { gitlab, source } = made()
  gitlab.push({ 'catalog/deep/a.yaml': '1', 'bundles/b.yaml': '2', '.gitlab/CODEOWNERS': '[Platform]\n* @acme', '.gitlab/ci/x.yml': '3', 'docs/deep/y.yaml': '4', 'vendor/z.yaml': '5' })
  const { files, codeowners } = await read(source)
  expect(files.map(({ path }) => path).toSorted()).toEqual(['bundles/b.yaml', 'catalog/deep/a.yaml'])
  expect(codeowners).toEqual({ path: '.gitlab/CODEOWNERS', source: '[Platform]\n* @acme', dialect: 'gitlab' })
  expect(treesOf(gitlab).toSorted()).toEqual([' false ', '.gitlab false ', 'bundles true ', 'catalog true ', 'docs false '])
})

test('long lists come page by page, each once', async () => {
  const { gitlab, source } = made()
  gitlab.push(Object.fromEntries(Array.from({ length: 250 }, (_, index) => [`catalog/${index}.yaml`, `${index}`])))
  const { files } = await read(source)
  expect(new Set(files.map(({ source: text }) => text)).size).toBe(250)
  expect(treesOf(gitlab)).toEqual([' false ', 'catalog true ', 'catalog true 100', 'catalog true 200'])
})

test('a next page is asked of the project alone, wherever its link leads', async () => {
  const { gitlab, source } = made({ directory: '.' })
  gitlab.push({ 'a.yaml': '1' })
  gitlab.interfere(({ operation, query }) => {
    if (!operation.endsWith('/tree') || query.has('page_token')) return undefined
    return { status: 200, headers: { link: '<https://evil.example.org/steal?page_token=500&private_token=x>; rel="next"' }, body: [] }
  })
  await read(source)
  expect(gitlab.http.calls.map(({ url }) => url.host)).not.toContain('evil.example.org')
  expect(gitlab.http.calls.at(-1)?.query.has('private_token')).toBe(false)
  gitlab.push({ 'b.yaml': '2' })
  gitlab.interfere(({ operation }) => (operation.endsWith('/tree') ? { status: 200, headers: { link: '<https://gitlab.com/x?page_token=same>; rel="next"' }, body: [] } : undefined))
  expect((await failure(source)).message).toContain('not what it describes')
})

test('after a push only what changed is read', async () => {
  const { gitlab, source } = made()
  gitlab.push({ 'catalog/a.yaml': 'a', 'catalog/b.yaml': 'b' })
  const first = await read(source)
  expect(await read(source)).toBe(first)
  gitlab.push({ 'catalog/b.yaml': 'c' })
  await read(source)
  expect(gitlab.http.calls.filter(({ operation }) => operation.includes('blobs'))).toHaveLength(3)
})

test('a first read that breaks off goes on where it was', async () => {
  const { gitlab, source } = made()
  gitlab.push(Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`catalog/${index}.yaml`, `${index}`])))
  let blobs = 0
  gitlab.interfere(({ operation }) => (operation.includes('blobs') && (blobs += 1) > 40 ? { status: 502, body: { message: 'Bad Gateway' }, undescribed: 'GitLab is down' } : undefined))
  await failure(source)
  gitlab.interfere(undefined)
  const before = gitlab.http.calls.length
  expect((await read(source)).files).toHaveLength(60)
  expect(gitlab.http.calls.slice(before).filter(({ operation }) => operation.includes('blobs')).length).toBeLessThanOrEqual(20)
})

test('a document that is too large is not read to its end', async () => {
  const { gitlab, source } = made()
  gitlab.push({ 'catalog/a.yaml': 'x'.repeat(3_000_000), 'catalog/b.yaml': { link: '/etc/passwd' } })
  expect((await read(source)).files.map(({ unreadable }) => unreadable)).toEqual([expect.stringContaining('larger'), expect.stringContaining('link')])
})

test('the token is sent in its own header, asked for with each call', async () => {
  const tokens: string[] = []
  const { gitlab, source } = made({ token: async () => { tokens.push('x'); return `glpat-${tokens.length}` } })
  gitlab.push({ 'catalog/a.yaml': '1' })
  await read(source)
  expect(gitlab.http.calls.map(({ headers }) => headers['private-token'])).toEqual(gitlab.http.calls.map((_, index) => `glpat-${index + 1}`))
  expect(gitlab.http.calls[0]?.headers['authorization']).toBeUndefined()
})

test.each([
  [401, {}, 'tokenSecret', false], [403, {}, 'read_api', false], [404, {}, 'project', false], [429, { 'retry-after': '30' }, '30 seconds', true], [429, { 'ratelimit-remaining': '0', 'ratelimit-reset': '1120' }, '120 seconds', true], [503, {}, 'out of order', true],
])('%i %j says what to do', async (status, headers, cure, retryable) => {
  const { gitlab, source } = made({ token: async () => 'topsecret', now: () => 1_000_000 })
  gitlab.push({ 'catalog/a.yaml': '1' })
  gitlab.interfere(() => ({ status, headers, body: { message: 'canary' }, undescribed: 'GitLab is not itself' }))
  const error = await failure(source)
  expect([error.message.includes(cure), error.retryable], error.message).toEqual([true, retryable])
  expect(`${error.message}${error.stack ?? ''}`).not.toMatch(/topsecret|canary/)
})

describe('a verdict', () => {
  test('of more than 255 characters is cut, and shown once', async () => {
    const { gitlab, source } = made({ token: async () => 'glpat-fixture', statusName: 'catalog' })
    const commit = gitlab.push({ 'catalog/a.yaml': '1' })
    for (const _ of [1, 2]) await source.publish?.({ commit, state: 'failure', summary: 'x'.repeat(300), annotations: [] }, new AbortController().signal)
    expect(gitlab.statuses).toEqual([{ id: 1, name: 'catalog', sha: commit, status: 'failed', description: `${'x'.repeat(254)}…` }])
  })

  test('has no place without a token', () => { expect(made().source.publish).toBeUndefined() })
})

test.each([
  [{ project: 'catalog' }, 'group/project'], [{ project: 'a/../b' }, 'group/project'], [{ project: 'a/b?c' }, 'group/project'], [{ branch: '-x' }, 'branch'], [{ directory: '/x' }, 'directory'], [{ apiUrl: 'https://u:topsecret@x/api/v4' }, 'apiUrl'],
])('options %j are refused, and not quoted', (options, reason) => {
  const make = () => made(options).source
  expect(make).toThrow(reason)
  expect(make).not.toThrow('topsecret')
})
