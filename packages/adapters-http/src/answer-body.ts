import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib'
import { PaoError } from '@pao/core/action'
import type { HttpRequest, HttpResponse, Json } from '@pao/core/action'
import type { RawAnswer } from './exchange.js'

const DECODERS: Readonly<Record<string, typeof gunzipSync>> = {
  gzip: gunzipSync, 'x-gzip': gunzipSync, deflate: inflateSync, br: brotliDecompressSync, identity: (body) => body as Buffer<ArrayBuffer>,
}

const decodeOnce = (host: string, body: Buffer, encoding: string, cap: number): Buffer => {
  const decoder = Object.hasOwn(DECODERS, encoding) ? DECODERS[encoding] : undefined
  if (decoder === undefined) throw new PaoError('HTTP_CONNECTION', `the answer of ${host} has the content encoding ${JSON.stringify(encoding.slice(0, 40))}, which was not asked for`)
  try {
    return decoder(body, { maxOutputLength: cap })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw new PaoError('HTTP_BODY_TOO_LARGE', `the answer of ${host} is longer than ${cap} bytes`)
    throw new PaoError('HTTP_CONNECTION', `the answer of ${host} says that it is ${encoding} and is not`, { cause: error })
  }
}

/** Undoes a compression that the server applied although none was asked for. The cap counts what comes out. */
const decoded = (host: string, answer: RawAnswer, cap: number): Buffer => {
  const encodings = (answer.headers['content-encoding'] ?? '').split(',').map((encoding) => encoding.trim().toLowerCase()).filter((encoding) => encoding !== '')
  if (answer.body.length === 0) return answer.body
  return encodings.reverse().reduce((body, encoding) => decodeOnce(host, body, encoding, cap), answer.body)
}

const parseJson = (host: string, answer: RawAnswer, body: string): Json => {
  try {
    return JSON.parse(body) as Json
  } catch {
    // The error of JSON.parse quotes the text.
    throw new SyntaxError(`the answer of ${host} is not JSON (content type ${answer.headers['content-type'] ?? 'absent'})`)
  }
}

const textOf = (bytes: Buffer, encoding: HttpRequest['bodyEncoding']): string => encoding === 'latin1' ? bytes.toString('latin1') : new TextDecoder().decode(bytes)

export const answered = (host: string, answer: RawAnswer, { cap, encoding }: { readonly cap: number; readonly encoding: HttpRequest['bodyEncoding'] }): HttpResponse => {
  const body = textOf(decoded(host, answer, cap), encoding)
  return { status: answer.status, headers: answer.headers, body, json: () => parseJson(host, answer, body) }
}
