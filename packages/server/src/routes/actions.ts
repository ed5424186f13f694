import type { Context } from 'hono'
import type { AnyAction } from '@pao/core/action'
import { nearestName } from '@pao/core'
import type { Answer } from '../answer.js'
import { reply } from '../answer.js'
import { asCaller } from '../caller.js'
import type { ApiDependencies } from '../dependencies.js'
import { problem } from '../problem.js'
import { get } from './route.js'
import type { Route } from './route.js'

/** What an action declares of itself. */
const actionView = (action: AnyAction) => ({
  type: action.type, aliases: action.aliases ?? [], version: action.version, apiVersion: action.apiVersion, summary: action.summary,
  effect: typeof action.effect === 'function' ? 'by-config' : action.effect,
  compensable: typeof action.compensate === 'function',
  waits: action.observe !== undefined || action.resume !== undefined,
  schema: `/api/v1/schema/actions/${action.type}`,
})

/** The installed actions and what they declare. Nothing of theirs is run. */
export const actionRoutes = ({ catalog, authenticator }: Pick<ApiDependencies, 'catalog' | 'authenticator'>): readonly Route[] => {
  const personal = asCaller(authenticator)
  const registry = () => catalog.current().options.actions

  const list = (): Answer => {
    const { types, get: find } = registry()
    return reply(200, { data: types.flatMap((type) => find(type) ?? []).map(actionView) })
  }

  const schema = (context: Context): Answer => {
    const type = context.req.param('type') ?? ''
    const action = registry().get(type)
    if (action !== undefined) return reply(200, { ...actionView(action), examples: action.examples, config: action.config.jsonSchema, output: action.output.jsonSchema })
    const near = nearestName(type, registry().names)
    return problem('NOT_FOUND', `There is no installed action "${type.slice(0, 64)}".${near === undefined ? '' : ` Did you mean "${near}"?`}`)
  }

  return [get('/actions', personal(list)), get('/schema/actions/:type', personal(schema))]
}
