import { describe, expect, test } from 'vitest'
import { createActionRegistry } from '../../src/catalog/action-registry.js'
import { type CatalogFile, createCatalog } from '../../src/catalog/catalog.js'
import { fatal } from '../../src/action/action-failure.js'
import type { Json, JsonObject } from '../../src/json.js'
import { memoryPorts } from '../../src/memory/index.js'
import { createOrchestrator } from '../../src/orchestrator.js'
import { ada, root, scripted } from './engine-fixture.js'

const metadata = (id: string): string => `metadata:
  id: ${id}
  name: ${id}
  description: A document that exists so that the tickets of a bundle have something to be about.
  version: 1.0.0
  owner: { team: platform-team, contact: platform@example.org }`

const form = 'presentation: { form: { groups: [{ id: main, name: Main, fields: [{ id: name, name: Name, type: string }] }] } }'

const item = (id: string, ticket = ''): CatalogFile => ({ path: `catalog/${id}.yaml`, source: `version: "2.0"
kind: CatalogItem
${metadata(id)}
  category: compute
${form}
fulfillment:
  strategy: { mode: manual }
  manual: { actions: [{ id: ticket, type: jira-ticket, config: { of: ${id}${ticket} } }, { id: mail, type: mail, config: {} }] }
` })

const bundle = (orchestration: string): CatalogFile => ({ path: 'bundles/shop.yaml', source: `version: "2.0"
kind: CatalogBundle
${metadata('bundle-shop')}
${form}
components:
  - { id: app, catalogItem: item-app, dependsOn: [db, net] }
  - { id: db, catalogItem: item-database, dependsOn: [net] }
  - { id: net, catalogItem: item-network }
fulfillment: { strategy: { mode: manual }${orchestration} }
` })

const carriedOut = async (orchestration: string, failing: string[] = []) => {
  const tickets: JsonObject[] = []
  const actions = [
    scripted('jira-ticket', { effect: 'none', run: ({ config }) => {
      if (failing.splice(0, failing.includes(String(config['of'])) ? 1 : 0).length > 0) throw fatal('NO', 'no')
      tickets.push(config)
      return { kind: 'succeeded', output: { key: `OPS-${tickets.length}` } }
    } }),
    scripted('mail', { effect: 'none', run: () => ({ kind: 'succeeded', output: { key: 'no ticket' } }) }),
  ]
  const catalog = createCatalog([item('item-network'), item('item-database'), item('item-app', ', linking: [{ link_type: Relates, inward_issue: OPS-900 }]'), bundle(orchestration)], { profile: 'compat', actions: createActionRegistry(actions), templateEnv: [] })
  expect(catalog.issues.filter(({ severity }) => severity === 'error')).toEqual([])
  const orchestrator = createOrchestrator({ catalog, actions, ports: memoryPorts(), options: { pollMs: 20, leaseMs: 200 } })
  await orchestrator.start()
  const answer = await orchestrator.submit({ caller: ada, itemId: 'bundle-shop', fields: { name: 'shop' } })
  if (answer.kind !== 'accepted') throw new Error(JSON.stringify(answer))
  const { id } = answer.request.request
  const view = await orchestrator.wait(id, root, 5_000)
  return { tickets, id, view, orchestrator }
}

const linking = (tickets: readonly JsonObject[]): readonly Json[] => tickets.map((ticket) => [ticket['of'] ?? null, ticket['linking'] ?? null])
const blockedBy = (...keys: readonly string[]) => keys.map((key) => ({ link_type: 'Blocks', inward_issue: key }))

test('a ticket is linked with those of the components that its own depends on, after the links that its item asks for', async () => {
  const { tickets, view, orchestrator } = await carriedOut(', orchestration: { mode: sequential }')
  await orchestrator.stop()
  expect(view?.request.status.state).toBe('completed')
  expect(linking(tickets)).toEqual([
    ['item-network', null], ['item-database', blockedBy('OPS-1')],
    ['item-app', [{ link_type: 'Relates', inward_issue: 'OPS-900' }, ...blockedBy('OPS-1', 'OPS-2')]],
  ])
})

test('with the type of links that the bundle names; without orchestration none are linked', async () => {
  const named = await carriedOut(', orchestration: { mode: sequential, jiraLinking: { linkType: Relates } }')
  const without = await carriedOut('')
  await Promise.all([named.orchestrator.stop(), without.orchestrator.stop()])
  expect(named.tickets[1]?.['linking']).toEqual([{ link_type: 'Relates', inward_issue: 'OPS-1' }])
  expect(linking(without.tickets)).toEqual([['item-network', null], ['item-database', null], ['item-app', [{ link_type: 'Relates', inward_issue: 'OPS-900' }]]])
})

test('a step that is retried is linked as it would have been', async () => {
  const { tickets, id, view, orchestrator } = await carriedOut(', orchestration: { mode: sequential }', ['item-app'])
  expect(view?.request.status.state).toBe('failed')
  await orchestrator.retry({ caller: ada, requestId: id, resolved: [], redo: [], reason: 'again' } as never)
  expect((await orchestrator.wait(id, root, 5_000))?.request.status.state).toBe('completed')
  await orchestrator.stop()
  expect(tickets.at(-1)?.['linking']).toHaveLength(3)
})

test('a dry run says which tickets would be made, and knows no keys yet', async () => {
  const { orchestrator } = await carriedOut(', orchestration: { mode: sequential }')
  const answer = await orchestrator.dryRun({ caller: ada, itemId: 'bundle-shop', fields: { name: 'shop' } })
  await orchestrator.stop()
  expect(answer).toMatchObject({ kind: 'dry-run', steps: [{ id: 'net.ticket' }, { id: 'net.mail' }, { id: 'db.ticket', would: 'run', config: { linking: blockedBy('') } }, {}, {}, {}] })
})

describe('a ticket above those of the components', () => {
  const tied = (tickets: readonly JsonObject[]) => tickets.map((ticket) => [ticket['of'] ?? null, ticket['parent_ticket'] ?? null])
  test('is made first, and theirs hang under it, whether they are linked or not', async () => {
    const { tickets, view, orchestrator } = await carriedOut(', orchestration: { jiraLinking: { parentTicket: true } }')
    await orchestrator.stop()
    expect(view?.request.status.state).toBe('completed')
    expect(tickets[0]).toEqual({ ticket: { project: 'PLATFORM', issue_type: 'Epic', summary_template: `bundle-shop (req-${view?.request.id ?? ''})` }, workflow: { complete_on: 'created' } })
    expect(tied(tickets)).toEqual([[null, null], ['item-network', 'OPS-1'], ['item-database', 'OPS-1'], ['item-app', 'OPS-1']])
    expect(tickets[3]?.['linking']).toEqual([{ link_type: 'Relates', inward_issue: 'OPS-900' }, ...blockedBy('OPS-2', 'OPS-3')])
    expect(view?.request.revision.plan.steps.map(({ id, dependsOn, component }) => [id, dependsOn, component]).slice(0, 3)).toEqual([['parent', [], undefined], ['net.ticket', ['parent'], 'net'], ['net.mail', ['parent'], 'net']])
  })
  test('is as the bundle describes it, with the words of its own form', async () => {
    const { tickets, orchestrator } = await carriedOut(', orchestration: { jiraLinking: { parentTicket: { project: OPS, issueType: Story, summary_template: "Shop {{fields.name}}", labels: [shop] } } }')
    await orchestrator.stop()
    expect(tickets[0]?.['ticket']).toEqual({ project: 'OPS', issueType: 'Story', summary_template: 'Shop shop', labels: ['shop'] })
  })
  test('that cannot be made stops the bundle before its first component, and a retry makes it', async () => {
    const { tickets, id, view, orchestrator } = await carriedOut(', orchestration: { jiraLinking: { parentTicket: true } }', ['undefined'])
    expect(view?.request.steps.map(({ state }) => state)).toEqual(['failed', ...Array.from({ length: 6 }, () => 'pending')])
    await orchestrator.retry({ caller: ada, requestId: id, resolved: [], redo: [], reason: 'again' } as never)
    expect((await orchestrator.wait(id, root, 5_000))?.request.status.state).toBe('completed')
    await orchestrator.stop()
    expect(tied(tickets).map(([, parent]) => parent)).toEqual([null, 'OPS-1', 'OPS-1', 'OPS-1'])
  })
  test('false makes none', async () => {
    const { tickets, orchestrator } = await carriedOut(', orchestration: { jiraLinking: { parentTicket: false } }')
    await orchestrator.stop()
    expect(tied(tickets).map(([, parent]) => parent)).toEqual([null, null, null])
  })
})
