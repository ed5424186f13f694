import type { Context } from 'hono'
import { isVisibleTo, viewerOf } from '@pao/core'
import type { Person } from '@pao/core'
import { openRequestsByDefinition } from '../affected-requests.js'
import type { Answer } from '../answer.js'
import { reply } from '../answer.js'
import { asCaller } from '../caller.js'
import type { ApiDependencies } from '../dependencies.js'
import { problem } from '../problem.js'
import { isoTime } from '../step-view.js'
import { get } from './route.js'
import type { Route } from './route.js'

/** What an item was over time, also after it has gone. */
export const catalogVersionRoutes = ({ catalog, authenticator, requests }: Pick<ApiDependencies, 'catalog' | 'authenticator' | 'requests'>): readonly Route[] => {
  const personal = asCaller(authenticator)

  const listBy = (versions: NonNullable<ApiDependencies['catalog']['versions']>) => async (context: Context, person: Person): Promise<Answer> => {
    const id = context.req.param('id') ?? ''
    const { newest, versions: served } = await versions(id)
    // Who may not see the item now, or could not see it last, does not learn that it was there.
    if (newest === undefined || !isVisibleTo(newest, viewerOf(person))) return problem('CATALOG_ITEM_NOT_FOUND', `There is no catalog item "${id.slice(0, 64)}".`)
    const open = await openRequestsByDefinition(requests, person, id)
    return reply(200, {
      id, served: catalog.current().get(id) !== undefined, openRequestsCounted: !open.more,
      data: served.map(({ version, hash, path, commit, servedAt, withdrawnAt }) => ({
        version, hash, path, commit: commit ?? null, servedAt: isoTime(servedAt), withdrawnAt: withdrawnAt === undefined ? null : isoTime(withdrawnAt),
        current: withdrawnAt === undefined, openRequests: open.counts.get(hash) ?? 0,
      })),
    })
  }

  return [get('/catalog/items/:id/versions', catalog.versions === undefined ? () => problem('NOT_FOUND', 'This catalog keeps no versions.') : personal(listBy(catalog.versions)))]
}
