import { createHash } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gitCatalogSource } from '@pao/adapters-git'
import type { GitCatalogSourceOptions } from '@pao/adapters-git'
import { isPaoError } from '@pao/core'
import { add, commit, indexPack, init, packObjects, readCommit, readTree } from 'isomorphic-git'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { GitServerOptions } from '../../../test-support/git-server.js'
import { serveGit } from '../../../test-support/git-server.js'
import { loopbackHttp } from './loopback-http.js'

const serve = async (options?: GitServerOptions) => {
  const server = await serveGit(options)
  onTestFinished(() => server.close())
  return server
}

const sourceAt = (url: string, options: Partial<GitCatalogSourceOptions> = {}) => gitCatalogSource({ url, http: loopbackHttp(), ...options })

const read = (source: ReturnType<typeof gitCatalogSource>) => source.read(new AbortController().signal)

const failure = async (source: ReturnType<typeof gitCatalogSource>) => {
  const error: unknown = await read(source).then(() => undefined, (thrown: unknown) => thrown)
  expect(isPaoError(error, 'CATALOG_UNAVAILABLE'), String(error)).toBe(true)
  return error as Error & { readonly retryable: boolean }
}

describe('what is read', () => {
  test('catalog/ and bundles/ of the root; with a folder everything in it; with "." everything', async () => {
    const server = await serve()
    server.push({ 'catalog/a.yaml': '1', 'bundles/deep/b.yml': '2', 'ci.yaml': '3', 'platform/c.yaml': '4', 'platform/catalog/d.yaml': '5', 'catalogs/e.yaml': '6', '.github/f.yaml': '7' })
    const paths = async (directory?: string) => (await read(sourceAt(server.url, directory === undefined ? {} : { directory }))).files.map(({ path }) => path).toSorted()
    expect(await paths()).toEqual(['bundles/deep/b.yml', 'catalog/a.yaml'])
    expect(await paths('platform')).toEqual(['c.yaml', 'catalog/d.yaml'])
    expect(await paths('.')).toEqual(['bundles/deep/b.yml', 'catalog/a.yaml', 'catalogs/e.yaml', 'ci.yaml', 'platform/c.yaml', 'platform/catalog/d.yaml'])
    expect(await paths('.github')).toEqual(['f.yaml'])
    expect(await paths('none')).toEqual([])
  })

  test('links, names that no snapshot may have and submodules hide nothing', async () => {
    const server = await serve()
    server.push({ 'catalog/good.yaml': 'good', 'catalog/link.yaml': { link: '../../../etc/passwd' }, 'catalog/a\\b.yaml': 'x', 'catalog/a_b.yaml': 'y', 'catalog/new\nline.yml': 'z', 'catalog/other.yaml': { submodule: 'a'.repeat(40) } })
    const { files } = await read(sourceAt(server.url))
    const text = (path: string) => files.find((file) => file.path === path)
    expect(files.map(({ path }) => path).toSorted()).toEqual(['catalog/a_b.yaml', 'catalog/a_b~2.yaml', 'catalog/good.yaml', 'catalog/link.yaml', 'catalog/new_line.yml'])
    expect([text('catalog/good.yaml')?.source, text('catalog/a_b.yaml')?.source]).toEqual(['good', 'y'])
    expect(text('catalog/link.yaml')?.unreadable).toContain('link')
    expect(text('catalog/a_b~2.yaml')?.unreadable).toContain('rename')
  })

  test.each([
    ['github', ['docs/CODEOWNERS', 'CODEOWNERS', '.github/CODEOWNERS'], ['.gitlab/CODEOWNERS']],
    ['gitlab', ['.gitlab/CODEOWNERS', 'docs/CODEOWNERS', 'CODEOWNERS'], ['.github/CODEOWNERS']],
  ] as const)('CODEOWNERS at the places of %s, the first that is there', async (codeowners, places, others) => {
    const server = await serve()
    server.push(Object.fromEntries(others.map((path) => [path, 'not here'])))
    const source = sourceAt(server.url, { codeowners, directory: 'services' })
    expect((await read(source)).codeowners).toBeUndefined()
    for (const path of places) {
      server.push({ [path]: `at ${path}` })
      expect((await read(source)).codeowners).toEqual({ path, source: `at ${path}`, dialect: codeowners, directory: 'services' })
    }
    expect((await read(sourceAt(server.url))).codeowners, 'nobody asked for owners').toBeUndefined()
  })

  test('owners that cannot be read are no reason to go without them', async () => {
    const server = await serve()
    server.push({ 'catalog/a.yaml': '1', CODEOWNERS: new Uint8Array([0xff]) })
    expect((await failure(sourceAt(server.url, { codeowners: 'github' }))).message).toContain('CODEOWNERS')
    server.push({ CODEOWNERS: { link: 'elsewhere' } })
    expect((await failure(sourceAt(server.url, { codeowners: 'github' }))).message).toContain('link')
  })

  test('another branch than main, also one with a slash', async () => {
    const server = await serve({ protocol: 2 })
    server.push({ 'catalog/a.yaml': 'main' })
    server.push({ 'catalog/a.yaml': 'next' }, { branch: 'release/2027.1' })
    expect((await read(sourceAt(server.url, { branch: 'release/2027.1' }))).files).toEqual([{ path: 'catalog/a.yaml', source: 'next' }])
  })
})

describe('what it costs', () => {
  test('a head that stays costs one listing, and a push what it changed', async () => {
    const server = await serve()
    server.push(Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`catalog/item-${index}.yaml`, Array.from({ length: 20 }, (_, line) => createHash('sha256').update(`${index} ${line}`).digest('hex')).join('\n')])))
    const sizes: number[] = []
    const http = loopbackHttp()
    const source = gitCatalogSource({ url: server.url, http: { request: async (call) => { const answer = await http.request(call); sizes.push(answer.body.length); return answer } } })
    const first = await read(source)
    expect(server.requests.map(({ line }) => line.split(' ')[0])).toEqual(['GET', 'GET', 'POST'])
    expect(await read(source)).toBe(first)
    expect(server.requests).toHaveLength(4)
    server.push({ 'catalog/item-7.yaml': 'changed' })
    const next = await read(source)
    expect(next.files.find(({ path }) => path === 'catalog/item-7.yaml')?.source).toBe('changed')
    expect(server.requests.slice(4).map(({ line, haves }) => [line.split(' ')[0], haves])).toEqual([['GET', 0], ['GET', 0], ['POST', 1]])
    expect(sizes.at(-1), 'objects that are there come again').toBeLessThan((sizes[2] ?? 0) / 3)
  })

  test('force pushes and a branch that goes back are followed, and what was fetched does not pile up', async () => {
    const server = await serve()
    const source = sourceAt(server.url)
    server.push({ 'catalog/a.yaml': 'first' })
    await read(source)
    server.push({ 'catalog/b.yaml': 'second' }, { force: true })
    expect((await read(source)).files).toEqual([{ path: 'catalog/b.yaml', source: 'second' }])
    for (let round = 0; round < 60; round += 1) {
      server.push({ 'catalog/b.yaml': `round ${round}` })
      expect((await read(source)).files).toEqual([{ path: 'catalog/b.yaml', source: `round ${round}` }])
    }
    // A store that is begun anew knows nothing of what was fetched before.
    expect(server.requests.filter(({ line, haves }) => line.startsWith('POST') && haves === 0)).toHaveLength(2)
  })
})

describe('an outage', () => {
  test.each([
    [401, 'tokenSecret', false], [403, 'tokenSecret', false], [404, 'url', false], [301, 'moved', false], [429, 'out of order', true], [500, 'out of order', true], [200, 'cannot be read', true],
  ])('%i says what to do', async (status, cure, retryable) => {
    const server = await serve()
    server.push({ 'catalog/a.yaml': '1' })
    server.interfere((_, response) => { response.writeHead(status, { location: 'http://127.0.0.1:1/elsewhere' }).end('canary') })
    const error = await failure(sourceAt(server.url, { token: async () => 'topsecret' }))
    expect([error.message.includes(cure), error.retryable]).toEqual([true, retryable])
    expect(`${error.message}${error.stack ?? ''}`).not.toContain('topsecret')
    server.interfere(undefined)
    expect((await read(sourceAt(server.url))).files).toHaveLength(1)
  })

  test('a branch that is not there, an empty repository and a HEAD of no branch are told apart from an empty catalog', async () => {
    const server = await serve()
    expect((await failure(sourceAt(server.url))).message).toContain('has no branch main')
    server.push({ 'catalog/a.yaml': '1' }, { branch: 'trunk' })
    expect((await failure(sourceAt(server.url))).message).toContain('has no branch main')
    expect((await failure(sourceAt(server.url, { branch: 'trunk' }))).message).toContain('git symbolic-ref HEAD')
    server.push({ 'catalog/a.yaml': '1' })
    const source = sourceAt(server.url)
    expect((await read(source)).files).toHaveLength(1)
    server.deleteBranch('main')
    expect((await failure(source)).message).toContain('has no branch main')
  })

  test('a pack that is larger than was admitted', async () => {
    const server = await serve()
    server.push({ 'catalog/a.yaml': 'x', 'video.mp4': Uint8Array.from({ length: 200_000 }, (_, index) => (index * 7919) % 256) })
    expect((await failure(sourceAt(server.url, { maxPackBytes: 500 }))).message).toContain('maxPackBytes')
    expect((await read(sourceAt(server.url))).files).toHaveLength(1)
  })

  test('a server that breaks off leaves the next read whole', async () => {
    const server = await serve()
    const source = sourceAt(server.url)
    server.push({ 'catalog/a.yaml': '1' })
    await read(source)
    server.push({ 'catalog/a.yaml': '2' })
    server.interfere((request, response) => {
      if (request.method === 'POST') { response.writeHead(200, { 'content-length': '1000' }).write('0008NAK\n'); response.destroy() } else { server.interfere(undefined); response.writeHead(503).end() }
    })
    expect((await failure(source)).retryable).toBe(true)
    expect((await read(source)).files).toEqual([{ path: 'catalog/a.yaml', source: '2' }])
  })
})

describe('credentials', () => {
  test('are sent with every call as a password, asked for anew each time', async () => {
    const server = await serve({ token: 'second' })
    server.push({ 'catalog/a.yaml': '1' })
    const tokens = ['first', 'second', 'second', 'second']
    const source = sourceAt(server.url, { token: async () => tokens.shift() ?? '', username: 'oauth2' })
    expect((await failure(source)).retryable).toBe(false)
    expect((await read(source)).files).toHaveLength(1)
    expect(server.requests.at(-1)?.authorization).toBe(`Basic ${Buffer.from('oauth2:second').toString('base64')}`)
  })
})

describe('options', () => {
  test.each([
    [{ url: 'git@github.com:acme/catalog.git' }, 'https'], [{ url: 'ssh://git@github.com/acme/catalog.git' }, 'https'], [{ url: 'git://example.org/a' }, 'https'], [{ url: 'file:///etc' }, 'https'],
    [{ url: 'ext::sh -c id' }, 'https'], [{ url: '-rf' }, 'https'], [{ url: '--upload-pack=id' }, 'https'], [{ url: 'http://git.example.org/a.git' }, 'loopback'], [{ url: 'http://10.0.0.1/a.git' }, 'loopback'],
    [{ url: 'http://localhost.example.org/a.git' }, 'loopback'], [{ url: 'https://user:topsecret@example.org/a.git' }, 'tokenSecret'], [{ url: 'https://topsecret@example.org/a.git' }, 'tokenSecret'],
    [{ url: 'https://example.org/a.git?x=1' }, '?'], [{}, 'exactly one'], [{ url: 'https://example.org/a', path: '/srv/a' }, 'exactly one'], [{ path: 'relative' }, 'absolute'], [{ path: '-rf' }, 'absolute'],
    [{ path: 'ext::sh -c id' }, 'absolute'], [{ path: 'file:///srv' }, 'absolute'], [{ path: '/srv/a', branch: '-x' }, 'branch'], [{ path: '/srv/a', branch: 'a..b' }, 'branch'], [{ path: '/srv/a', branch: 'x y' }, 'branch'],
    [{ path: '/srv/a', branch: '' }, 'branch'], [{ path: '/srv/a', directory: '../b' }, 'directory'], [{ path: '/srv/a', directory: '/b' }, 'directory'], [{ path: '/srv/a', directory: 'b/' }, 'directory'],
    [{ path: '/srv/a', token: async () => '' }, 'token'],
  ] as const)('%j are refused, and not quoted', (options, reason) => {
    const make = () => gitCatalogSource({ http: loopbackHttp(), ...options })
    expect(make).toThrow(reason)
    expect(make).not.toThrow('topsecret')
  })

  test('a source opens nothing, and tells what it is', () => {
    expect(sourceAt('https://git.example.org/catalog.git/').description).toBe('the branch main of https://git.example.org/catalog.git')
    expect(gitCatalogSource({ path: '/nowhere', branch: 'next' }).description).toBe('the branch next of the repository /nowhere')
  })
})

describe('a repository in a folder', () => {
  const author = { name: 'Fixture', email: 'fixture@example.org' }

  const repository = async (bare = false) => {
    const dir = await mkdtemp(join(tmpdir(), 'pao-git-'))
    onTestFinished(() => rm(dir, { recursive: true, force: true }))
    await init({ fs, dir, defaultBranch: 'main', bare })
    return dir
  }

  const put = async (dir: string, files: Readonly<Record<string, string>>) => {
    for (const [path, text] of Object.entries(files)) {
      await fs.promises.mkdir(join(dir, path, '..'), { recursive: true })
      await writeFile(join(dir, path), text)
      await add({ fs, dir, filepath: path })
    }
    return commit({ fs, dir, message: 'change', author })
  }

  test('what is committed counts, and not what lies beside it', async () => {
    const path = await repository()
    const source = gitCatalogSource({ path })
    expect((await failure(source)).message).toContain('has no branch main')
    const first = await put(path, { 'catalog/a.yaml': 'one' })
    await writeFile(join(path, 'catalog/a.yaml'), 'not committed')
    expect(await read(source)).toEqual({ revision: first, commit: first, files: [{ path: 'catalog/a.yaml', source: 'one' }] })
    const second = await put(path, { 'catalog/b.yaml': 'two' })
    expect(await read(source)).toEqual({ revision: second, commit: second, files: [{ path: 'catalog/a.yaml', source: 'one' }, { path: 'catalog/b.yaml', source: 'two' }] })
  })

  test('bare ones are read too, and packed ones', async () => {
    const [from, bare] = [await repository(), await repository(true)]
    const oid = await put(from, { 'catalog/a.yaml': 'packed' })
    const { commit: { tree } } = await readCommit({ fs, dir: from, oid })
    const { tree: [folder] } = await readTree({ fs, dir: from, oid: tree })
    const { tree: [file] } = await readTree({ fs, dir: from, oid: folder?.oid ?? '' })
    const { filename } = await packObjects({ fs, dir: from, oids: [oid, tree, folder?.oid ?? '', file?.oid ?? ''], write: true })
    await fs.promises.mkdir(join(bare, 'objects/pack'), { recursive: true })
    await fs.promises.copyFile(join(from, '.git/objects/pack', filename), join(bare, 'objects/pack', filename))
    await indexPack({ fs, dir: bare, gitdir: bare, filepath: join('objects/pack', filename) })
    await writeFile(join(bare, 'packed-refs'), `# pack-refs with: peeled fully-peeled sorted\n${oid} refs/heads/main\n`)
    expect((await read(gitCatalogSource({ path: bare }))).files).toEqual([{ path: 'catalog/a.yaml', source: 'packed' }])
  })

  test('a folder that is none is told', async () => {
    expect((await failure(gitCatalogSource({ path: tmpdir() }))).message).toContain('is no Git repository')
    expect((await failure(gitCatalogSource({ path: '/nowhere' }))).message).toContain('is no Git repository')
  })
})

test('a server that says nothing keeps no read beyond its signal, and no later one', async () => {
  const server = await serve()
  server.push({ 'catalog/a.yaml': '1' })
  const source = sourceAt(server.url)
  const arrived = new Promise<void>((resolve) => { server.interfere(() => { resolve() }) })
  const abort = new AbortController()
  const reading = source.read(abort.signal)
  await arrived
  abort.abort(new Error('enough'))
  await expect(reading).rejects.toThrow('enough')
  server.interfere(undefined)
  expect((await read(source)).files).toHaveLength(1)
})
