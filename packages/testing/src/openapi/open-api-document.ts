import type { Json, JsonObject } from '@pao/core/action'
import { isJsonObject } from '@pao/core/action'

/** An OpenAPI document, 3.0 or 3.1, as parsed from JSON or YAML. References must stay inside it. */
export interface OpenApiDocument {
  readonly openapi: string
  readonly paths: Readonly<Record<string, unknown>>
  readonly servers?: readonly { readonly url: string }[]
  readonly [member: string]: unknown
}

export interface Parameter {
  readonly name: string
  readonly in: 'path' | 'query' | 'header' | 'cookie'
  readonly required: boolean
  /** Absent: described by `content`, which is not looked into. */
  readonly schema?: JsonObject
  readonly explode: boolean
}

/** One operation, its references resolved down to the schemas. */
export interface Operation {
  /** `POST /rest/api/3/issue`: the method, and the path as the document writes it. */
  readonly name: string
  readonly method: string
  readonly template: string
  readonly parameters: readonly Parameter[]
  readonly body?: { readonly required: boolean; readonly content: Readonly<Record<string, JsonObject>> }
  /** By status, `4XX` or `default`: schemas by media type. */
  readonly answers: Readonly<Record<string, Readonly<Record<string, JsonObject>>>>
}

const methods = ['get', 'put', 'post', 'delete', 'patch', 'head']

const asObject = (value: unknown): JsonObject => isJsonObject((value ?? null) as Json) ? value as JsonObject : {}

const asList = (value: unknown): readonly Json[] => Array.isArray(value) ? value as readonly Json[] : []

/** What a reference inside the document names. Throws when it names nothing, or leaves the document. */
const resolved = (document: OpenApiDocument, value: unknown): JsonObject => {
  const reference = asObject(value)['$ref']
  if (typeof reference !== 'string') return asObject(value)
  if (!reference.startsWith('#/')) throw new Error(`the OpenAPI document refers to ${reference}, outside of itself: bundle it first`)
  const found = reference.slice(2).split('/').reduce<unknown>((at, part) => asObject(at)[decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~')], document)
  if (found === undefined) throw new Error(`the OpenAPI document refers to ${reference}, which it does not have`)
  return resolved(document, found)
}

const contentOf = (value: unknown): Readonly<Record<string, JsonObject>> =>
  Object.fromEntries(Object.entries(asObject(value)).map(([type, media]) => [type.toLowerCase(), asObject(asObject(media)['schema'])]))

const parameterOf = (document: OpenApiDocument) => (value: unknown): Parameter => {
  const given = resolved(document, value)
  const place = given['in'] as Parameter['in']
  return {
    name: String(given['name']), in: place, required: given['required'] === true, explode: given['explode'] !== false && place === 'query',
    ...(given['schema'] === undefined ? {} : { schema: asObject(given['schema']) }),
  }
}

/** An operation's own parameter stands in place of the path's of the same name. */
const parametersOf = (document: OpenApiDocument, path: JsonObject, operation: JsonObject): readonly Parameter[] => {
  const all = [...asList(path['parameters']), ...asList(operation['parameters'])].map(parameterOf(document))
  return [...new Map(all.map((one) => [`${one.in} ${one.name}`, one])).values()]
}

const operationOf = (document: OpenApiDocument, template: string, path: JsonObject, method: string): Operation => {
  const operation = asObject(path[method])
  const body = operation['requestBody'] === undefined ? undefined : resolved(document, operation['requestBody'])
  const answers = Object.entries(asObject(operation['responses'])).map(([status, answer]) => [status.toUpperCase(), contentOf(resolved(document, answer)['content'])])
  return {
    name: `${method.toUpperCase()} ${template}`, method: method.toUpperCase(), template, parameters: parametersOf(document, path, operation),
    ...(body === undefined ? {} : { body: { required: body['required'] === true, content: contentOf(body['content']) } }),
    answers: Object.fromEntries(answers) as Operation['answers'],
  }
}

/** Every operation of the document. */
export const operationsOf = (document: OpenApiDocument): readonly Operation[] =>
  Object.entries(document.paths).flatMap(([template, value]) => {
    const path = resolved(document, value)
    return methods.filter((method) => path[method] !== undefined).map((method) => operationOf(document, template, path, method))
  })
