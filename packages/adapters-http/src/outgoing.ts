import type { HttpRequest } from '@pao/core/action'
import { PaoError } from '@pao/core/action'

/** A request that may be sent, as far as its own text goes. */
export interface Outgoing {
  readonly url: URL
  readonly method: HttpRequest['method']
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
}

const OWNED: ReadonlySet<string> = new Set([
  'host', 'content-length', 'transfer-encoding', 'connection', 'keep-alive', 'upgrade', 'te', 'trailer', 'expect', 'proxy-authorization', 'proxy-connection',
])
const NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/

const refused = (why: string): PaoError => new PaoError('EGRESS_REFUSED', why)

const parse = (text: string, base?: URL): URL | undefined => URL.canParse(text, base?.href) ? new URL(text, base?.href) : undefined

/** The URL of a call, or EGRESS_REFUSED. The message quotes no more than scheme and host. */
const outgoingUrl = (text: string): URL => {
  const url = parse(text)
  if (url === undefined) throw refused('the address of the call is not a URL')
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw refused(`only http and https can be called, not ${url.protocol.slice(0, -1)}`)
  if (url.username !== '' || url.password !== '') throw refused(`the URL for ${url.host} holds credentials; name a secret in the authentication instead`)
  return url
}

const checkHeader = (host: string, name: string, value: unknown): void => {
  if (!NAME.test(name)) throw refused(`a header for ${host} has a name that HTTP does not allow`)
  if (OWNED.has(name.toLowerCase())) throw refused(`the header ${name} for ${host} is set by the client itself`)
  if (typeof value !== 'string' || !VALUE.test(value)) throw refused(`the value of the header ${name} for ${host} holds a character that HTTP does not allow there`)
}

/** Names in lower case, checked. A name written twice in different cases is refused: which one counts would be chance. */
const outgoingHeaders = (host: string, headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> => {
  const result = new Map<string, string>([['accept', '*/*'], ['accept-encoding', 'identity'], ['user-agent', 'pao']])
  const given = new Set<string>()
  for (const [name, value] of Object.entries(headers)) {
    checkHeader(host, name, value)
    const lower = name.toLowerCase()
    if (given.has(lower)) throw refused(`the header ${name} for ${host} is given twice`)
    given.add(lower)
    result.set(lower, value)
  }
  return Object.fromEntries(result)
}

export const outgoing = (request: HttpRequest): Outgoing => {
  const url = outgoingUrl(request.url)
  return {
    url, method: request.method, headers: outgoingHeaders(url.host, request.headers ?? {}),
    ...(request.body === undefined ? {} : { body: request.body }),
  }
}

/** What may go to another host on a redirect: nothing that could be a credential. */
const HARMLESS: ReadonlySet<string> = new Set(['accept', 'accept-encoding', 'accept-language', 'user-agent'])

/** The next call of a redirect, or `undefined` when the answer is none. The new URL goes through the same checks. */
export const redirected = (call: Outgoing, status: number, location: string | undefined): Outgoing | undefined => {
  if (![301, 302, 303, 307, 308].includes(status) || location === undefined) return undefined
  const target = parse(location, call.url)
  if (target === undefined) throw refused(`${call.url.host} redirects to something that is not a URL`)
  const url = outgoingUrl(target.href)
  if (call.url.protocol === 'https:' && url.protocol === 'http:') throw refused(`${call.url.host} redirects from https to http`)
  const headers = url.origin === call.url.origin
    ? call.headers
    : Object.fromEntries(Object.entries(call.headers).filter(([name]) => HARMLESS.has(name)))
  return { ...call, url, headers }
}
