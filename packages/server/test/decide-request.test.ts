import type { DecisionAnswer } from '@pao/core'
import { describe, expect, test } from 'vitest'
import { api, done, ID, orchestrator } from './api-fixture.js'
import { expectProblem } from './problem-expectation.js'

const deciding = (answer: DecisionAnswer = done()) => {
  const commands: unknown[] = []
  const decide = (command: unknown) => { commands.push(command); return Promise.resolve(answer) }
  return { ...api({ orchestrator: orchestrator({ retry: decide, abort: decide }) }), commands }
}
const caller = { id: 'ada', teams: [], roles: ['developer'] }
const headers = { 'X-PAO-User': 'ada' }

describe('decisions', () => {
  test('a retry needs no body', async () => {
    const { call, commands } = deciding()
    const answer = await call('POST', `/api/v1/requests/req-${ID}/retry`, { headers })
    expect([answer.status, answer.json.id, answer.headers.get('etag')]).toEqual([202, `req-${ID}`, '"7"'])
    expect(commands).toEqual([{ caller, requestId: ID, resolved: [], redo: [], reason: '' }])
  })

  test('a retry with edited input, findings and a precondition', async () => {
    const { call, commands } = deciding()
    await call('POST', `/api/v1/requests/${ID}/retry`, {
      headers: { ...headers, 'if-match': '"7.abc"' },
      body: { reason: 'typo', fields: { name: 'x' }, redo: ['create'], resolved: [{ step: 'a', effect: 'absent' }, { step: 'b', effect: { present: null } }] },
    })
    expect(commands).toEqual([{ caller, requestId: ID, reason: 'typo', fields: { name: 'x' }, redo: ['create'], ifVersion: 7, resolved: [{ step: 'a', effect: 'absent' }, { step: 'b', effect: { present: null } }] }])
  })

  test('an abort needs a reason', async () => {
    const { call, commands } = deciding()
    for (const body of [undefined, {}, { reason: ' ' }, { reason: 1 }, { reason: 'x', cleanup: true }]) {
      expectProblem(await call('POST', `/api/v1/requests/${ID}/abort`, { headers, ...(body === undefined ? {} : { body }) }), 400, 'VALIDATION_ERROR')
    }
    expect((await call('POST', `/api/v1/requests/${ID}/abort`, { headers, body: { reason: 'not needed' } })).status).toBe(202)
    expect(commands).toEqual([{ caller, requestId: ID, reason: 'not needed' }])
  })

  test.each([
    [{ fields: [] }], [{ resolved: {} }], [{ resolved: [1] }], [{ resolved: [{ step: 'a' }] }], [{ resolved: [{ step: 'a', effect: 'present' }] }], [{ resolved: [{ step: 'a', effect: { present: 1, x: 2 } }] }],
    [{ reason: 'x'.repeat(2001) }], [{ feilds: {} }], [{ redo: 'create' }], [{ redo: [1] }], [{ fields: {}, input: {} }],
  ])('%.60j is refused', async (body) => {
    const { call, commands } = deciding()
    expectProblem(await call('POST', `/api/v1/requests/${ID}/retry`, { headers, body }), 400, 'VALIDATION_ERROR')
    expect(commands).toEqual([])
  })

  test.each<[DecisionAnswer, number, string]>([
    [{ kind: 'not-found' }, 404, 'REQUEST_NOT_FOUND'],
    [{ kind: 'forbidden', message: 'only the requester' }, 403, 'FORBIDDEN'],
    [{ kind: 'precondition-failed', version: 9 }, 412, 'PRECONDITION_FAILED'],
    [{ kind: 'refused', refusal: { kind: 'refused', code: 'VALIDATION_ERROR', message: 'no', problems: [{ field: 'name', constraint: 'pattern', message: 'no' }] } }, 400, 'VALIDATION_ERROR'],
    [{ kind: 'refused', refusal: { kind: 'refused', code: 'ITEM_NOT_ORDERABLE', message: 'no', problems: [] } }, 409, 'ITEM_NOT_ORDERABLE'],
    [{ kind: 'rejected', rejection: { code: 'NOT_IN_THIS_STATE', message: 'it is completed' } }, 409, 'INVALID_STATE_TRANSITION'],
    [{ kind: 'rejected', rejection: { code: 'UNRESOLVED_EFFECT', message: 'say what became of it' } }, 409, 'UNRESOLVED_EFFECT'],
    [{ kind: 'rejected', rejection: { code: 'NOT_AN_APPROVER', message: 'no' } }, 403, 'FORBIDDEN'],
  ])('%j', async (answer, status, code) => {
    expectProblem(await deciding(answer).call('POST', `/api/v1/requests/${ID}/retry`, { headers }), status, code)
    expectProblem(await deciding(answer).call('POST', `/api/v1/requests/${ID}/abort`, { headers, body: { reason: 'x' } }), status, code)
  })

  test('If-Match that names no version is 412, * is any', async () => {
    const { call, commands } = deciding()
    expectProblem(await call('POST', `/api/v1/requests/${ID}/retry`, { headers: { ...headers, 'if-match': '"abc"' } }), 412, 'PRECONDITION_FAILED')
    expect((await call('POST', `/api/v1/requests/${ID}/retry`, { headers: { ...headers, 'if-match': '*' } })).status).toBe(202)
    expect(commands).toHaveLength(1)
  })

  test('an id that no request can have is not found', async () => {
    expectProblem(await deciding().call('POST', '/api/v1/requests/1/retry', { headers }), 404, 'REQUEST_NOT_FOUND')
    expectProblem(await deciding().call('POST', '/api/v1/requests/1/abort', { headers, body: { reason: 'x' } }), 404, 'REQUEST_NOT_FOUND')
  })
})
