import { readFileSync } from 'node:fs'
import { Ajv } from 'ajv'
import type { ValidateFunction } from 'ajv'
import DraftFour from 'ajv-draft-04'
import formats from 'ajv-formats'
import type { Json, JsonObject } from '@pao/core/action'

const fixture = (name: string): JsonObject => JSON.parse(readFileSync(new URL(`./fixtures/${name}`, import.meta.url), 'utf8')) as JsonObject

interface Operation {
  readonly parameters?: readonly { readonly name: string; readonly in: string }[]
  readonly requestBody?: { readonly required?: boolean; readonly content: { readonly 'application/json'?: { readonly schema: object } } }
  readonly responses: Readonly<Record<string, { readonly content?: { readonly 'application/json'?: { readonly schema: object } } }>>
}

const description = fixture('jira-cloud-v3.trimmed.json') as unknown as { readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>> }

// `strict` off: OpenAPI has keywords and number formats of its own.
const openApi = new Ajv({ strict: false, allErrors: true, formats: { int32: true, int64: true } })
formats.default(openApi)
openApi.addSchema({ $id: 'jira', ...description })

const draftFour = new DraftFour.default({ strict: false, allErrors: true })
const isDocument = draftFour.compile(fixture('adf-v1-full.schema.json'))

/** References of the description are relative to it. */
const rooted = (schema: object): object => JSON.parse(JSON.stringify(schema).replaceAll('"#/components/', '"jira#/components/')) as object

const compiled = new Map<object, ValidateFunction>()
const validator = (schema: object): ValidateFunction => {
  const known = compiled.get(schema) ?? openApi.compile(rooted(schema))
  compiled.set(schema, known)
  return known
}

const problems = (schema: object, value: unknown, what: string): readonly string[] => {
  const validate = validator(schema)
  return validate(value) ? [] : (validate.errors ?? []).map(({ instancePath, message }) => `${what}: ${instancePath} ${message ?? ''}`)
}

const operationOf = (method: string, path: string): Operation | undefined => {
  const matches = (template: string): boolean => new RegExp(`^${template.replaceAll(/\{[^}]+\}/g, '[^/]+')}$`).test(path)
  const exact = Object.keys(description.paths).filter(matches).sort((one, other) => one.split('{').length - other.split('{').length)[0]
  return exact === undefined ? undefined : description.paths[exact]?.[method.toLowerCase()]
}

/** What is wrong with a document by Atlassian's own schema. */
export const documentProblems = (document: unknown): readonly string[] =>
  isDocument(document) ? [] : (isDocument.errors ?? []).map(({ instancePath, message }) => `document: ${instancePath} ${message ?? ''}`)

/** What is wrong with a request by Jira's description of its API, its ADF included. */
export const requestProblems = (method: string, path: string, query: URLSearchParams, body: Json | undefined): readonly string[] => {
  const operation = operationOf(method, path)
  if (operation === undefined) return [`${method} ${path} is not described`]
  const known = new Set((operation.parameters ?? []).filter(({ in: place }) => place === 'query').map(({ name }) => name))
  const unknown = [...query.keys()].filter((name) => !known.has(name)).map((name) => `${method} ${path}: unknown query parameter ${name}`)
  const schema = operation.requestBody?.content['application/json']?.schema
  if (schema === undefined) return [...unknown, ...(body === undefined ? [] : [`${method} ${path} takes no body`])]
  const fields = (body as { readonly fields?: JsonObject } | undefined)?.fields
  const text = fields !== undefined && !Array.isArray(fields) ? fields['description'] : undefined
  return [...unknown, ...problems(schema, body, `${method} ${path}`), ...(text === undefined ? [] : documentProblems(text))]
}

/** What is wrong with an answer that a fake gives. */
export const answerProblems = (method: string, path: string, status: number, body: Json | undefined): readonly string[] => {
  const answer = operationOf(method, path)?.responses[String(status)]
  const schema = answer?.content?.['application/json']?.schema
  return schema === undefined ? [] : problems(schema, body, `answer ${status} of ${method} ${path}`)
}
