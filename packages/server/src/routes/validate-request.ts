import type { Context } from 'hono'
import { inputProblems, isVisibleTo, viewerOf } from '@pao/core'
import type { LoadedItem, Person, SubmitCommand } from '@pao/core'
import type { Answer, Call } from '../answer.js'
import { reply } from '../answer.js'
import { canOrder } from '../can-order.js'
import { asCaller } from '../caller.js'
import type { ApiDependencies } from '../dependencies.js'
import { readJsonObject } from '../json-body.js'
import type { Problem } from '../problem.js'
import { problem } from '../problem.js'
import { post } from './route.js'
import type { Route } from './route.js'
import { pointed, readSubmission } from './submit-request.js'

type Dependencies = Pick<ApiDependencies, 'orchestrator' | 'catalog' | 'authenticator'>

const notFound = (id: string): Problem => problem('CATALOG_ITEM_NOT_FOUND', `There is no catalog item "${id.slice(0, 64)}".`)

const verdict = async ({ orchestrator, catalog }: Dependencies, loaded: LoadedItem, command: SubmitCommand, call: Call): Promise<Answer> => {
  const answer = await orchestrator.dryRun(command)
  const order = canOrder(loaded, command.caller, catalog.unavailability(loaded), call.at)
  if (answer.kind === 'dry-run') return reply(200, { valid: true, problems: [], canOrder: order, warnings: answer.warnings ?? [] })
  // It may have gone from the catalog since it was looked at.
  if (answer.code === 'CATALOG_ITEM_NOT_FOUND') return notFound(command.itemId)
  const isRefused = answer.code === 'ITEM_NOT_ORDERABLE'
  // Who may not order it still wants to know what is wrong with the input.
  const problems = isRefused ? inputProblems(loaded, command) : answer.problems
  const reasons = isRefused && order.reasons.length === 0 ? [answer.message] : order.reasons
  return reply(200, { valid: false, problems: pointed(problems), canOrder: { allowed: order.allowed && !isRefused, reasons }, warnings: [] })
}

const validate = async (dependencies: Dependencies, context: Context, person: Person, call: Call): Promise<Answer> => {
  const read = await readJsonObject(context.req.raw)
  if ('kind' in read) return read
  const submission = readSubmission(context, read.body, person, call)
  if ('kind' in submission) return submission
  const { command } = submission
  const loaded = dependencies.catalog.current().get(command.itemId)
  return loaded === undefined || !isVisibleTo(loaded, viewerOf(person)) ? notFound(command.itemId) : verdict(dependencies, loaded, command, call)
}

/** What `POST /requests` would say of a body. Nothing is written; data sources of form fields are asked, as they are for an order. */
export const validateRequestRoutes = (dependencies: Dependencies): readonly Route[] => [
  post('/validate/request', asCaller(dependencies.authenticator)((context, person, call) => validate(dependencies, context, person, call))),
]
