import type { Context } from 'hono'
import type { Answer } from '../answer.js'
import { reply } from '../answer.js'
import type { PlaygroundView } from '../dependencies.js'
import { readJsonObject } from '../json-body.js'
import { members } from '../members.js'
import { problem } from '../problem.js'
import { post } from './route.js'
import type { Route } from './route.js'

/** Ends a ticket of the fake Jira by a call, instead of by waiting. Only there while the playground runs. */
export const playgroundRoutes = (playground: PlaygroundView | undefined): readonly Route[] => {
  if (playground === undefined) return []
  const resolve = async (context: Context): Promise<Answer> => {
    const read = await readJsonObject(context.req.raw, { optional: true })
    if ('kind' in read) return read
    const body = members(read.body, ['status'])
    const status = body.text('status') ?? 'Done'
    if (body.problems.length > 0) return problem('VALIDATION_ERROR', 'The body is not valid.', { errors: body.problems })
    const key = context.req.param('key') ?? ''
    switch (playground.resolve(key, status)) {
      case 'moved': return reply(200, { key, status })
      case 'unknown-ticket': return problem('NOT_FOUND', `The playground has no ticket "${key.slice(0, 64)}".`)
      case 'unknown-status': return problem('VALIDATION_ERROR', 'The status is To Do, In Progress, Done or Won\'t Do.', {
        errors: [{ field: 'status', constraint: 'enum', message: 'The status is To Do, In Progress, Done or Won\'t Do.', pointer: '/status' }],
      })
    }
  }
  return [post('/playground/tickets/:key/resolve', resolve)]
}
