import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'

/** A place in a document, counted from 0 as the protocol does. */
export interface Position {
  readonly line: number
  readonly character: number
}

export interface Diagnostic {
  readonly message: string
  readonly range: { readonly start: Position; readonly end: Position }
}

/** A language server over its standard streams, as an editor speaks to it. */
export interface LanguageClient {
  request(method: string, params: unknown): Promise<unknown>
  notify(method: string, params: unknown): void
  /** The diagnostics of a document that come next. */
  diagnostics(uri: string): Promise<readonly Diagnostic[]>
  stop(): Promise<void>
}

interface Message {
  readonly id?: number
  readonly method?: string
  readonly params?: { readonly uri?: string; readonly diagnostics?: readonly Diagnostic[]; readonly items?: readonly { readonly section?: string }[] }
  readonly result?: unknown
  readonly error?: { readonly message: string }
}

/** Longest wait for an answer. */
const PATIENCE_MS = 15_000

const serverPath = (): string => createRequire(import.meta.url).resolve('yaml-language-server/bin/yaml-language-server')

/** Splits what a server writes into messages: headers, an empty line, and as many bytes as they say. */
const createReader = (deliver: (message: Message) => void): ((chunk: Buffer) => void) => {
  let rest = Buffer.alloc(0)
  return (chunk) => {
    rest = Buffer.concat([rest, chunk])
    for (;;) {
      const head = rest.indexOf('\r\n\r\n')
      const length = Number(/content-length: (\d+)/i.exec(rest.subarray(0, Math.max(0, head)).toString('latin1'))?.[1] ?? Number.NaN)
      if (head < 0 || rest.length < head + 4 + length) return
      deliver(JSON.parse(rest.subarray(head + 4, head + 4 + length).toString('utf8')) as Message)
      rest = rest.subarray(head + 4 + length)
    }
  }
}

/** Starts the YAML language server; `settings` answers what it asks of its editor. */
export const startLanguageServer = async (settings: Readonly<Record<string, unknown>>): Promise<LanguageClient> => {
  const server = spawn(process.execPath, [serverPath(), '--stdio'], { stdio: ['pipe', 'pipe', 'pipe'] })
  const answers = new Map<number, (message: Message) => void>()
  const waiting = new Map<string, (diagnostics: readonly Diagnostic[]) => void>()
  const errors: string[] = []
  let ids = 0

  const send = (message: object): void => {
    const text = JSON.stringify({ jsonrpc: '2.0', ...message })
    server.stdin.write(`Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`)
  }
  const answer = ({ id, method, params }: Message): void => {
    send({ id, result: method === 'workspace/configuration' ? (params?.items ?? []).map(({ section = '' }) => settings[section] ?? null) : null })
  }
  server.stderr.on('data', (chunk: Buffer) => { errors.push(chunk.toString()) })
  server.stdout.on('data', createReader((message) => {
    if (message.method === 'textDocument/publishDiagnostics') waiting.get(message.params?.uri ?? '')?.(message.params?.diagnostics ?? [])
    else if (message.method !== undefined && message.id !== undefined) answer(message)
    else if (message.id !== undefined) answers.get(message.id)?.(message)
  }))

  const patiently = <Value>(what: string, work: (resolve: (value: Value) => void) => void): Promise<Value> => new Promise((resolve, reject) => {
    const timer = setTimeout(() => { reject(new Error(`the language server did not answer ${what}: ${errors.join('')}`)) }, PATIENCE_MS)
    work((value) => {
      clearTimeout(timer)
      resolve(value)
    })
  })

  const request = async (method: string, params: unknown): Promise<unknown> => {
    ids += 1
    const id = ids
    const message = await patiently<Message>(method, (resolve) => {
      answers.set(id, resolve)
      send({ id, method, params })
    })
    if (message.error !== undefined) throw new Error(`${method}: ${message.error.message}`)
    return message.result
  }

  const client: LanguageClient = {
    request, notify: (method, params) => { send({ method, params }) },
    diagnostics: (uri) => patiently(`with diagnostics of ${uri}`, (resolve) => { waiting.set(uri, resolve) }),
    stop: async () => {
      const ended = new Promise<void>((resolve) => { server.once('exit', () => { resolve() }) })
      await request('shutdown', null)
      send({ method: 'exit' })
      const timer = setTimeout(() => server.kill('SIGKILL'), 2_000)
      await ended
      clearTimeout(timer)
    },
  }
  await request('initialize', { processId: process.pid, rootUri: null, capabilities: { workspace: { configuration: true }, textDocument: { hover: { contentFormat: ['markdown'] }, completion: { completionItem: { snippetSupport: true } } } } })
  client.notify('initialized', {})
  client.notify('workspace/didChangeConfiguration', { settings })
  return client
}
