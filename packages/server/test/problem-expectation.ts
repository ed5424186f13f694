import { expect } from 'vitest'

interface Answer { readonly status: number; readonly headers: Headers; readonly text: string; readonly json: Record<string, never> & Record<string, unknown> }

/** The one shape of every refusal: RFC 9457 and the mirror in one body, the same id in both and in the header, and nothing of the inside. */
export const expectProblem = (answer: Answer, status: number, code: string): void => {
  expect(answer.json).toEqual({
    type: `urn:pao:error:${code}`,
    title: expect.stringMatching(/\S/), status, detail: expect.stringMatching(/\S/), instance: expect.stringMatching(/^\//), code,
    correlationId: answer.headers.get('x-correlation-id'),
    ...('errors' in answer.json ? { errors: expect.any(Array) } : {}),
    error: {
      code, message: answer.json['detail'], details: expect.any(Object),
      correlationId: answer.headers.get('x-correlation-id'), timestamp: expect.stringMatching(/^\d{4}-\d{2}-\d{2}T.*Z$/),
    },
  })
  expect(answer.status).toBe(status)
  for (const error of (answer.json['errors'] ?? []) as readonly unknown[]) {
    expect(error).toMatchObject({ field: expect.any(String), constraint: expect.stringMatching(/\S/), message: expect.stringMatching(/\S/) })
  }
  expect(answer.headers.get('content-type')).toMatch(/^application\/(problem\+)?json/)
  expect(answer.text).not.toMatch(/\\n\s+at |node_modules|\.[jt]s:\d/)
}
