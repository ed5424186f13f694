import { readFileSync, readdirSync } from 'node:fs'
import { restApiAction } from '@pao/action-rest'
import { jiraTicketAction } from '@pao/action-jira'
import { createActionRegistry, createCatalog, orderability } from '@pao/core'
import { expect, test } from 'vitest'

const folder = new URL('../../../examples/catalog/', import.meta.url)
const names = readdirSync(folder).filter((name) => name.endsWith('.yaml'))
const files = names.map((path) => ({ path, source: readFileSync(new URL(path, folder), 'utf8') }))
const actions = createActionRegistry([restApiAction(), jiraTicketAction({ connections: [{ name: 'main', baseUrl: 'https://example.atlassian.net', email: 'pao@example.org', tokenSecret: 'JIRA' }] })])

test('the examples have no issue in profile strict, with the actions as they are installed', () => {
  const catalog = createCatalog(files, { profile: 'strict', actions, templateEnv: ['PAO_PLAYGROUND_PROVISIONING_URL'] })
  expect(actions.issues).toEqual([])
  expect(catalog.issues).toEqual([])
  expect([...catalog.items.values()].map(({ item, steps }) => `${item.id} ${item.fulfillment.mode} ${steps.length}`)).toEqual([
    'bundle-web-service automatic 6', 'compute-container-app automatic 2', 'database-postgresql-standard automatic 3', 'messaging-queue-standard automatic 2',
    'networking-dns-record manual 1', 'security-secret automatic 1', 'storage-object-store automatic 1',
  ])
})

test('without a Jira the manual ones are shown, not orderable, and say what to set up', () => {
  const alone = createActionRegistry([restApiAction(), jiraTicketAction({ connections: [] })])
  const catalog = createCatalog(files, { profile: 'strict', actions: alone, templateEnv: ['PAO_PLAYGROUND_PROVISIONING_URL'] })
  const answers = [...catalog.items.values()].map((loaded) => orderability(loaded, { teams: [], environment: 'staging', now: 0 }))
  expect(answers.map(({ kind }) => kind)).toEqual(['not-orderable', 'orderable', 'orderable', 'orderable', 'not-orderable', 'orderable', 'orderable'])
  for (const answer of [answers[0], answers[4]]) expect(answer).toMatchObject({ message: expect.stringContaining('JIRA_BASE_URL') as string })
})

test('without the playground those that call it are shown, not orderable, and say which variable is missing', () => {
  const catalog = createCatalog(files, { profile: 'compat', actions, templateEnv: [] })
  const answers = [...catalog.items.values()].map((loaded) => ({ id: loaded.item.id, answer: orderability(loaded, { teams: [], environment: 'staging', now: 0 }) }))
  expect(answers.filter(({ answer }) => answer.kind === 'orderable').map(({ id }) => id)).toEqual(['networking-dns-record'])
  for (const { answer } of answers) if (answer.kind === 'not-orderable') expect(answer.message).toContain('PAO_PLAYGROUND_PROVISIONING_URL')
})
