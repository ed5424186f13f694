import { readFileSync } from 'node:fs'
import type { JsonObject } from '@pao/core/action'
import { markSent, PaoError } from '@pao/core/action'
import { fakeHttp } from '@pao/testing'
import type { FakeAnswer, FakeCall, FakeHttp, OpenApiDocument } from '@pao/testing'
import { gitRepository } from '../../../test-support/git-repository.js'
import type { GitRepository } from '../../../test-support/git-repository.js'

const gitlabApi = JSON.parse(readFileSync(new URL('fixtures/gitlab.trimmed.json', import.meta.url), 'utf8')) as OpenApiDocument

export interface Status { readonly id: number; readonly name: string; readonly sha: string; readonly status: string; readonly description: string }

export interface FakeGitlab extends Pick<GitRepository, 'push'> {
  readonly http: FakeHttp
  readonly statuses: Status[]
  head(): string
  /** Instead of answering. `undefined`: answers again. */
  interfere(answer: ((call: FakeCall) => FakeAnswer | undefined) | undefined): void
  breakDown(): void
}

const missing = (what: string): FakeAnswer => ({ status: 404, body: { message: `404 ${what} Not Found` } })

/** GitLab with one project `acme/platform/catalog`; each call and each answer is held to its description. */
export const fakeGitlab = (): FakeGitlab => {
  const { objects, heads, push } = gitRepository()
  const statuses: Status[] = []
  let interference: Parameters<FakeGitlab['interfere']>[0]
  let isDown = false

  const listed = (id: string, folder: string, recursive: boolean): readonly JsonObject[] => objects.entries(id).flatMap(({ name, mode, id: sha }): readonly JsonObject[] => {
    const path = `${folder}${name}`
    if (mode === '160000') return [{ id: sha, name, type: 'commit', path, mode }]
    if (mode === '40000') return [{ id: sha, name, type: 'tree', path, mode: '040000' }, ...(recursive ? listed(sha, `${path}/`, true) : [])]
    return [{ id: sha, name, type: 'blob', path, mode }]
  })

  const folderAt = (commit: string, path: string): string | undefined => path === '' ? commit : path.split('/')
    .reduce<string | undefined>((id, name) => (id === undefined ? undefined : objects.entries(id).find((entry) => entry.name === name && entry.mode === '40000')?.id), commit)

  const routes: Readonly<Record<string, (call: FakeCall) => FakeAnswer>> = {
    'GET /projects/{id}/repository/branches/{branch}': ({ params }) => {
      const { branch = '' } = params
      const id = heads.get(branch)
      if (id === undefined) return missing('Branch')
      return { status: 200, body: { name: branch, merged: false, protected: true, default: true, web_url: 'https://gitlab.com/x', commit: { id, short_id: id.slice(0, 8), title: 'push', created_at: '2026-11-23T21:00:00Z', parent_ids: [] } } }
    },
    'GET /projects/{id}/repository/tree': ({ query, url }) => {
      const path = query.get('path') ?? ''
      const folder = folderAt(query.get('ref') ?? '', path)
      if (folder === undefined) return missing('Tree')
      const all = listed(folder, path === '' ? '' : `${path}/`, query.get('recursive') === 'true')
      const from = Number(query.get('page_token') ?? 0)
      const size = Number(query.get('per_page') ?? 20)
      const next = new URL(url)
      next.searchParams.set('page_token', String(from + size))
      return { status: 200, headers: from + size < all.length ? { link: `<https://gitlab.com/first>; rel="first", <${next.href}>; rel="next"` } : {}, body: all.slice(from, from + size) }
    },
    'GET /projects/{id}/repository/blobs/{sha}': ({ params }) => {
      const { sha = '' } = params
      const data = objects.data(sha)
      return data === undefined ? missing('Blob') : { status: 200, body: { sha, size: data.length, encoding: 'base64', content: Buffer.from(data).toString('base64') } }
    },
    'GET /projects/{id}/repository/commits/{sha}/statuses': ({ params, query }) =>
      ({ status: 200, body: statuses.filter(({ sha, name }) => sha === params['sha'] && name === query.get('name')).map((status) => ({ ...status, ref: 'main' })) }),
    'POST /projects/{id}/statuses/{sha}': ({ params, body }) => {
      const { state: status, name, description } = body as { readonly state: string; readonly name: string; readonly description: string }
      const { sha = '' } = params
      const last = statuses.findLast((one) => one.sha === sha && one.name === name)
      if (last?.status === status && last.description === description) return { status: 400, body: { message: 'Cannot transition status' } }
      const made: Status = { id: statuses.length + 1, name, sha, status, description }
      statuses.push(made)
      return { status: 201, body: { ...made, ref: 'main' } }
    },
  }

  const guarded = (route: (call: FakeCall) => FakeAnswer) => async (call: FakeCall): Promise<FakeAnswer> => {
    // A later turn, as with every server.
    await new Promise((resolve) => { setImmediate(resolve) })
    const isThere = call.params['id'] === 'acme/platform/catalog' && (call.method === 'GET' || call.headers['private-token'] === 'glpat-fixture')
    return interference?.(call) ?? (isThere ? route(call) : missing('Project'))
  }
  const fake = fakeHttp({ openapi: gitlabApi, routes: Object.fromEntries(Object.entries(routes).map(([name, route]) => [name, guarded(route)])) })
  return {
    statuses, push,
    head: () => heads.get('main') ?? '',
    interfere: (answer) => { interference = answer },
    breakDown: () => { isDown = true },
    http: {
      ...fake,
      request: async (request) => {
        if (isDown) throw markSent(new PaoError('HTTP_CONNECTION', 'connection refused', { retryable: true }), false)
        const answer = await fake.request(request)
        if (request.signal?.aborted === true) throw markSent(new PaoError('HTTP_CONNECTION', 'the call was given up', { retryable: true }), true)
        return answer
      },
    },
  }
}
