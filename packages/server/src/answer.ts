import type { Context } from 'hono'
import { isPaoError } from '@pao/core'
import type { Logger } from '@pao/core/ports'
import { correlationIdOf } from './correlation-id.js'
import { problem, problemBody, problemContentType, problemStatus } from './problem.js'
import type { Problem } from './problem.js'

/** A call that was carried out. */
export interface Reply {
  readonly kind: 'reply'
  readonly status: number
  /** Sent as JSON. Absent: no body. */
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

/** What a handler gives back; neither is thrown. */
export type Answer = Reply | Problem

export const reply = (status: number, body?: unknown, headers?: Readonly<Record<string, string>>): Reply =>
  ({ kind: 'reply', status, ...(body === undefined ? {} : { body }), ...(headers === undefined ? {} : { headers }) })

/** What of a call every answer shows. */
export interface Call {
  readonly path: string
  readonly accept: string | undefined
  readonly correlationId: string
  readonly at: number
}

export const callOf = (request: Request, at: number): Call => ({
  path: new URL(request.url).pathname,
  accept: request.headers.get('accept') ?? undefined,
  correlationId: correlationIdOf(request.headers),
  at,
})

/** Headers are set once, here. */
export const toResponse = (answer: Answer, call: Call): Response => {
  const isProblem = answer.kind === 'problem'
  const status = isProblem ? problemStatus(answer.code) : answer.status
  const headers: Record<string, string> = {
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'x-correlation-id': call.correlationId,
    ...answer.headers,
  }
  const body = isProblem ? problemBody(answer, call) : answer.body
  if (body === undefined) return new Response(null, { status, headers })
  headers['content-type'] = isProblem ? problemContentType(call.accept) : 'application/json; charset=UTF-8'
  return new Response(JSON.stringify(body), { status, headers })
}

/** What an error of broken infrastructure or a bug tells the caller: never its message, which may name hosts or statements. */
const problemOfError = (error: unknown): Problem =>
  isPaoError(error, 'STORE_UNAVAILABLE')
    ? problem('SERVICE_UNAVAILABLE', 'The database does not answer at the moment. Nothing is lost that was accepted; ask again shortly.', { headers: { 'retry-after': '2' } })
    : problem('INTERNAL_ERROR', 'This is a fault of the server. Its log has the cause under the correlation id.')

export type Handler = (context: Context, call: Call) => Promise<Answer> | Answer

/** Logs an error under the call's correlation id, and answers without its cause. */
export const failed = (error: unknown, call: Call, logger: Logger): Response => {
  logger.error({ err: error, correlationId: call.correlationId, path: call.path }, 'a call failed')
  return toResponse(problemOfError(error), call)
}

/** Turns a handler into one for Hono: answers become responses, errors are logged under the correlation id and answered without a cause. */
export const answering = (handler: Handler, deps: { readonly logger: Logger; readonly now: () => number }) =>
  async (context: Context): Promise<Response> => {
    const call = callOf(context.req.raw, deps.now())
    try {
      const response = toResponse(await handler(context, call), call)
      deps.logger.debug({ method: context.req.method, path: call.path, status: response.status, ms: deps.now() - call.at, correlationId: call.correlationId }, 'call')
      return response
    } catch (error) {
      return failed(error, call, deps.logger)
    }
  }
