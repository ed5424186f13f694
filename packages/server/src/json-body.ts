import type { Json, JsonObject } from '@pao/core/action'
import { isJsonObject } from '@pao/core/action'
import { problem } from './problem.js'
import type { Problem } from './problem.js'

/** Largest body that is read, in bytes. */
const MAX_BODY_BYTES = 1024 * 1024
/** Deepest nesting of a body. */
const MAX_DEPTH = 32
/** Most values in a body, members and elements together. */
const MAX_VALUES = 20_000

const forbiddenNames: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype'])
const loneSurrogate = /\p{Surrogate}/u

const invalid = (message: string, constraint: string, pointer = ''): Problem =>
  problem('VALIDATION_ERROR', message, { errors: [{ field: '', constraint, message, pointer }] })

const notJson = (): Problem => problem('UNSUPPORTED_MEDIA_TYPE', 'Send the body as JSON, with the header "Content-Type: application/json".')

const tooLarge = (most: number): Problem => problem('PAYLOAD_TOO_LARGE', `A body has at most ${most} bytes.`)

/** HTTP/1.1 announces a body by one of these two headers; `request.body` is never null in a server. */
const announcesBody = (headers: Headers): boolean => {
  const length = headers.get('content-length')
  return length === null ? headers.has('transfer-encoding') : length !== '0'
}

/** True for a body of YAML. No web form can send one, so it is as safe from them as JSON is. */
export const isYaml = (request: Request): boolean => /^(text|application)\/(x-)?yaml\s*(;.*)?$/i.test(request.headers.get('content-type') ?? '')

/**
 * Refuses what a plain web form can send, and whatever else is not JSON: with a body a JSON content type must be named; without one no other
 * content type may be. `yaml`: YAML is taken too.
 */
export const checkContentType = (request: Request, { yaml = false }: { readonly yaml?: boolean } = {}): Problem | undefined => {
  const type = request.headers.get('content-type')
  if (type === null ? !announcesBody(request.headers) : (yaml && isYaml(request)) || /^application\/([\w.!#$&^+-]+\+)?json\s*(;.*)?$/i.test(type)) {
    const encoding = request.headers.get('content-encoding')
    if (encoding === null || encoding.toLowerCase() === 'identity') return undefined
    return problem('UNSUPPORTED_MEDIA_TYPE', 'Send the body without a Content-Encoding.')
  }
  return notJson()
}

/** The body as it came, of at most `most` bytes. */
export const readBytes = async (request: Request, most: number = MAX_BODY_BYTES): Promise<Uint8Array | Problem> => {
  const announced = request.headers.get('content-length')
  if (Number(announced ?? 0) > most) return tooLarge(most)
  // HTTP lets no body be longer than it says: no stream is made only to count it.
  if (announced !== null) {
    const bytes = new Uint8Array(await request.arrayBuffer())
    return bytes.byteLength > most ? tooLarge(most) : bytes
  }
  const chunks: Uint8Array[] = []
  let size = 0
  if (request.body === null) return new Uint8Array()
  for await (const chunk of request.body as unknown as AsyncIterable<Uint8Array>) {
    size += chunk.byteLength
    if (size > most) return tooLarge(most)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/** The body as a text. */
export const readText = async (request: Request): Promise<{ readonly text: string } | Problem> => {
  const bytes = await readBytes(request)
  if ('kind' in bytes) return bytes
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) }
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    return invalid('The body is not UTF-8 text.', 'text')
  }
}

const parse = (bytes: Uint8Array): { readonly json: Json } | Problem => {
  try {
    return { json: JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as Json }
  } catch (error) {
    const why = error instanceof SyntaxError ? 'is not well-formed JSON' : 'is not UTF-8 text'
    return invalid(`The body ${why}.`, 'json')
  }
}

const escapePointer = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1')

/** What cannot be stored or would be misread later, anywhere in the body. */
const findUnsafe = (value: Json, pointer: string, depth: number, seen: { values: number }): Problem | undefined => {
  seen.values += 1
  if (seen.values > MAX_VALUES) return invalid(`A body has at most ${MAX_VALUES} values.`, 'max_values')
  if (depth > MAX_DEPTH) return invalid(`A body is nested at most ${MAX_DEPTH} levels deep.`, 'max_depth')
  if (typeof value === 'string') return unsafeText(value, pointer)
  if (Array.isArray(value)) return findFirst(value.map((item: Json, index) => [String(index), item] as const), pointer, depth, seen)
  return isJsonObject(value) ? findFirst(Object.entries(value), pointer, depth, seen) : undefined
}

const unsafeText = (text: string, pointer: string): Problem | undefined =>
  text.includes('\u0000') || loneSurrogate.test(text)
    ? invalid('A text holds a NUL or half of a surrogate pair, which cannot be stored.', 'text', pointer)
    : undefined

const findFirst = (
  entries: readonly (readonly [string, Json])[], pointer: string, depth: number, seen: { values: number },
): Problem | undefined => {
  for (const [name, item] of entries) {
    const at = `${pointer}/${escapePointer(name)}`
    if (forbiddenNames.has(name)) return invalid(`The name "${name}" is not allowed.`, 'forbidden_name', at)
    const found = unsafeText(name, at) ?? findUnsafe(item, at, depth + 1, seen)
    if (found !== undefined) return found
  }
  return undefined
}

/** The body as a JSON object; `{}` for no body where `optional`. Refusals say what is wrong with it. */
export const readJsonObject = async (
  request: Request, options: { readonly optional?: boolean } = {},
): Promise<{ readonly body: JsonObject } | Problem> => {
  const refusedType = checkContentType(request)
  if (refusedType !== undefined) return refusedType
  const bytes = await readBytes(request)
  if ('kind' in bytes) return bytes
  if (bytes.byteLength === 0) return options.optional === true ? { body: {} } : invalid('A JSON body is needed.', 'required')
  if (!request.headers.has('content-type')) return notJson()
  const parsed = parse(bytes)
  if ('kind' in parsed) return parsed
  const unsafe = findUnsafe(parsed.json, '', 0, { values: 0 })
  if (unsafe !== undefined) return unsafe
  return isJsonObject(parsed.json) ? { body: parsed.json } : invalid('The body must be a JSON object.', 'type')
}
