import type { Context } from 'hono'
import { isAdministrator, orderability, simulateFulfillment } from '@pao/core'
import type { InputProblem, LoadedItem, Person, Simulation } from '@pao/core'
import type { JsonObject } from '@pao/core/action'
import type { Answer, Call } from '../answer.js'
import { reply } from '../answer.js'
import { canOrder } from '../can-order.js'
import { asCaller } from '../caller.js'
import type { ApiDependencies } from '../dependencies.js'
import { readJsonObject } from '../json-body.js'
import { members } from '../members.js'
import type { Members } from '../members.js'
import { pastRuns } from '../past-runs.js'
import { problem } from '../problem.js'
import { post } from './route.js'
import type { Route } from './route.js'
import { readSubject, subjectMembers } from './subject-item.js'
import { pointed } from './submit-request.js'

type Dependencies = Pick<ApiDependencies, 'catalog' | 'authenticator' | 'requests'>

const known = [...subjectMembers, 'catalogItemId', 'bundleId', 'fields', 'input', 'environment', 'mode', 'failures', 'assume', 'env']

/** Other calls wait while a tree grows: about half a second for so many situations. */
const MOST_SITUATIONS = 2_000

const names = ['itemId', 'catalogItemId', 'bundleId'] as const

/** The names under which an order says what it is about stand for `itemId`; a document may be its text. */
const asSubject = (read: Members, body: JsonObject): JsonObject => {
  const given = names.filter((name) => Object.hasOwn(body, name))
  const [first, second] = given
  if (second !== undefined) read.refuse(second, 'conflict', `"${second}" and "${first ?? ''}" say the same: send one of them.`)
  const { catalogItemId, bundleId, document, ...rest } = body
  const id = catalogItemId ?? bundleId
  return {
    ...rest, ...(id === undefined ? {} : { itemId: id }),
    ...(document === undefined ? {} : typeof document === 'string' && !Object.hasOwn(body, 'source') ? { source: document } : { document }),
  }
}

const modes = ['manual', 'automatic'] as const
const failureChoices = ['none', 'each-step'] as const

type Options = Pick<Simulation, 'fields' | 'input' | 'environment' | 'mode' | 'failures' | 'assume' | 'env'>

const readOptions = (read: Members): Options => {
  const [fields, input, assume, env, environment] = [read.object('fields'), read.object('input'), read.object('assume'), read.object('env'), read.text('environment', { maxLength: 64 })]
  if (fields !== undefined && input !== undefined) read.refuse('input', 'conflict', '"input" has the values by group, "fields" by id: send one of them.')
  const [modeName, failuresName] = [read.text('mode'), read.text('failures')]
  const mode = modes.find((one) => one === modeName)
  const failures = failureChoices.find((one) => one === failuresName)
  return {
    ...(fields === undefined ? {} : { fields }), ...(input === undefined ? {} : { input }), ...(assume === undefined ? {} : { assume }), ...(env === undefined ? {} : { env }),
    ...(environment === undefined ? {} : { environment }), ...(mode === undefined ? {} : { mode }), ...(failures === undefined ? {} : { failures }),
  }
}

const checkNames = (read: Members, body: JsonObject, { mode, failures }: Options): void => {
  if (body['mode'] !== undefined && mode === undefined) read.refuse('mode', 'enum', '"mode" is manual or automatic.')
  if (body['failures'] !== undefined && failures === undefined) read.refuse('failures', 'enum', '"failures" is none or each-step.')
}

/** What would be refused beside the form. */
const ordering = (loaded: LoadedItem, person: Person, environment: string | undefined, now: number): readonly InputProblem[] => {
  const answer = orderability(loaded, { teams: person.teams, administrator: isAdministrator(person), now, ...(environment === undefined ? {} : { environment }) })
  return answer.kind === 'input' ? answer.problems : []
}

const simulate = async ({ catalog, requests }: Dependencies, body: JsonObject, person: Person, call: Call): Promise<Answer> => {
  const read = members(body, known)
  const subjectBody = asSubject(read, body)
  const inner = members(subjectBody, known)
  const subject = readSubject(catalog, person, inner, subjectBody)
  if (subject !== undefined && 'code' in subject) return subject
  const options = readOptions(inner)
  checkNames(inner, body, options)
  if (subject === undefined && inner.problems.length + read.problems.length === 0) read.refuse('catalogItemId', 'required', 'Name a served item or bundle, or send a document.')
  const wrong = [...read.problems, ...inner.problems.filter((found) => read.problems.every((other) => other.field !== found.field))]
  if (subject === undefined || wrong.length > 0) return problem('VALIDATION_ERROR', 'The body is not valid.', { errors: wrong })
  const { options: { actions, templateEnv } } = catalog.current()
  const isServed = subjectBody['itemId'] !== undefined
  const simulated = simulateFulfillment({
    ...options, loaded: subject, actions, caller: person, at: call.at, correlationId: call.correlationId, envNames: templateEnv, mostSituations: MOST_SITUATIONS,
    ...(isServed ? { durations: await pastRuns(requests, person, subject.item.id) } : {}),
  })
  if (simulated.kind === 'refused') return problem('VALIDATION_ERROR', 'This cannot be simulated.', { errors: simulated.problems })
  const { kind: _, problems, ...answer } = simulated
  const all = [...ordering(subject, person, options.environment, call.at), ...pointed(problems)]
  return reply(200, {
    itemId: subject.item.id, version: subject.item.version, valid: all.length === 0, problems: all,
    canOrder: canOrder(subject, person, isServed ? catalog.unavailability(subject) : [], call.at), ...answer,
  })
}

/** What an order would do. Nothing is written or called: actions are asked for their plan alone, and get nothing to act with. */
export const simulateRoutes = (dependencies: Dependencies): readonly Route[] => [
  post('/simulate/fulfillment', asCaller(dependencies.authenticator)(async (context: Context, person, call) => {
    const read = await readJsonObject(context.req.raw)
    return 'kind' in read ? read : simulate(dependencies, read.body, person, call)
  })),
]
