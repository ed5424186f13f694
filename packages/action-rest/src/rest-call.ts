import { fatal } from '@pao/core/action'
import type { ActionContext, HttpRequest, Json } from '@pao/core/action'
import { isJsonObject } from '@pao/core/action'
import { methodOf } from './rest-config.js'
import type { RestConfig } from './rest-config.js'

type Headers = Readonly<Record<string, string>>

const CONTENT_TYPES = { json: 'application/json', form: 'application/x-www-form-urlencoded', xml: 'application/xml', raw: 'text/plain; charset=utf-8' } as const

const scalar = (name: string, value: Json): string => {
  if (value === null) return ''
  if (typeof value === 'object') throw fatal('BODY_INVALID', `the form field ${name} is not a single value`)
  return String(value)
}

const formText = (content: Json): string => {
  if (typeof content === 'string') return content
  if (!isJsonObject(content)) throw fatal('BODY_INVALID', 'a form body must be a map of names to values, or a text')
  return new URLSearchParams(Object.entries(content).map(([name, value]): [string, string] => [name, scalar(name, value)])).toString()
}

const jsonText = (content: Json): string => {
  if (typeof content !== 'string') return JSON.stringify(content)
  try {
    JSON.parse(content)
    return content
  } catch {
    // The error of JSON.parse quotes the text, which may hold a secret.
    throw fatal('BODY_INVALID', 'the rendered body is not JSON; nothing was sent')
  }
}

const plainText = (content: Json, type: 'raw' | 'xml'): string => {
  if (typeof content !== 'string') throw fatal('BODY_INVALID', `a body of type ${type} must be a text`)
  return content
}

const unsupported = (what: string): never => { throw fatal('NOT_SUPPORTED', `${what} is not supported yet; nothing was sent`) }

/** Body and content type. Total over what the schema admits: what lint refuses at load is refused here too. */
const bodyOf = (config: RestConfig): { readonly text: string; readonly contentType: string } | undefined => {
  if (config.body === undefined) return undefined
  const { type = 'json', content_template: content } = config.body
  switch (type) {
    case 'json': return { text: jsonText(content), contentType: CONTENT_TYPES.json }
    case 'form': return { text: formText(content), contentType: CONTENT_TYPES.form }
    case 'raw': case 'xml': return { text: plainText(content, type), contentType: CONTENT_TYPES[type] }
  }
}

const needed = (name: string | undefined, what: string): string => name ?? unsupported(`authentication without ${what}`)

/** Names of the secrets that a call with this config needs. */
export const secretsOf = (config: RestConfig): readonly string[] => {
  const { type = 'none', credentials = {} } = config.authentication ?? {}
  const byType = { none: undefined, oauth2: undefined, basic: credentials.password_ref, bearer: credentials.token_ref, 'api-key': credentials.api_key_ref }
  const name = byType[type]
  return name === undefined ? [] : [name]
}

const authorization = async (context: ActionContext<RestConfig>): Promise<Headers> => {
  const { type = 'none', credentials = {} } = context.config.authentication ?? {}
  switch (type) {
    case 'none': return {}
    case 'oauth2': return unsupported('oauth2')
    case 'bearer': return { authorization: `Bearer ${await context.secret(needed(credentials.token_ref, 'token_ref'))}` }
    case 'api-key': return { [(credentials.api_key_header ?? 'X-API-Key').toLowerCase()]: await context.secret(needed(credentials.api_key_ref, 'api_key_ref')) }
    case 'basic': {
      const pair = `${needed(credentials.username, 'username')}:${await context.secret(needed(credentials.password_ref, 'password_ref'))}`
      const encoded = Buffer.from(pair).toString('base64')
      context.sensitive(encoded)
      return { authorization: `Basic ${encoded}` }
    }
  }
}

const lowerCase = (headers: Headers): Headers => Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))

/** The call of a step. Every call that may change something carries the step's key. */
export const restCall = async (context: ActionContext<RestConfig>): Promise<HttpRequest> => {
  const { config } = context
  const method = methodOf(config)
  const body = bodyOf(config)
  const reads = method === 'GET' || method === 'HEAD'
  if (reads && body !== undefined) throw fatal('BODY_INVALID', `a ${method} has no body; nothing was sent`)
  const headers: Headers = {
    accept: 'application/json, */*;q=0.5',
    ...(body === undefined ? {} : { 'content-type': body.contentType }),
    ...lowerCase(config.headers ?? {}),
    ...await authorization(context),
    ...(reads ? {} : { [(config.idempotency?.header ?? 'Idempotency-Key').toLowerCase()]: context.key }),
  }
  return {
    url: config.endpoint.url, method, headers, signal: context.signal,
    ...(body === undefined ? {} : { body: body.text }),
    ...(config.endpoint.timeout === undefined ? {} : { timeoutMs: Math.round(config.endpoint.timeout * 1000) }),
  }
}
