import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gitRepository } from './git-repository.js'
import type { GitRepository } from './git-repository.js'

/** What came in, for tests that count. */
export interface GitRequest {
  /** For example `GET /catalog.git/info/refs?service=git-upload-pack`. */
  readonly line: string
  readonly authorization: string | undefined
  /** Of a fetch: how many objects' ids the client said that it has. */
  readonly haves: number
}

/** A Git repository behind HTTP on 127.0.0.1. */
export interface GitServer extends Pick<GitRepository, 'push' | 'deleteBranch'> {
  /** What clients clone. */
  readonly url: string
  readonly requests: readonly GitRequest[]
  /** The commit of a branch (default: `main`). */
  head(branch?: string): string | undefined
  /** Instead of answering. `undefined`: answers again. */
  interfere(answer: ((request: IncomingMessage, response: ServerResponse) => void) | undefined): void
  /** Ends the server and its connections. */
  close(): Promise<void>
}

export interface GitServerOptions {
  /** The password that clients must send (Basic, any name). Default: none is asked for. */
  readonly token?: string
  /** Which versions of the protocol it speaks to who asks for 2. Listing branches is all that it does in 2. Default: 1. */
  readonly protocol?: 1 | 2
}

const flush = '0000'

const line = (text: string | Uint8Array): Buffer => {
  const bytes = Buffer.from(text)
  return Buffer.concat([Buffer.from((bytes.length + 4).toString(16).padStart(4, '0')), bytes])
}

/** The texts of a request's lines; those that say nothing (flush, delimiter) are left out. */
const linesOf = (body: Buffer): readonly string[] => {
  const found: string[] = []
  for (let at = 0; at + 4 <= body.length;) {
    const length = Number.parseInt(body.toString('latin1', at, at + 4), 16)
    if (length > 4) found.push(body.toString('utf8', at + 4, at + length).replace(/\n$/, ''))
    at += Math.max(length, 4)
  }
  return found
}

const refsOf = ({ heads }: GitRepository): readonly (readonly [string, string])[] => {
  const main = heads.get('main')
  const branches = [...heads].map(([branch, id]) => [`refs/heads/${branch}`, id] as const)
  return main === undefined ? branches : [['HEAD', main], ...branches]
}

const capabilities = 'side-band-64k shallow ofs-delta no-progress agent=pao-fixture'

/** A HEAD whose branch is not there is not told. */
const capabilitiesOf = ({ heads }: GitRepository): string => (heads.has('main') ? `${capabilities} symref=HEAD:refs/heads/main` : capabilities)

const advertisement = (repository: GitRepository, version: 1 | 2): Buffer => {
  const service = [line('# service=git-upload-pack\n'), Buffer.from(flush)]
  if (version === 2) return Buffer.concat([...service, line('version 2\n'), line('agent=pao-fixture\n'), line('ls-refs\n'), Buffer.from(flush)])
  const refs = refsOf(repository)
  const shown = refs.length > 0 ? refs : [['capabilities^{}', '0'.repeat(40)] as const]
  return Buffer.concat([...service, ...shown.map(([name, id], index) => line(`${id} ${name}${index === 0 ? `\0${capabilitiesOf(repository)}` : ''}\n`)), Buffer.from(flush)])
}

const listed = (repository: GitRepository, lines: readonly string[]): Buffer => {
  const prefixes = lines.filter((text) => text.startsWith('ref-prefix ')).map((text) => text.slice(11))
  const refs = refsOf(repository).filter(([name]) => prefixes.length === 0 || prefixes.some((prefix) => name.startsWith(prefix)))
  return Buffer.concat([...refs.map(([name, id]) => line(`${id} ${name}\n`)), Buffer.from(flush)])
}

const idsAfter = (lines: readonly string[], word: string): readonly string[] =>
  lines.flatMap((text) => (text.startsWith(`${word} `) ? [text.slice(word.length + 1, word.length + 41)] : []))

/** The pack in pieces as large as a line holds, on band 1. */
const banded = (pack: Uint8Array): readonly Buffer[] =>
  Array.from({ length: Math.ceil(pack.length / 65_000) }, (_, index) => line(Buffer.concat([Uint8Array.of(1), pack.subarray(index * 65_000, (index + 1) * 65_000)])))

const uploaded = ({ objects }: GitRepository, lines: readonly string[]): Buffer => {
  const wants = idsAfter(lines, 'want')
  const unknown = wants.find((id) => !objects.has(id))
  if (unknown !== undefined) return line(`ERR upload-pack: not our ref ${unknown}`)
  const shallow = lines.some((text) => text.startsWith('deepen '))
  const head = shallow ? [...wants.map((id) => line(`shallow ${id}\n`)), Buffer.from(flush)] : []
  const [haves, nothing] = [idsAfter(lines, 'have'), line('NAK\n')]
  if (!lines.includes('done')) return Buffer.concat(haves.length > 0 ? [...head, nothing] : head)
  return Buffer.concat([...head, nothing, ...banded(objects.pack(wants, haves, shallow)), Buffer.from(flush)])
}

const bodyOf = async (request: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

const isAdmitted = ({ headers: { authorization = '' } }: IncomingMessage, token: string | undefined): boolean =>
  token === undefined || Buffer.from(authorization.replace(/^Basic /, ''), 'base64').toString().split(':').slice(1).join(':') === token

/** Serves an empty repository over Git's smart HTTP protocol, for reading; tests push by `push`. It needs no `git`. */
export const serveGit = async ({ token, protocol = 1 }: GitServerOptions = {}): Promise<GitServer> => {
  const repository = gitRepository()
  const requests: GitRequest[] = []
  let interference: Parameters<GitServer['interfere']>[0]

  const answer = (url: URL, lines: readonly string[], version: 1 | 2): Buffer | undefined => {
    if (url.pathname.endsWith('/info/refs') && url.searchParams.get('service') === 'git-upload-pack') return advertisement(repository, version)
    if (!url.pathname.endsWith('/git-upload-pack')) return undefined
    return lines.includes('command=ls-refs') ? listed(repository, lines) : uploaded(repository, lines)
  }

  const respond = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const lines = linesOf(await bodyOf(request))
    requests.push({ line: `${request.method ?? ''} ${request.url ?? ''}`, authorization: request.headers.authorization, haves: idsAfter(lines, 'have').length })
    if (interference !== undefined) { interference(request, response); return }
    if (!isAdmitted(request, token)) { response.writeHead(401, { 'www-authenticate': 'Basic realm="fixture"' }).end('who are you?'); return }
    const version = protocol === 2 && request.headers['git-protocol'] === 'version=2' ? 2 : 1
    const body = answer(new URL(request.url ?? '', 'http://fixture'), lines, version)
    const kind = request.method === 'GET' ? 'advertisement' : 'result'
    response.writeHead(body === undefined ? 404 : 200, { 'content-type': `application/x-git-upload-pack-${kind}`, 'cache-control': 'no-cache' }).end(body)
  }

  const server = createServer((request, response) => { respond(request, response).catch((error: unknown) => { response.destroy(error as Error) }) })
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve) })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/catalog.git`,
    requests,
    head: (branch = 'main') => repository.heads.get(branch),
    push: repository.push,
    deleteBranch: repository.deleteBranch,
    interfere: (next) => { interference = next },
    close: () => new Promise((resolve) => {
      server.close(() => { resolve() })
      server.closeAllConnections()
    }),
  }
}
