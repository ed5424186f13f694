import type { Context } from 'hono'
import { documentSchema } from '@pao/core'
import type { Answer } from '../answer.js'
import { reply } from '../answer.js'
import { asCaller } from '../caller.js'
import type { ApiDependencies } from '../dependencies.js'
import { readQuery } from '../query.js'
import { get } from './route.js'
import type { Route } from './route.js'

/** JSON Schemas of documents, with those of the installed actions. */
export const schemaRoutes = ({ catalog, authenticator }: Pick<ApiDependencies, 'catalog' | 'authenticator'>): readonly Route[] => {
  const personal = asCaller(authenticator)
  const schema = (kind: 'CatalogItem' | 'CatalogBundle') => (context: Context): Answer => {
    const query = readQuery(new URL(context.req.url).searchParams, ['draft'])
    const draft = query.oneOf('draft', ['2020-12', '07'])
    return query.problem() ?? reply(200, documentSchema(kind, catalog.current().options.actions, draft), { 'cache-control': 'private, no-cache' })
  }
  return [get('/schema/catalog-item', personal(schema('CatalogItem'))), get('/schema/catalog-bundle', personal(schema('CatalogBundle')))]
}
