import type { Context } from 'hono'
import { viewerOf } from '@pao/core'
import type { InputWarning, Person, Refusal, RequestView, SubmitCommand } from '@pao/core'
import type { Json, JsonObject } from '@pao/core/action'
import type { Answer, Call } from '../answer.js'
import { reply } from '../answer.js'
import { correlationIdPattern } from '../correlation-id.js'
import type { ApiDependencies } from '../dependencies.js'
import { goingHeaders, goingOf } from '../going.js'
import { readJsonObject } from '../json-body.js'
import { members } from '../members.js'
import { problem } from '../problem.js'
import type { Problem, ProblemDetail } from '../problem.js'
import { publicRequestId } from '../request-id.js'
import { hasEnded, requestTag, requestView } from '../request-view.js'
import type { Reader } from '../request-view.js'

/** Longest time that a submission may wait for its end, in seconds. */
const MAX_WAIT_SECONDS = 30
const ROUTE = 'POST /api/v1/requests'

interface Submission {
  readonly command: SubmitCommand
  readonly dryRun: boolean
}

const known = ['catalogItemId', 'version', 'environment', 'fields', 'input', 'metadata', 'dryRun', 'bundleId']

const readTags = (tags: readonly Json[] | undefined): ProblemDetail[] =>
  tags === undefined || (tags.length <= 50 && tags.every((tag) => typeof tag === 'string' && tag.length <= 64))
    ? []
    : [{ field: 'metadata.tags', constraint: 'type', message: '"metadata.tags" is a list of at most 50 texts of at most 64 characters.', pointer: '/metadata/tags' }]

const readMetadata = (metadata: JsonObject | undefined) => {
  const read = members(metadata ?? {}, ['correlationId', 'tags'], '/metadata')
  const correlationId = read.text('correlationId', { pattern: correlationIdPattern, expected: 'up to 128 letters, digits, ".", "_", ":" and "-"' })
  const tags = read.list('tags')
  return { correlationId, problems: [...read.problems, ...readTags(tags)] }
}

/** The caller's key, with or without the quotes of a structured header. */
const idempotencyKey = (context: Context): { readonly key?: string } | Problem => {
  const header = context.req.header('idempotency-key')
  if (header === undefined) return {}
  const key = /^"(.*)"$/.exec(header.trim())?.[1] ?? header.trim()
  if (/^[\x21-\x7e]{1,255}$/.test(key)) return { key }
  const message = 'Idempotency-Key is 1 to 255 visible ASCII characters.'
  return problem('VALIDATION_ERROR', message, { errors: [{ field: 'Idempotency-Key', constraint: 'pattern', message }] })
}

/** Reads the body of an order, as far as it can be read without its item. */
export const readSubmission = (context: Context, body: JsonObject, caller: Person, call: Call): Submission | Problem => {
  const read = members(body, known)
  const [own, bundle] = [read.text('catalogItemId', { required: !Object.hasOwn(body, 'bundleId'), maxLength: 128 }), read.text('bundleId', { required: Object.hasOwn(body, 'bundleId'), maxLength: 128 })]
  const itemId = own ?? bundle
  if (own !== undefined && bundle !== undefined) read.refuse('bundleId', 'conflict', '"bundleId" is another name for "catalogItemId": send one of them.')
  const [version, environment, dryRun] = [read.text('version', { maxLength: 64 }), read.text('environment', { maxLength: 64 }), read.flag('dryRun')]
  const [fields, input, metadata] = [read.object('fields'), read.object('input'), readMetadata(read.object('metadata'))]
  if (fields !== undefined && input !== undefined) read.refuse('input', 'conflict', '"input" has the values by group, "fields" by id: send one of them.')
  if (context.req.query('dryRun') !== undefined && !/^(true|false)$/.test(context.req.query('dryRun') ?? '')) read.refuse('dryRun', 'enum', '"dryRun" is true or false.')
  const problems = [...read.problems, ...metadata.problems]
  if (problems.length > 0 || itemId === undefined) return problem('VALIDATION_ERROR', 'The request is not valid.', { errors: problems })
  const key = idempotencyKey(context)
  if ('kind' in key) return key
  const command: SubmitCommand = {
    caller, itemId,
    ...(fields === undefined ? {} : { fields }),
    ...(input === undefined ? {} : { input }),
    correlationId: metadata.correlationId ?? call.correlationId,
    ...(version === undefined ? {} : { version }),
    ...(environment === undefined ? {} : { environment }),
    ...(key.key === undefined ? {} : { idempotency: { route: ROUTE, key: key.key, body } }),
  }
  return { command, dryRun: dryRun === true || context.req.query('dryRun') === 'true' }
}

/** Members of a body that are no fields of a form. */
const besideFields: ReadonlySet<string> = new Set(['environment', 'version', 'catalogItemId', ''])

/** What is wrong with an input, pointed at where it stands in the body. */
export const pointed = (problems: Refusal['problems']): readonly ProblemDetail[] =>
  problems.map((found) => ({ ...(besideFields.has(found.field) ? {} : { pointer: `/fields/${found.field.replaceAll('.', '/')}` }), ...found }))

/** A refusal of the core as an answer: a wrong field is pointed at where it stands in the body. */
export const problemOfRefusal = (refusal: Refusal): Problem => {
  const errors = pointed(refusal.problems)
  return problem(refusal.code, refusal.message, errors.length === 0 ? {} : { errors })
}

/** Seconds from `Prefer: wait=N`, at most 30. Undefined: no such preference. */
export const waitSeconds = (prefer: string | undefined): number | undefined => {
  const match = /(?:^|[,;])\s*wait\s*=\s*"?(\d{1,9})"?\s*(?:[,;]|$)/i.exec(prefer ?? '')
  return match === null ? undefined : Math.min(Number(match[1]), MAX_WAIT_SECONDS)
}

export interface SubmitDependencies extends Pick<ApiDependencies, 'orchestrator'> {
  readonly readerOf: (person: Person) => Reader
  /** Hears of each new order. */
  readonly ordered: (callerId: string, itemId: string) => void
}

/** `POST /requests`: accepts a request, or tells what it would do. */
export const submitRequest = ({ orchestrator, readerOf, ordered }: SubmitDependencies) =>
  async (context: Context, caller: Person, call: Call): Promise<Answer> => {
    const read = await readJsonObject(context.req.raw)
    if ('kind' in read) return read
    const submission = readSubmission(context, read.body, caller, call)
    if ('kind' in submission) return submission
    if (submission.dryRun) {
      const dryRun = await orchestrator.dryRun(submission.command)
      return dryRun.kind === 'refused' ? problemOfRefusal(dryRun) : reply(200, dryRun)
    }
    const answer = await orchestrator.submit(submission.command)
    if (answer.kind === 'refused') return problemOfRefusal(answer)
    if (answer.kind === 'accepted') ordered(caller.id, submission.command.itemId)
    const seconds = waitSeconds(context.req.header('prefer'))
    const waited = seconds === undefined ? undefined : await orchestrator.wait(answer.request.request.id, viewerOf(caller), seconds * 1000, answer.kind === 'accepted' ? answer.request : undefined)
    return accepted(waited ?? answer.request, { warnings: answer.kind === 'accepted' ? answer.warnings ?? [] : undefined, seconds, replayed: answer.kind === 'replayed', reader: readerOf(caller), basePath: new URL(context.req.url).pathname })
  }

const accepted = (
  view: RequestView, { warnings, seconds, replayed, reader, basePath }: { readonly warnings: readonly InputWarning[] | undefined; readonly seconds: number | undefined; readonly replayed: boolean; readonly reader: Reader; readonly basePath: string },
): Answer => {
  const status = seconds !== undefined && hasEnded(view.request) ? 201 : 202
  const catalog = reader.catalog.current()
  const subject = catalog.get(view.request.accepted.subject.id)
  const going = subject === undefined ? undefined : goingOf(subject, catalog, viewerOf(reader.person))
  return reply(status, { ...requestView(view, reader), ...(warnings === undefined ? {} : { warnings }) }, {
    ...goingHeaders(going, basePath.replace(/\/requests$/, '')),
    location: `${basePath}/${publicRequestId(view.request.id)}`,
    etag: requestTag(view),
    'x-correlation-id': view.request.accepted.correlationId,
    ...(status === 202 ? { 'retry-after': '1' } : {}),
    ...(seconds === undefined ? {} : { 'preference-applied': `wait=${seconds}` }),
    ...(replayed ? { 'idempotency-replayed': 'true' } : {}),
  })
}
