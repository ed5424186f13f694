import type { ActionWorld } from '@pao/testing'
import { actionContract, runContract } from '@pao/testing'
import { afterEach, expect, test } from 'vitest'
import { jiraTicketAction } from '../src/index.js'
import { jiraVendor } from './fake-jira.js'

const TOKEN = 'canary-token-of-jira'
const EMAIL = 'pao@example.com'

const violations: string[] = []
afterEach(() => { expect(violations.splice(0)).toEqual([]) })

/** Jira with a ticket of somebody else in it, and an index that lags behind. */
const jira = async (): Promise<ActionWorld> => {
  const vendor = jiraVendor({ email: EMAIL, token: TOKEN, indexLagMs: 3_000, projects: ['DBA'] })
  const authorization = `Basic ${Buffer.from(`${EMAIL}:${TOKEN}`).toString('base64')}`
  vendor.http({
    method: 'POST', url: 'https://example.atlassian.net/rest/api/3/issue', headers: { authorization, 'content-type': 'application/json' },
    body: JSON.stringify({ fields: { project: { key: 'DBA' }, issuetype: { name: 'Task' }, summary: 'Somebody else\'s' } }),
  }, 0)
  const own = () => vendor.issues.filter(({ key }) => key !== 'DBA-1')
  return {
    http: (request, at) => {
      const answer = vendor.http(request, at)
      violations.push(...vendor.violations.splice(0))
      return answer
    },
    secrets: { JIRA_TOKEN: TOKEN },
    effects: () => own().map(({ key }) => key),
    finish: ({ id }) => { for (const issue of own()) if (issue.key === id) issue.status = { name: 'Done', category: 'done' } },
    untouched: () => structuredClone(vendor.issues.filter(({ key }) => key === 'DBA-1')),
  }
}

const ticket = { project: 'DBA', issue_type: 'Task', summary_template: 'PostgreSQL: {{fields.name}}' }
const input = { fields: { name: 'orders' }, edited: { name: 'invoices' } }

runContract(actionContract({
  action: jiraTicketAction({ connections: [{ name: 'main', baseUrl: 'https://example.atlassian.net', email: EMAIL, tokenSecret: 'JIRA_TOKEN' }], indexLagMs: 5_000, askAgainMs: 2_500 }),
  cases: [
    { title: 'A ticket by name', config: { ticket }, ...input },
    { title: 'A ticket with links, one of which Jira refuses', config: { ticket, linking: [{ link_type: 'Blocks', inward_issue: 'DBA-1' }, { link_type: 'Nonsense', outward_issue: 'DBA-1' }] }, ...input },
    { title: 'A ticket under another that does not take it', config: { ticket, parent_ticket: 'DBA-1', workflow: { complete_on: 'created' } }, ...input },
    { title: 'A ticket that need not be resolved', config: { ticket, workflow: { complete_on: 'created' } }, ...input },
  ],
}), { test, create: jira })
