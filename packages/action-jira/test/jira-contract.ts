import { readFileSync } from 'node:fs'
import type { Json, JsonObject } from '@pao/core/action'
import type { OpenApiDocument, SentCall } from '@pao/testing'
import { mismatchText, openApiContract } from '@pao/testing'
import DraftFour from 'ajv-draft-04'

const fixture = (name: string): JsonObject => JSON.parse(readFileSync(new URL(`./fixtures/${name}`, import.meta.url), 'utf8')) as JsonObject

const contract = openApiContract(fixture('jira-cloud-v3.trimmed.json') as unknown as OpenApiDocument)

const draftFour = new DraftFour.default({ strict: false, allErrors: true })
const isDocument = draftFour.compile(fixture('adf-v1-full.schema.json'))

/** What is wrong with a document by Atlassian's own schema. */
export const documentProblems = (document: unknown): readonly string[] =>
  isDocument(document) ? [] : (isDocument.errors ?? []).map(({ instancePath, message }) => `document: ${instancePath} ${message ?? ''}`)

/** What is wrong with a call by Jira's description of its API, its ADF included. */
export const requestProblems = (call: SentCall): readonly string[] => {
  const body = call.body === undefined ? undefined : JSON.parse(call.body) as { readonly fields?: JsonObject | readonly Json[] }
  const fields = body?.fields
  const text = fields !== undefined && !Array.isArray(fields) ? (fields as JsonObject)['description'] : undefined
  return [...contract.request(call).map(mismatchText), ...(text === undefined ? [] : documentProblems(text))]
}

/** The description leaves the bodies of refusals out, which Jira sends all the same, and gives one to 204, which cannot have any. */
const isOfDescription = (status: number, { pointer, reason }: { readonly pointer: string; readonly reason: string }): boolean =>
  pointer === 'body' && ((status >= 400 && reason === 'was given and is not described') || (status === 204 && reason.endsWith('was not given')))

/** What is wrong with an answer that a fake gives. */
export const answerProblems = (method: string, path: string, status: number, body: Json | undefined): readonly string[] =>
  contract.answer(method, path, { status, ...(body === undefined ? {} : { body }) })
    .filter((mismatch) => !isOfDescription(status, mismatch)).map(mismatchText)
