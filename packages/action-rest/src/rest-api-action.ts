import { ACTION_API_VERSION, defineAction, isJsonObject } from '@pao/core/action'
import type { Action, ActionContext, Effect, HttpRequest, HttpResponse, Json, JsonObject, PlannedChange, TemplateRule } from '@pao/core/action'
import { lintConfig } from './lint-config.js'
import { normalizeConfig } from './normalize-config.js'
import { readAnswer } from './rest-answer.js'
import { restCall, secretsOf } from './rest-call.js'
import { methodOf, restConfig, restOutput } from './rest-config.js'
import type { RestConfig, RestMethod, RestOutput } from './rest-config.js'

const effectOf = (config: RestConfig): Effect => {
  const method = methodOf(config)
  if (method === 'GET' || method === 'HEAD') return 'none'
  return method === 'PUT' || method === 'DELETE' || config.idempotency !== undefined ? 'idempotent' : 'create'
}

type BodyTarget = 'json' | 'xml' | 'form' | 'yaml' | 'html' | 'text'

const byContentType: readonly (readonly [RegExp, BodyTarget])[] = [
  [/[/+]json\b/i, 'json'], [/[/+]xml\b/i, 'xml'], [/[/+-]yaml\b/i, 'yaml'], [/\/html\b/i, 'html'], [/\/x-www-form-urlencoded\b/i, 'form'],
]

const byHeaders = (headers: Json | undefined): BodyTarget | undefined => {
  const written = isJsonObject(headers) ? Object.entries(headers).find(([name]) => name.toLowerCase() === 'content-type')?.[1] : undefined
  return typeof written === 'string' ? byContentType.find(([pattern]) => pattern.test(written))?.[1] : undefined
}

/** A body is encoded as what it is sent as: a raw one that is declared as JSON is JSON. */
const bodyTarget = (config: JsonObject): BodyTarget => {
  const body = isJsonObject(config['body']) ? config['body'] : {}
  const type = body['type'] ?? 'json'
  const named = byHeaders(config['headers'])
  if (type === 'json' || named === 'json') return 'json'
  return type === 'xml' || type === 'form' ? type : named ?? 'text'
}

const templatesOf = (config: JsonObject): readonly TemplateRule[] => [
  { path: 'endpoint.url', target: 'url' },
  { path: 'headers.*', target: 'header', secrets: true },
  { path: 'authentication.credentials.username', target: 'text' },
  { path: 'body.content_template', target: bodyTarget(config), secrets: true },
  { path: 'body.content_template.**', target: 'value', secrets: true },
]

const declaredOutputs = (config: JsonObject): JsonObject | undefined => {
  const parsing = isJsonObject(config['parsing']) ? config['parsing'] : {}
  const extract = Array.isArray(parsing['extract']) ? parsing['extract'] as readonly Json[] : []
  const type: JsonObject = parsing['type'] === 'text' ? { type: 'string' } : {}
  const declared = extract.flatMap((entry) => isJsonObject(entry) && typeof entry['name'] === 'string'
    ? [[entry['name'], entry['required'] === true || parsing['type'] === 'text' ? type : { ...type, 'x-optional': true }] as const] : [])
  return declared.length === 0 ? undefined : Object.fromEntries(declared)
}

const KINDS: Readonly<Record<RestMethod, PlannedChange['changes'][number]['kind']>> = {
  GET: 'read', HEAD: 'read', POST: 'call', PUT: 'update', PATCH: 'update', DELETE: 'delete',
}

/** Where a call goes, without its query, which may hold what should not be shown. */
const targetOf = (url: string): string => URL.canParse(url) ? `${new URL(url).origin}${new URL(url).pathname}` : 'an address that is not a URL'

const what = (config: RestConfig): string => `${methodOf(config)} ${targetOf(config.endpoint.url)}`

const examples: Action<RestConfig, RestOutput>['examples'] = [
  {
    title: 'Create something at an endpoint that honours an idempotency key',
    config: {
      endpoint: { url: 'https://queues.example.com/queues', method: 'POST' },
      authentication: { type: 'bearer', credentials: { token_ref: 'QUEUE_API_TOKEN' } },
      body: { type: 'json', content_template: '{"name": "orders"}' },
      parsing: { extract: [{ path: '$.arn', name: 'arn', required: true }] },
      idempotency: { header: 'Idempotency-Key' },
    },
  },
  { title: 'Read something', config: { endpoint: { url: 'https://cmdb.example.com/teams/checkout', method: 'GET' }, parsing: { extract: [{ path: '$.cost_center', name: 'cost_center' }] } } },
]

const answerOf = async (context: ActionContext<RestConfig>, call: HttpRequest, began: number): Promise<HttpResponse> => {
  try {
    return await context.http.request(call)
  } catch (error) {
    context.log.warn(`${what(context.config)} gave no answer in ${context.now() - began} ms: ${error instanceof Error ? error.message : 'no reason given'}`)
    throw error
  }
}

/**
 * `rest-api`: one HTTP call. GET has no effect, PUT and DELETE may be repeated by nature, any other call only where
 * `idempotency.header` says that the endpoint honours the step's key; else an outcome that got lost stops for a person.
 */
export const restApiAction = (): Action<RestConfig, RestOutput> => defineAction<RestConfig, RestOutput>({
  type: 'rest-api',
  version: '1.0.0',
  apiVersion: ACTION_API_VERSION,
  summary: 'Calls an HTTP API and reads values out of its answer',
  examples,
  config: restConfig,
  output: restOutput,
  declaredOutputs,
  templates: templatesOf,
  normalize: normalizeConfig,
  lint: lintConfig,
  secrets: secretsOf,
  effect: effectOf,
  plan: ({ config }) => {
    const target = targetOf(config.endpoint.url)
    return { summary: what(config), changes: [{ kind: KINDS[methodOf(config)], target }] }
  },
  run: async (context) => {
    const call = await restCall(context)
    const began = context.now()
    const response = await answerOf(context, call, began)
    context.log.info(`${what(context.config)} answered ${response.status} in ${context.now() - began} ms`)
    const repeatable = effectOf(context.config) !== 'create'
    return { kind: 'succeeded', output: readAnswer(context, response, what(context.config), repeatable) }
  },
  reconcile: ({ config }) => Promise.resolve(effectOf(config) === 'create'
    ? { kind: 'unsure', why: `nobody can tell whether ${what(config)} took effect: the document names no idempotency.header` }
    : { kind: 'absent' }),
  compensate: { impossible: 'a REST call has no general way back; the document must name a step that undoes it' },
})
