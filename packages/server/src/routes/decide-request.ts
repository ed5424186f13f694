import type { Context } from 'hono'
import type { DecisionAnswer, Person, RetryCommand } from '@pao/core'
import type { Json } from '@pao/core/action'
import { isJsonObject } from '@pao/core/action'
import type { Answer } from '../answer.js'
import { reply } from '../answer.js'
import type { ApiDependencies } from '../dependencies.js'
import { readJsonObject } from '../json-body.js'
import { members } from '../members.js'
import type { Members } from '../members.js'
import { problem } from '../problem.js'
import type { Problem, ProblemDetail } from '../problem.js'
import { storedRequestId } from '../request-id.js'
import { requestTag, requestView, versionOfTag } from '../request-view.js'
import type { Reader } from '../request-view.js'
import { requestNotFound } from './read-request.js'
import { problemOfRefusal } from './submit-request.js'

const MAX_REASON = 2000

type Dependencies = Pick<ApiDependencies, 'orchestrator'> & { readonly readerOf: (person: Person) => Reader }

/** The version that the caller saw, where `If-Match` says it. */
const ifVersion = (context: Context): { readonly ifVersion?: number } | Problem => {
  const version = versionOfTag(context.req.header('if-match'))
  if (version === null) return problem('PRECONDITION_FAILED', 'If-Match names no version of this request.')
  return version === undefined ? {} : { ifVersion: version }
}

const readResolved = (list: readonly Json[] | undefined): { readonly resolved: RetryCommand['resolved']; readonly problems: readonly ProblemDetail[] } => {
  const problems: ProblemDetail[] = []
  const resolved = (list ?? []).flatMap((entry, index) => {
    const at = `/resolved/${index}`
    const read = members(isJsonObject(entry) ? entry : {}, ['step', 'effect'], at)
    const step = read.text('step', { required: true })
    const effect = isJsonObject(entry) ? entry['effect'] : undefined
    const present = effect !== undefined && isJsonObject(effect) && Object.keys(effect).length === 1 ? effect['present'] : undefined
    if (effect !== 'absent' && present === undefined) read.refuse('effect', 'enum', '"effect" is "absent", or { "present": <the output of the step> }.')
    problems.push(...read.problems)
    return step === undefined ? [] : [{ step, effect: present === undefined ? 'absent' as const : { present } }]
  })
  return { resolved, problems }
}

const readRedo = (body: Members): readonly string[] => {
  const steps = body.list('redo') ?? []
  const ids = steps.filter((step) => typeof step === 'string')
  if (ids.length < steps.length) body.refuse('redo', 'type', '"redo" is a list of ids of steps.')
  return ids
}

/** A decision's answer: what people cannot do now is 409, whoever may not is 403, what they may not see is 404. */
const answerOf = (answer: DecisionAnswer, reader: Reader): Answer => {
  switch (answer.kind) {
    case 'done':
      return reply(202, requestView(answer.request, reader), { etag: requestTag(answer.request), 'x-correlation-id': answer.request.request.accepted.correlationId })
    case 'not-found': return requestNotFound()
    case 'forbidden': return problem('FORBIDDEN', answer.message)
    case 'precondition-failed': return problem('PRECONDITION_FAILED', `The request has version ${answer.version} now.`, { details: { version: answer.version } })
    case 'refused': return problemOfRefusal(answer.refusal)
    case 'rejected': {
      const { code, message } = answer.rejection
      if (code === 'UNRESOLVED_EFFECT') return problem('UNRESOLVED_EFFECT', message)
      if (code === 'NOT_AN_APPROVER') return problem('FORBIDDEN', message)
      return problem('INVALID_STATE_TRANSITION', message, { details: { rejection: code } })
    }
  }
}

export const decideRequest = ({ orchestrator, readerOf }: Dependencies) => {
  /** `POST /requests/{id}/retry` */
  const retry = async (context: Context, caller: Person): Promise<Answer> => {
    const read = await readJsonObject(context.req.raw, { optional: true })
    if ('kind' in read) return read
    const body = members(read.body, ['reason', 'fields', 'input', 'redo', 'resolved'])
    const [reason, fields, input, { resolved, problems }] = [body.text('reason', { maxLength: MAX_REASON }), body.object('fields'), body.object('input'), readResolved(body.list('resolved'))]
    const redo = readRedo(body)
    if (fields !== undefined && input !== undefined) body.refuse('input', 'conflict', '"input" has the values by group, "fields" by id: send one of them.')
    const errors = [...body.problems, ...problems]
    if (errors.length > 0) return problem('VALIDATION_ERROR', 'The retry is not valid.', { errors })
    const requestId = storedRequestId(context.req.param('id') ?? '')
    const version = ifVersion(context)
    if (requestId === undefined) return requestNotFound()
    if ('kind' in version) return version
    return answerOf(await orchestrator.retry({
      caller, requestId, resolved, redo, reason: reason ?? '', ...version, ...(fields === undefined ? {} : { fields }), ...(input === undefined ? {} : { input }),
    }), readerOf(caller))
  }

  /** `POST /requests/{id}/abort` */
  const abort = async (context: Context, caller: Person): Promise<Answer> => {
    const read = await readJsonObject(context.req.raw, { optional: true })
    if ('kind' in read) return read
    const body = members(read.body, ['reason'])
    const reason = body.text('reason', { required: true, maxLength: MAX_REASON })
    if (reason === undefined || body.problems.length > 0) return problem('VALIDATION_ERROR', 'The abort is not valid.', { errors: body.problems })
    const requestId = storedRequestId(context.req.param('id') ?? '')
    const version = ifVersion(context)
    if (requestId === undefined) return requestNotFound()
    if ('kind' in version) return version
    return answerOf(await orchestrator.abort({ caller, requestId, reason, ...version }), readerOf(caller))
  }

  return { retry, abort }
}
