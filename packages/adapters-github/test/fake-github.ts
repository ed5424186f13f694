import { createVerify, generateKeyPairSync } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import type { HttpRequest, HttpResponse, Json, JsonObject } from '@pao/core/action'
import { markSent, PaoError } from '@pao/core/action'
import { fakeHttp } from '@pao/testing'
import type { FakeAnswer, FakeCall, FakeHttp } from '@pao/testing'
import { gitRepository } from '../../../test-support/git-repository.js'
import type { GitRepository } from '../../../test-support/git-repository.js'
import { githubApi } from './github-contract.js'

export const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048, privateKeyEncoding: { type: 'pkcs1', format: 'pem' }, publicKeyEncoding: { type: 'spki', format: 'pem' } })

export interface CheckRun {
  readonly id: number
  readonly name: string
  readonly sha: string
  readonly status: string
  readonly conclusion: string | null
  readonly externalId: string | null
  readonly title: string
  readonly summary: string
  readonly annotations: readonly JsonObject[]
}

export interface Status { readonly context: string; readonly sha: string; readonly state: string; readonly description: string }

export interface FakeGithub extends Pick<GitRepository, 'push'> {
  readonly http: FakeHttp
  /** `PATH (STATUS)` of all calls so far. */
  readonly runs: CheckRun[]
  readonly statuses: Status[]
  head(): string
  /** Recursive trees are cut off after so many entries from now on. */
  cutTrees(after: number): void
  /** Instead of answering. `undefined`: answers again. */
  interfere(answer: ((call: FakeCall) => FakeAnswer | undefined | Promise<FakeAnswer | undefined>) | undefined): void
  breakDown(): void
  /** How often something was written. */
  writes(): number
}

const at = '2026-11-23T21:00:00Z'
const person = { name: 'Fixture', email: 'fixture@example.org', date: at }
const url = 'https://api.github.com/fixture'

const missing: FakeAnswer = { status: 404, body: { message: 'Not Found', documentation_url: url } }

const tarFile = (name: string, content: Buffer, type: string): readonly Buffer[] => {
  const header = Buffer.alloc(512)
  header.write(name.slice(0, 100))
  header.write(`${content.length.toString(8).padStart(11, '0')}\0`, 124)
  header.write(type, 156)
  return [header, content, Buffer.alloc((512 - (content.length % 512)) % 512)]
}

const isSigned = (header: string | undefined): boolean => {
  const [head = '', claims = '', signature = ''] = (header ?? '').replace('Bearer ', '').split('.')
  const { iss, iat, exp } = JSON.parse(Buffer.from(claims, 'base64url').toString()) as { readonly iss: unknown; readonly iat: number; readonly exp: number }
  return iss === 'Iv1.app' && exp - iat <= 660 && createVerify('RSA-SHA256').update(`${head}.${claims}`).verify(publicKey, signature, 'base64url')
}

/** GitHub with one repository `acme/catalog`; each call and each answer is held to GitHub's own description. */
export const fakeGithub = (): FakeGithub => {
  const { objects, heads, push } = gitRepository()
  const runs: CheckRun[] = []
  const statuses: Status[] = []
  let cut = Infinity
  let interference: Parameters<FakeGithub['interfere']>[0]
  let isDown = false
  let [writes, tokens] = [0, 0]

  const listed = (id: string, folder: string, recursive: boolean): readonly JsonObject[] => objects.entries(id).flatMap(({ name, mode, id: sha }): readonly JsonObject[] => {
    const [path, data] = [`${folder}${name}`, objects.data(sha)]
    if (mode === '160000') return [{ path, mode, type: 'commit', sha }]
    if (mode === '40000') return [{ path, mode: '040000', type: 'tree', sha }, ...(recursive ? listed(sha, `${path}/`, true) : [])]
    return [{ path, mode, type: 'blob', sha, size: data?.length ?? 0 }]
  })

  const runAnswer = (run: CheckRun): JsonObject => ({
    id: run.id, node_id: 'x', head_sha: run.sha, name: run.name, url, html_url: url, details_url: url, status: run.status, conclusion: run.conclusion, started_at: at, completed_at: null,
    external_id: run.externalId, check_suite: null, app: null, pull_requests: [],
    output: { title: run.title, summary: run.summary, text: null, annotations_count: run.annotations.length, annotations_url: url },
  })

  const statusAnswer = ({ context, state, description }: Status, id: number): JsonObject =>
    ({ url, avatar_url: null, id, node_id: 'x', state, description, target_url: null, context, created_at: at, updated_at: at, creator: null })

  const changed = (before: CheckRun, body: Json | undefined): CheckRun => {
    const { status, conclusion, external_id: externalId, output } = body as { readonly status?: string; readonly conclusion?: string; readonly external_id?: string; readonly output: { readonly title: string; readonly summary: string; readonly annotations?: readonly JsonObject[] } }
    return {
      ...before, status: status ?? before.status, conclusion: conclusion ?? before.conclusion, externalId: externalId ?? before.externalId, title: output.title, summary: output.summary,
      annotations: [...before.annotations, ...output.annotations ?? []],
    }
  }

  const routes: Readonly<Record<string, (call: FakeCall) => FakeAnswer>> = {
    'GET /repos/{owner}/{repo}/git/ref/{ref}': ({ params, headers }) => {
      const head = heads.get((params['ref'] ?? '').replace('heads/', ''))
      if (heads.size === 0) return { status: 409, body: { message: 'Git Repository is empty.' } }
      if (head === undefined) return missing
      const etag = `W/"${head}"`
      if (headers['if-none-match'] === etag) return { status: 304, undescribed: 'GitHub answers 304 to conditional calls of any GET' }
      return { status: 200, headers: { etag }, body: { ref: `refs/${params['ref'] ?? ''}`, node_id: 'x', url, object: { type: 'commit', sha: head, url } } }
    },
    'GET /repos/{owner}/{repo}/git/commits/{commit_sha}': ({ params }) => {
      const sha = params['commit_sha'] ?? ''
      if (objects.data(sha) === undefined) return missing
      return { status: 200, body: {
        sha, node_id: 'x', url, html_url: url, author: person, committer: person, message: 'push', parents: [], tree: { sha: objects.treeOf(sha), url },
        verification: { verified: false, reason: 'unsigned', signature: null, payload: null, verified_at: null },
      } }
    },
    'GET /repos/{owner}/{repo}/git/trees/{tree_sha}': ({ params, query }) => {
      const sha = params['tree_sha'] ?? ''
      if (objects.data(sha) === undefined) return missing
      const recursive = query.has('recursive')
      const tree = listed(sha, '', recursive)
      const truncated = recursive && tree.length > cut
      return { status: 200, body: { sha, url, truncated, tree: truncated ? tree.slice(0, cut) : tree } }
    },
    'GET /repos/{owner}/{repo}/git/blobs/{file_sha}': ({ params }) => {
      const sha = params['file_sha'] ?? ''
      const data = objects.data(sha)
      // As GitHub does, a line end after every 60 characters.
      return data === undefined ? missing : { status: 200, body: { sha, node_id: 'x', url, size: data.length, encoding: 'base64', content: Buffer.from(data).toString('base64').replace(/.{60}/g, '$&\n') } }
    },
    'GET /repos/{owner}/{repo}/tarball/{ref}': ({ params }) => ({ status: 302, headers: { location: `https://codeload.github.com/acme/catalog/legacy.tar.gz/${params['ref'] ?? ''}?token=once` } }),
    'GET /repos/{owner}/{repo}/commits/{ref}/check-runs': ({ params, query }) => {
      const found = runs.filter(({ sha, name }) => sha === params['ref'] && name === query.get('check_name')).slice(-1)
      return { status: 200, body: { total_count: found.length, check_runs: found.map(runAnswer) } }
    },
    'POST /repos/{owner}/{repo}/check-runs': ({ body }) => {
      const { name, head_sha: sha } = body as { readonly name: string; readonly head_sha: string }
      writes += 1
      const run = changed({ id: runs.length + 1, name, sha, status: 'queued', conclusion: null, externalId: null, title: '', summary: '', annotations: [] }, body)
      runs.push(run)
      return { status: 201, body: runAnswer(run) }
    },
    'PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}': ({ params, body }) => {
      const index = Number(params['check_run_id']) - 1
      const run = runs[index]
      if (run === undefined) return { ...missing, undescribed: 'no such run' }
      writes += 1
      runs[index] = changed(run, body)
      return { status: 200, body: runAnswer(runs[index]) }
    },
    'GET /repos/{owner}/{repo}/commits/{ref}/statuses': ({ params }) => ({ status: 200, body: statuses.filter(({ sha }) => sha === params['ref']).map(statusAnswer).toReversed() }),
    'POST /repos/{owner}/{repo}/statuses/{sha}': ({ params, body }) => {
      const { state, context, description } = body as { readonly state: string; readonly context: string; readonly description: string }
      if (description.length > 140) return { status: 422, undescribed: 'GitHub refuses longer descriptions' }
      writes += 1
      const status: Status = { context, state, description, sha: params['sha'] ?? '' }
      statuses.push(status)
      return { status: 201, body: statusAnswer(status, statuses.length) }
    },
    'POST /app/installations/{installation_id}/access_tokens': ({ headers }) => {
      if (!isSigned(headers['authorization'])) return { status: 401, body: { message: 'A JSON web token could not be decoded' } }
      tokens += 1
      return { status: 201, body: { token: `ghs_${tokens}`, expires_at: new Date(Date.now() + 3_600_000).toISOString() } }
    },
  }

  /** As codeload gives it to a client that follows: `export-ignore` of a repository's attributes leaves files out. */
  const archived = (answer: HttpResponse): HttpResponse => {
    const commit = /tar\.gz\/([0-9a-f]{40})/.exec(answer.headers['location'] ?? '')?.[1] ?? ''
    const files = listed(commit, '', true).filter(({ type, path }) => type === 'blob' && !String(path).includes('ignored'))
    const archive = gzipSync(Buffer.concat([...tarFile('pax_global_header', Buffer.from('52 comment=x\n'), 'g'), ...files.flatMap(({ path, sha }) => tarFile(`catalog-x/${String(path)}`, Buffer.from(objects.data(String(sha)) ?? []), '0')), Buffer.alloc(1024)]))
    return { ...answer, status: 200, headers: { 'content-type': 'application/x-gzip' }, body: archive.toString('latin1') }
  }

  const guarded = (route: (call: FakeCall) => FakeAnswer) => async (call: FakeCall): Promise<FakeAnswer> => {
    // A later turn, as with every server.
    await new Promise((resolve) => { setImmediate(resolve) })
    return await interference?.(call) ?? route(call)
  }
  const fake = fakeHttp({ openapi: githubApi, routes: Object.fromEntries(Object.entries(routes).map(([name, route]) => [name, guarded(route)])) })
  const http: FakeHttp = {
    ...fake,
    request: async (request: HttpRequest) => {
      if (isDown) throw markSent(new PaoError('HTTP_CONNECTION', 'connection refused', { retryable: true }), false)
      const answer = await fake.request(request)
      if (request.signal?.aborted === true) throw markSent(new PaoError('HTTP_CONNECTION', 'the call was given up', { retryable: true }), true)
      return answer.status === 302 && request.redirects === 1 ? archived(answer) : answer
    },
  }
  return {
    http, runs, statuses, push,
    head: () => heads.get('main') ?? '',
    cutTrees: (after) => { cut = after },
    interfere: (answer) => { interference = answer },
    breakDown: () => { isDown = true },
    writes: () => writes,
  }
}
