import type { Context } from 'hono'
import type { DocumentCheck, Person } from '@pao/core'
import type { Answer } from '../answer.js'
import { reply } from '../answer.js'
import { asCaller } from '../caller.js'
import type { ApiDependencies } from '../dependencies.js'
import { checkFor, readDocument } from '../document-body.js'
import { postYaml } from './route.js'
import type { Route } from './route.js'

/** An issue with the address of the page that explains its code. */
export const issueView = <Found extends { readonly code: string }>(issue: Found) => ({ ...issue, ...(issue.code === 'file-unreadable' || issue.code.includes('/') ? {} : { help: `/api/v1/issues/${issue.code}` }) })

/** What a check says, without the item itself. */
export const checkView = ({ valid, dialect, kind, item, issues }: DocumentCheck) => ({
  valid, dialect: dialect ?? null, kind: kind ?? null, id: item?.item.id ?? null, version: item?.item.version ?? null,
  orderable: item !== undefined && item.blockers.length === 0, issues: issues.map(issueView),
})

/** What a document would be, before anybody serves it. Nothing is written. */
export const validateRoutes = ({ catalog, authenticator }: Pick<ApiDependencies, 'catalog' | 'authenticator'>): readonly Route[] => {
  const validate = async (context: Context, person: Person): Promise<Answer> => {
    const given = await readDocument(context.req.raw)
    return 'kind' in given ? given : reply(200, checkView(checkFor(catalog, person, given)))
  }
  return [postYaml('/validate/catalog-item', asCaller(authenticator)(validate))]
}
