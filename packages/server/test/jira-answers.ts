import { readFileSync } from 'node:fs'
import { Ajv } from 'ajv'
import formats from 'ajv-formats'

interface Operation {
  readonly responses: Readonly<Record<string, { readonly content?: { readonly 'application/json'?: { readonly schema: object } } }>>
}

const description = JSON.parse(readFileSync(new URL('fixtures/jira-cloud-v3.trimmed.json', import.meta.url), 'utf8')) as { readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>> }

// `strict` off: OpenAPI has keywords and number formats of its own.
const openApi = new Ajv({ strict: false, allErrors: true, formats: { int32: true, int64: true } })
formats.default(openApi)
openApi.addSchema({ $id: 'jira', ...description })

const operationOf = (method: string, path: string): Operation | undefined => {
  const matches = (template: string): boolean => new RegExp(`^${template.replaceAll(/\{[^}]+\}/g, '[^/]+')}$`).test(path)
  const [exact] = Object.keys(description.paths).filter(matches).sort((one, other) => one.split('{').length - other.split('{').length)
  return exact === undefined ? undefined : description.paths[exact]?.[method.toLowerCase()]
}

/** What is wrong with an answer by Jira's own description of its API: its status and its body. */
export const answerProblems = (method: string, path: string, status: number, body: unknown): readonly string[] => {
  const answer = operationOf(method, path)?.responses[String(status)]
  if (answer === undefined) return [`${method} ${path} does not answer ${status}`]
  const schema = answer.content?.['application/json']?.schema
  if (schema === undefined) return []
  const validate = openApi.compile(JSON.parse(JSON.stringify(schema).replaceAll('"#/components/', '"jira#/components/')) as object)
  return validate(body) ? [] : (validate.errors ?? []).map(({ instancePath, message }) => `${method} ${path} ${status}: ${instancePath} ${message ?? ''}`)
}
