import { ActionFailure, classifyStatus, fatal, isJsonObject, unknownOutcome } from '@pao/core/action'
import type { ActionContext, HttpResponse, Json } from '@pao/core/action'
import { parsePath, valueAt } from './json-path.js'
import { methodOf } from './rest-config.js'
import type { RestConfig, RestExtract, RestOutput } from './rest-config.js'

const isExpected = (config: RestConfig, status: number): boolean => {
  const { expected_status: expected, error_on_non_2xx: strict = true } = config.response ?? {}
  if (expected !== undefined) return expected.includes(status)
  return !strict || (status >= 200 && status <= 299)
}

/** A DELETE that is made again may find that the first one, whose answer was lost, did its work. */
const isGoneAlready = (context: ActionContext<RestConfig>, status: number): boolean =>
  methodOf(context.config) === 'DELETE' && context.attempt > 1 && (status === 404 || status === 410)

/** Members in which services say what was wrong (RFC 9457 and the usual others). */
const EXPLANATIONS = ['detail', 'message', 'error_description', 'error', 'title']

/** What the service says of its refusal: the one sentence that helps, cut. Nothing when it says it in a form of its own. */
const explanation = (response: HttpResponse): string => {
  try {
    const body = response.json()
    const said = isJsonObject(body) ? EXPLANATIONS.map((name) => body[name]).find((value) => typeof value === 'string' && value !== '') : undefined
    return typeof said === 'string' ? `: ${said.slice(0, 300)}` : ''
  } catch (error) {
    if (error instanceof SyntaxError) return ''
    throw error
  }
}

const parsed = (response: HttpResponse): Json | SyntaxError => {
  if (response.body.trim() === '') return null
  try {
    return response.json()
  } catch (error) {
    if (error instanceof SyntaxError) return error
    throw error
  }
}

type Refuse = (code: string, message: string) => never

const extracted = (response: HttpResponse, extracts: readonly RestExtract[], refuse: Refuse): readonly (readonly [string, Json])[] => {
  if (extracts.length === 0) return []
  const root = parsed(response)
  if (root instanceof SyntaxError) return refuse('ANSWER_NOT_JSON', root.message)
  return extracts.flatMap(({ path, name, required = false }) => {
    const segments = parsePath(path)
    const value = segments === undefined ? undefined : valueAt(root, segments)
    if (value === undefined && required) refuse('ANSWER_INCOMPLETE', `the answer has nothing at ${path}, which the output ${name} needs`)
    return value === undefined ? [] : [[name, value] as const]
  })
}

const valuesOf = (config: RestConfig, response: HttpResponse, refuse: Refuse): readonly (readonly [string, Json])[] => {
  const { type = 'json', extract = [] } = config.parsing ?? {}
  switch (type) {
    case 'json': return extracted(response, extract, refuse)
    case 'text': return extract.map(({ name }) => [name, response.body] as const)
    case 'xml': return refuse('NOT_SUPPORTED', 'xml answers are not read yet')
  }
}

/**
 * The output of an answer, or the failure that it means. An answer that lacks what the document requires is `unknown` where the call may
 * not be repeated, for it had its effect; else `fatal`: the same call would get the same answer.
 */
export const readAnswer = (context: ActionContext<RestConfig>, response: HttpResponse, what: string, repeatable: boolean): RestOutput => {
  const { config } = context
  if (isGoneAlready(context, response.status)) return { status_code: response.status }
  if (!isExpected(config, response.status)) {
    const classified = classifyStatus(response, what, repeatable, context.now())
    throw new ActionFailure({ ...classified, message: `${classified.message}${explanation(response)}` })
  }
  const refuse: Refuse = (code, message) => { throw (repeatable ? fatal : unknownOutcome)(code, `${what}: ${message}`) }
  return { ...Object.fromEntries(valuesOf(config, response, refuse)), status_code: response.status }
}
