import { lookup } from 'node:dns/promises'
import { request as send } from 'node:http'
import type { ClientRequest, IncomingMessage } from 'node:http'
import type { HttpClient, HttpRequest, HttpResponse, Json, PaoErrorCode } from '@pao/core/action'
import { markSent, PaoError } from '@pao/core/action'

/** What a broken client leaves out or does wrong. */
export interface Defects {
  readonly noEgressCheck?: boolean
  readonly noEgressCheckByName?: boolean
  readonly noEgressCheckOnRedirect?: boolean
  readonly refusesAll?: boolean
  readonly anyScheme?: boolean
  readonly noDeadline?: boolean
  readonly deadlineToHead?: boolean
  readonly noSignal?: boolean
  readonly noSignalBefore?: boolean
  readonly noCap?: boolean
  readonly capOff?: number
  readonly noDefaultCap?: boolean
  readonly capAtTheEnd?: boolean
  readonly alwaysUnsent?: boolean
  readonly alwaysSent?: boolean
  readonly sentWhenAnswered?: boolean
  readonly halfIsEnough?: boolean
  readonly statusThrows?: boolean
  readonly headersUnchecked?: boolean
  readonly quotes?: boolean
  readonly foreignErrors?: boolean
  readonly retries?: boolean
  readonly followsAlways?: boolean
  readonly followsWithoutEnd?: boolean
  readonly neverFollows?: boolean
  readonly keepsCredentials?: boolean
  readonly methodLost?: boolean
  readonly headersLost?: boolean
  readonly latin?: boolean
  readonly textsOnly?: boolean
  readonly jsonQuotes?: boolean
  readonly waitsForHead?: boolean
  readonly lastAnswer?: boolean
  readonly mixed?: boolean
  readonly poisoned?: boolean
}

interface Allowed { readonly host: string; readonly port: number }

const owned = ['host', 'content-length', 'transfer-encoding', 'connection']
const goodName = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/
const goodValue = /^[\t\x20-\x7e\x80-\xff]*$/

const fail = (code: PaoErrorCode, message: string, sent: boolean): Error => markSent(new PaoError(code, message), sent)

const checked = (asked: HttpRequest, d: Defects): URL => {
  const url = URL.canParse(asked.url) ? new URL(asked.url) : undefined
  if (url === undefined || (url.protocol !== 'http:' && url.protocol !== 'https:') || url.username !== '') throw fail('EGRESS_REFUSED', d.quotes === true ? `not to be called: ${asked.url}` : 'not to be called', false)
  for (const [name, value] of Object.entries(asked.headers ?? {})) {
    if (d.headersUnchecked !== true && (!goodName.test(name) || owned.includes(name.toLowerCase()) || !goodValue.test(value))) throw fail('EGRESS_REFUSED', 'a header is refused', false)
  }
  return url
}

const admit = async (url: URL, allowed: readonly Allowed[], d: Defects): Promise<string> => {
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const isName = /[a-z]/.test(host) && !host.includes(':')
  const address = isName ? (await lookup(host, { family: 4 })).address : host
  if (d.noEgressCheck === true || (isName && d.noEgressCheckByName === true)) return address
  const port = Number(url.port) || 80
  const open = address !== '169.254.169.254' && d.refusesAll !== true && allowed.some((one) => one.host === address && one.port === port)
  if (!open) throw fail('EGRESS_REFUSED', `${url.host} is refused`, false)
  return address
}

/** Header texts as the socket sends them, unchecked: node:http itself refuses some. */
const sentHeaders = (asked: HttpRequest, d: Defects): Record<string, string> => {
  if (d.headersLost === true) return {}
  if (d.headersUnchecked !== true) return { ...asked.headers }
  return Object.fromEntries(Object.entries(asked.headers ?? {}).map(([name, value]) => [name.replaceAll(/[^!-~]/g, '-'), value.replaceAll(/[\r\n\0]/g, ' ')]))
}

interface Raw { readonly status: number; readonly headers: Readonly<Record<string, string>>; readonly body: Buffer }

const headersOf = (answer: IncomingMessage): Readonly<Record<string, string>> => {
  const joined: Record<string, string> = {}
  for (let index = 0; index < answer.rawHeaders.length; index += 2) {
    const [name, value] = [answer.rawHeaders[index]!.toLowerCase(), answer.rawHeaders[index + 1]!]
    joined[name] = name in joined ? `${joined[name]}, ${value}` : value
  }
  return joined
}

/** One exchange. Everything that ends it comes through `end`. */
const exchange = (url: URL, address: string, asked: HttpRequest, d: Defects): Promise<Raw> => new Promise((resolve, reject) => {
  let sent = false
  const calls: ClientRequest[] = []
  const cap = d.noCap === true ? Infinity : (asked.maxBodyBytes ?? (d.noDefaultCap === true ? Infinity : 1_048_576)) + (d.capOff ?? 0)
  const timer = d.noDeadline === true ? undefined : setTimeout(() => { end('HTTP_DEADLINE', 'it took too long') }, asked.timeoutMs ?? 30_000)
  const onAbort = (): void => { end('HTTP_CONNECTION', 'it was given up') }
  const release = (): void => { clearTimeout(timer); asked.signal?.removeEventListener('abort', onAbort) }
  const end = (code: PaoErrorCode, why: string): void => {
    release()
    const said = d.alwaysSent === true || (sent && d.alwaysUnsent !== true)
    reject(fail(code, d.quotes === true ? `${why}: ${asked.url} ${JSON.stringify(asked.headers)}` : `${url.host}: ${why}`, said))
    calls[0]?.destroy()
  }
  if (asked.signal?.aborted === true && d.noSignalBefore !== true) { onAbort(); return }
  if (d.noSignal !== true) asked.signal?.addEventListener('abort', onAbort)
  const call = send({ host: address, port: url.port, path: `${url.pathname}${url.search}`, method: d.methodLost === true ? 'POST' : asked.method, headers: { ...sentHeaders(asked, d), host: url.host, ...(asked.body === undefined ? {} : { 'content-length': Buffer.byteLength(asked.body) }) }, agent: false })
  calls.push(call)
  call.on('socket', (socket) => { socket.on('connect', () => { sent ||= d.sentWhenAnswered !== true }) })
  call.on('error', (error) => { end('HTTP_CONNECTION', (error as NodeJS.ErrnoException).code ?? 'broken') })
  call.on('response', (answer) => {
    sent = true
    if (d.deadlineToHead === true) clearTimeout(timer)
    const chunks: Buffer[] = []
    let size = 0
    const done = (): void => { release(); resolve({ status: answer.statusCode ?? 0, headers: headersOf(answer), body: Buffer.concat(chunks) }) }
    answer.on('data', (chunk: Buffer) => {
      size += chunk.length
      chunks.push(chunk)
      if (size > cap && d.capAtTheEnd !== true) end('HTTP_BODY_TOO_LARGE', 'too long')
    })
    answer.on('end', () => { if (size > cap) end('HTTP_BODY_TOO_LARGE', 'too long'); else done() })
    answer.on('error', () => { if (d.halfIsEnough === true) done(); else end('HTTP_CONNECTION', 'broken within the answer') })
  })
  call.end(asked.method === 'GET' ? undefined : asked.body)
})

const answerOf = ({ status, headers, body }: Raw, d: Defects, { bodyEncoding }: HttpRequest): HttpResponse => {
  const text = body.toString(d.latin === true || (bodyEncoding === 'latin1' && d.textsOnly !== true) ? 'latin1' : 'utf8')
  const json = (): Json => {
    try {
      return JSON.parse(text) as Json
    } catch (error) {
      throw d.jsonQuotes === true ? error : new SyntaxError('the body is not JSON')
    }
  }
  return { status, headers: d.headersLost === true ? {} : headers, body: text, json }
}

const redirectOf = (asked: HttpRequest, from: URL, raw: Raw, d: Defects): HttpRequest => {
  const url = new URL(raw.headers['location'] ?? '', from)
  return { ...asked, url: url.href, headers: url.origin === from.origin || d.keepsCredentials === true ? { ...asked.headers } : {} }
}

/** A client over node:http that keeps every law, but for its defects. */
export const plainHttpClient = (allowed: readonly Allowed[], d: Defects = {}): HttpClient => {
  let last: Promise<HttpResponse> | undefined
  let poisoned = false

  const follow = async (first: HttpRequest): Promise<HttpResponse> => {
    let asked = first
    const wanted = d.followsAlways === true ? 20 : d.neverFollows === true || (first.method !== 'GET' && first.method !== 'HEAD') ? 0 : d.followsWithoutEnd === true && (first.redirects ?? 0) > 0 ? 20 : first.redirects ?? 0
    for (let left = wanted; ; left -= 1) {
      if (d.anyScheme === true && !asked.url.startsWith('http')) return answerOf({ status: 200, headers: {}, body: Buffer.of() }, d, asked)
      const url = checked(asked, d)
      const hop = asked !== first && d.noEgressCheckOnRedirect === true
      const raw = await exchange(url, await admit(url, allowed, hop ? { ...d, noEgressCheck: true } : d), asked, d)
      if (left <= 0 || raw.status < 300 || raw.status > 399 || raw.headers['location'] === undefined) return answerOf(raw, d, asked)
      asked = redirectOf(asked, url, raw, d)
    }
  }

  const once = async (asked: HttpRequest): Promise<HttpResponse> => {
    if (poisoned) throw fail('HTTP_CONNECTION', 'no connection is left', false)
    const answer = await follow(asked).catch((error: unknown) => {
      poisoned = d.poisoned === true
      throw d.foreignErrors === true ? markSent(new Error('failed'), true) : error
    })
    if (d.statusThrows === true && answer.status >= 500) throw fail('HTTP_CONNECTION', `answered ${answer.status}`, true)
    return answer
  }

  return {
    request: async (asked) => {
      if (d.lastAnswer === true && last !== undefined) return last
      if (d.mixed === true) {
        const before = last
        last = once(asked)
        await last
        return before === undefined ? last : Promise.race([last, before])
      }
      last = once(asked).catch((error: unknown) => { if (d.retries === true && asked.method !== 'POST') return once(asked); throw error })
      return last
    },
  }
}
