import type { Context } from 'hono'
import { issueCodeNames, issuePage, nearestName } from '@pao/core'
import type { Answer } from '../answer.js'
import { reply } from '../answer.js'
import { problem } from '../problem.js'
import { get } from './route.js'
import type { Route } from './route.js'

/** What the codes of documents mean: part of the program, the same for everybody. */
export const issueRoutes = (): readonly Route[] => {
  const list = (): Answer => reply(200, { data: issueCodeNames.flatMap((code) => issuePage(code) ?? []).map(({ good: _good, bad: _bad, ...row }) => row) })
  const one = (context: Context): Answer => {
    const code = context.req.param('code') ?? ''
    const page = issuePage(code)
    if (page !== undefined) return reply(200, page)
    const near = nearestName(code, issueCodeNames)
    return problem('NOT_FOUND', `There is no issue code "${code.slice(0, 64)}".${near === undefined ? '' : ` Did you mean "${near}"?`}`)
  }
  return [get('/issues', list), get('/issues/:code', one)]
}
