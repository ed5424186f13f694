import type { HttpClient } from '@pao/core/action'
import { markSent, PaoError } from '@pao/core/action'

/** As a program's own client behaves, over fetch: adapters do not import one another. */
export const loopbackHttp = (): HttpClient => ({
  request: async ({ url, method, headers, body, bodyEncoding, maxBodyBytes = 1_048_576, signal }) => {
    const failed = (error: unknown): Error => markSent(new PaoError('HTTP_CONNECTION', 'the call failed', { cause: error, retryable: true }), true)
    const answer = await fetch(url, { method, redirect: 'manual', ...(headers === undefined ? {} : { headers }), ...(body === undefined ? {} : { body }), ...(signal === undefined ? {} : { signal }) }).catch((error: unknown) => { throw failed(error) })
    const bytes = Buffer.from(await answer.arrayBuffer().catch((error: unknown) => { throw failed(error) }))
    if (bytes.length > maxBodyBytes) throw markSent(new PaoError('HTTP_BODY_TOO_LARGE', `the answer is longer than ${maxBodyBytes} bytes`), true)
    const text = bytes.toString(bodyEncoding === 'latin1' ? 'latin1' : 'utf8')
    return { status: answer.status, headers: Object.fromEntries(answer.headers), body: text, json: () => JSON.parse(text) as never }
  },
})
