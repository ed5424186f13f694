import type { Json, JsonObject } from '@pao/core/action'
import { operationsOf } from './open-api-document.js'
import type { OpenApiDocument, Operation, Parameter } from './open-api-document.js'
import { basePathOf, operationFinder } from './operation-of.js'
import type { FoundOperation } from './operation-of.js'
import type { Direction, SchemaChecker } from './schema-checker.js'
import { schemaChecker } from './schema-checker.js'

/** Something that does not fit the document. */
export interface Mismatch {
  readonly in: Direction
  /** `POST /rest/api/3/issue`: as the document writes it; as it was called where the document has no such operation. */
  readonly operation: string
  /** `body/fields/summary`, `query/limit`, `status` … */
  readonly pointer: string
  readonly reason: string
}

/** A call as it is sent. */
export interface SentCall {
  readonly method: string
  /** With the path of the first server, without a query. */
  readonly path: string
  readonly query: URLSearchParams
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  /** Text as sent. Absent or empty: no body. */
  readonly body?: string
}

export interface SentAnswer {
  readonly status: number
  /** Media type of the body. */
  readonly contentType?: string
  /** Parsed where it is JSON. `undefined`: no body. */
  readonly body?: Json
}

export interface OpenApiContract {
  /** The operation that a call is for, and its path parameters. Undefined: the document has none. */
  find(method: string, path: string): FoundOperation | undefined
  /** `POST /rest/api/3/issue` and all others, as routes name them. */
  readonly operations: readonly string[]
  request(call: SentCall): readonly Mismatch[]
  answer(method: string, path: string, answer: SentAnswer): readonly Mismatch[]
}

const isJsonType = (type: string): boolean => type === 'application/json' || type.endsWith('+json')

/** Without parameters, as `charset`. */
const mediaType = (text: string): string => text.split(';')[0]?.trim().toLowerCase() ?? ''

/** What is described for a media type: itself, its kind (`text/*`), or anything. */
const schemaFor = (content: Readonly<Record<string, JsonObject>>, type: string): JsonObject | undefined =>
  content[type] ?? Object.entries(content).find(([described]) => mediaType(described) === type)?.[1] ?? content[`${type.split('/')[0]}/*`] ?? content['*/*']

/** A parameter's text as the value that its schema describes, where that is plain. */
const valueOf = (schema: JsonObject, text: string): Json => {
  const type = schema['type']
  if ((type === 'integer' || type === 'number') && text.trim() !== '' && !Number.isNaN(Number(text))) return Number(text)
  return type === 'boolean' && (text === 'true' || text === 'false') ? text === 'true' : text
}

const parameterValue = ({ schema = {}, explode }: Parameter, texts: readonly string[]): Json => {
  if (schema['type'] !== 'array') return valueOf(schema, texts[0] ?? '')
  const items = (schema['items'] ?? {}) as JsonObject
  return (explode ? texts : texts.flatMap((text) => text.split(','))).map((text) => valueOf(items, text))
}

/** Headers that OpenAPI leaves to media types and security. */
const describedElsewhere: ReadonlySet<string> = new Set(['accept', 'content-type', 'authorization'])

const textsOf = (parameter: Parameter, call: SentCall, params: FoundOperation['params']): readonly string[] | undefined => {
  if (parameter.in === 'query') return call.query.has(parameter.name) ? call.query.getAll(parameter.name) : undefined
  const text = parameter.in === 'path' ? params[parameter.name] : call.headers[parameter.name.toLowerCase()]
  return text === undefined ? undefined : [text]
}

/** Of a schema with references only presence can be said without resolving them: those are checked by the checker all the same, as text. */
const parameterProblems = (checker: SchemaChecker, { operation, params }: FoundOperation, call: SentCall): readonly Omit<Mismatch, 'in' | 'operation'>[] => {
  const looked = operation.parameters.filter((one) => one.in !== 'cookie' && !(one.in === 'header' && describedElsewhere.has(one.name.toLowerCase())))
  const wrong = looked.flatMap((parameter) => {
    const at = `${parameter.in}/${parameter.name}`
    const texts = textsOf(parameter, call, params)
    if (texts === undefined) return parameter.required ? [{ pointer: at, reason: 'is required and was not sent' }] : []
    const { schema } = parameter
    if (schema === undefined || schema['type'] === 'object') return []
    return checker.check('request', schema, parameterValue(parameter, texts)).map(({ pointer, reason }) => ({ pointer: `${at}${pointer}`, reason }))
  })
  const known = new Set(operation.parameters.filter((one) => one.in === 'query').map(({ name }) => name))
  const unknown = [...new Set(call.query.keys())].filter((name) => !known.has(name)).map((name) => ({ pointer: `query/${name}`, reason: 'is not described' }))
  return [...wrong, ...unknown]
}

const parsed = (text: string): { readonly value: Json } | undefined => {
  try {
    return { value: JSON.parse(text) as Json }
  } catch {
    return undefined
  }
}

const bodyProblems = (checker: SchemaChecker, { body }: Operation, call: SentCall): readonly Omit<Mismatch, 'in' | 'operation'>[] => {
  if (call.body === undefined || call.body === '') return body?.required === true ? [{ pointer: 'body', reason: 'is required and was not sent' }] : []
  if (body === undefined) return [{ pointer: 'body', reason: 'was sent and is not described' }]
  const type = mediaType(call.headers['content-type'] ?? '')
  const schema = schemaFor(body.content, type)
  if (schema === undefined) return [{ pointer: 'header/content-type', reason: `is ${type === '' ? 'absent' : type}; described are ${Object.keys(body.content).join(', ')}` }]
  if (!isJsonType(type)) return []
  const json = parsed(call.body)
  if (json === undefined) return [{ pointer: 'body', reason: 'is not JSON' }]
  return checker.check('request', schema, json.value).map(({ pointer, reason }) => ({ pointer: `body${pointer}`, reason }))
}

const answerProblems = (checker: SchemaChecker, { answers, method }: Operation, { status, contentType, body }: SentAnswer): readonly Omit<Mismatch, 'in' | 'operation'>[] => {
  const content = answers[String(status)] ?? answers[`${String(status)[0]}XX`] ?? answers['DEFAULT']
  if (content === undefined) return [{ pointer: 'status', reason: `${status} is not described; described are ${Object.keys(answers).join(', ')}` }]
  const described = Object.keys(content)
  if (body === undefined) return described.length > 0 && method !== 'HEAD' ? [{ pointer: 'body', reason: `is described as ${described.join(', ')} and was not given` }] : []
  if (described.length === 0) return [{ pointer: 'body', reason: 'was given and is not described' }]
  const type = mediaType(contentType ?? 'application/json')
  const schema = schemaFor(content, type)
  if (schema === undefined) return [{ pointer: 'header/content-type', reason: `is ${type}; described are ${described.join(', ')}` }]
  return isJsonType(type) ? checker.check('answer', schema, body).map(({ pointer, reason }) => ({ pointer: `body${pointer}`, reason })) : []
}

/**
 * Checks calls and answers against an OpenAPI document: path, method, path, query and header parameters, media type and body of a call;
 * status, media type and body of an answer. Not looked at: cookies, security, parameters that are objects, headers of answers.
 */
export const openApiContract = (document: OpenApiDocument): OpenApiContract => {
  if (!/^3\.[01]\./.test(document.openapi)) throw new Error(`OpenAPI ${document.openapi} is not supported: 3.0 and 3.1 are`)
  const operations = operationsOf(document)
  const checker = schemaChecker(document)
  const base = basePathOf(document)
  const finder = operationFinder(operations)
  const find = (method: string, path: string): FoundOperation | undefined => path.startsWith(base) ? finder(method, path.slice(base.length)) : undefined
  const unknown = (direction: Direction, method: string, path: string): readonly Mismatch[] => [{ in: direction, operation: `${method} ${path}`, pointer: 'path', reason: 'is not described' }]
  return {
    find,
    operations: operations.map(({ name }) => name),
    request: (call) => {
      const found = find(call.method, call.path)
      if (found === undefined) return unknown('request', call.method, call.path)
      const problems = [...parameterProblems(checker, found, call), ...bodyProblems(checker, found.operation, call)]
      return problems.map((problem) => ({ in: 'request' as const, operation: found.operation.name, ...problem }))
    },
    answer: (method, path, answer) => {
      const found = find(method, path)
      if (found === undefined) return unknown('answer', method, path)
      return answerProblems(checker, found.operation, answer).map((problem) => ({ in: 'answer' as const, operation: found.operation.name, ...problem }))
    },
  }
}

/** One line for people: `request POST /rest/api/3/issue: body/fields must have required property 'summary'`. */
export const mismatchText = ({ in: direction, operation, pointer, reason }: Mismatch): string => `${direction} ${operation}: ${pointer} ${reason}`
