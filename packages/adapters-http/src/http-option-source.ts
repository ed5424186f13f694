import { createRedactor, isPaoError, optionCall, readOptions, secretsRead } from '@pao/core'
import type { ApiSource, OptionCall, Redactor } from '@pao/core'
import type { HttpClient, HttpResponse, Json } from '@pao/core/action'
import type { OptionAnswer, OptionQuestion, OptionSource, SecretSource } from '@pao/core/ports'

export interface HttpOptionSourceOptions {
  /** Makes the calls: its egress policy decides which addresses are asked. */
  readonly http: HttpClient
  readonly secrets: SecretSource
  /** What an endpoint that is a path stands below. Absent: such an endpoint is not available. */
  readonly baseUrl?: string
}

type Unavailable = Extract<OptionAnswer, { readonly kind: 'unavailable' }>

const unavailable = (reason: string, detail?: string): Unavailable => ({ kind: 'unavailable', reason, ...(detail === undefined ? {} : { detail }) })

const isUnavailable = (answer: object): answer is Unavailable => 'kind' in answer && answer.kind === 'unavailable'

/** For whoever fills in the form, in words that name no host. */
const reasons: Readonly<Record<string, string>> = {
  EGRESS_REFUSED: 'this server may not call its address', HTTP_DEADLINE: 'it did not answer in time', HTTP_BODY_TOO_LARGE: 'its answer is too large', HTTP_CONNECTION: 'it cannot be reached',
}

const failed = (error: unknown, redactor: Redactor): Unavailable => {
  if (isPaoError(error)) return unavailable(reasons[error.code] ?? 'it cannot be reached', redactor.text(error.message))
  if (error instanceof SyntaxError) return unavailable('its answer is not JSON', redactor.text(error.message))
  throw error
}

interface Opened {
  readonly values: Readonly<Record<string, string>>
  readonly redactor: Redactor
}

const openSecrets = async (secrets: SecretSource, source: ApiSource): Promise<Opened | Unavailable> => {
  const redactor = createRedactor()
  const values: Record<string, string> = {}
  for (const name of secretsRead(source)) {
    const value = await secrets.get(name)
    if (value === undefined) return unavailable('a secret that it needs is not stored', `there is no secret named ${name}`)
    redactor.add(value)
    values[name] = value
  }
  return { values, redactor }
}

/** A path stands below the base, whatever it holds: the values in it are encoded, and `//` cannot begin it. */
const addressOf = (url: string, baseUrl: string | undefined): string | undefined => {
  if (!url.startsWith('/')) return url
  return baseUrl === undefined ? undefined : `${baseUrl.replace(/\/+$/, '')}${url}`
}

/** The next answer of a list that comes in parts: only of the same origin, which the same headers are meant for. */
const nextOf = (response: HttpResponse, url: string): string | undefined => {
  const link = /<([^<>]*)>\s*;[^,]*\brel="?next"?/i.exec(response.headers['link'] ?? '')?.[1]
  const next = link === undefined ? null : URL.parse(link, url)
  return next === null || next.origin !== new URL(url).origin ? undefined : next.href
}

interface Page {
  readonly body: Json
  readonly next: string | undefined
  /** There is a further part that is not followed. */
  readonly more: boolean
}

const readPage = async ({ http }: HttpOptionSourceOptions, url: string, { method, headers, body }: OptionCall, timeoutMs: number, signal: AbortSignal | undefined): Promise<Page | Unavailable> => {
  const response = await http.request({
    url, method, headers: { accept: 'application/json', ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...lowered(headers) }, timeoutMs,
    ...(body === undefined ? {} : { body }), ...(signal === undefined ? {} : { signal }),
  })
  if (response.status < 200 || response.status > 299) return unavailable(`it answered ${response.status}`)
  const next = nextOf(response, url)
  return { body: response.json(), next, more: next !== undefined || /\brel="?next"?/i.test(response.headers['link'] ?? '') }
}

const lowered = (headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))

/** All parts, one after the other, within the time of one call. */
const readPages = async (options: HttpOptionSourceOptions, question: OptionQuestion, first: string, call: OptionCall, redactor: Redactor): Promise<OptionAnswer> => {
  const { source, signal } = question
  const until = performance.now() + source.timeoutMs
  const lists: Extract<OptionAnswer, { readonly kind: 'options' }>[] = []
  let url: string | undefined = first
  let more = false
  for (let left = source.pages; url !== undefined && left > 0; left -= 1) {
    const page: Page | Unavailable = await readPage(options, url, call, Math.max(1, Math.ceil(until - performance.now())), signal)
    if (isUnavailable(page)) return page
    const read = readOptions(redactor.json(page.body), source)
    if ('problem' in read) return unavailable(read.problem)
    lists.push({ kind: 'options', ...read })
    url = page.next
    more = page.more
  }
  const [only] = lists
  if (lists.length === 1 && only !== undefined) return { ...only, complete: only.complete && !more }
  const joined = readOptions(lists.flatMap(({ options: found }) => found.map(({ value, label }) => ({ value, label }))), { limit: source.limit })
  return 'problem' in joined ? unavailable(joined.problem) : { kind: 'options', options: joined.options, complete: joined.complete && !more && lists.every(({ complete }) => complete) }
}

/**
 * Port OptionSource over an HttpClient: its egress policy, deadline and cap hold for every call, redirects are not followed, and secrets go
 * into headers alone. What comes back is searched for them before it is shown.
 */
export const httpOptionSource = (options: HttpOptionSourceOptions): OptionSource => ({
  ask: async (question) => {
    const { source, variables, at } = question
    const opened = await openSecrets(options.secrets, source).catch((error: unknown) => {
      if (isPaoError(error, 'SECRET_UNAVAILABLE')) return unavailable('the secrets that it needs cannot be read', error.message)
      throw error
    })
    if (isUnavailable(opened)) return opened
    const { values, redactor } = opened
    const rendered = optionCall(source, variables, values, at)
    if ('problem' in rendered) return unavailable('its address cannot be put together with these values', redactor.text(rendered.problem))
    const url = addressOf(rendered.call.url, options.baseUrl)
    if (url === undefined) return unavailable('this server has no base address for options', 'the endpoint is a path: set PAO_OPTIONS_BASE_URL, or write a whole URL')
    try {
      return await readPages(options, question, url, rendered.call, redactor)
    } catch (error) {
      return failed(error, redactor)
    }
  },
})
