import { readFileSync } from 'node:fs'

import { describe, expect, test } from 'vitest'

import { jiraTicketAction } from '../../packages/action-jira/src/index.ts'
import { restApiAction } from '../../packages/action-rest/src/index.ts'
import * as core from '../../packages/core/src/index.ts'
import { memoryPorts } from '../../packages/core/src/memory/index.ts'
import { makeDocuments } from '../src/documents/make-documents.mjs'
import { noOpAction } from '../src/pao/no-op-action.mjs'
import { submissionOf } from '../src/pao/submission.mjs'
import { inputOf, outputOf } from '../src/work.mjs'

describe('what is measured is right', () => {
  test('the generated documents are items without an issue, no two alike', () => {
    const connections = [{ name: 'main', baseUrl: 'https://example.atlassian.net', email: 'bench@example.org', tokenSecret: 'JIRA_API_TOKEN' }]
    const actions = core.createActionRegistry([restApiAction(), jiraTicketAction({ connections })])
    const files = makeDocuments(40)
    const catalog = core.createCatalog(files, { profile: 'strict', actions, templateEnv: [] })
    expect(catalog.issues).toEqual([])
    expect(catalog.items.size).toBe(40)
    expect(new Set(files.map(({ source }) => source.replaceAll(/\d+/g, ''))).size).toBeGreaterThan(35)
    expect(makeDocuments(40)).toEqual(files)
  })

  test('the ordered document runs its three steps, each with what was rendered for it', async () => {
    const rendered = []
    const action = noOpAction(core)
    const actions = [{ ...action, run: (context) => {
      rendered.push(JSON.parse(context.config.body))
      return action.run(context)
    } }]
    const source = readFileSync(new URL('../src/pao/three-steps.yaml', import.meta.url), 'utf8')
    const catalog = core.createCatalog([{ path: 'bench-three-steps.yaml', source }], { profile: 'strict', actions: core.createActionRegistry(actions), templateEnv: [] })
    expect(catalog.issues).toEqual([])
    const orchestrator = core.createOrchestrator({ catalog, actions, ports: memoryPorts() })
    await orchestrator.start()
    const answer = await orchestrator.submit({ caller: { id: 'ada', teams: [], roles: [] }, ...submissionOf(inputOf(7)) })
    expect(answer.kind).toBe('accepted')
    const view = await orchestrator.wait(answer.request.request.id, { id: 'ada', teams: [], administrator: false }, 5_000)
    await orchestrator.stop()
    expect(view.request.status.state).toBe('completed')
    expect(view.request.steps.map(({ output }) => output)).toEqual([outputOf(0), outputOf(1), outputOf(2)])
    expect(rendered).toMatchObject([{ name: 'n-7', size: 8 }, { target: 'PAO-0' }, { targets: ['PAO-0', 'PAO-1'], item: 'Three steps' }])
  })

  test('inputs have about 300 bytes and outputs about 200, for every engine the same', () => {
    expect(JSON.stringify(inputOf(1)).length).toBeGreaterThan(280)
    expect(JSON.stringify(inputOf(1)).length).toBeLessThan(340)
    expect(JSON.stringify(outputOf(0)).length).toBeGreaterThan(185)
    expect(JSON.stringify(outputOf(0)).length).toBeLessThan(215)
  })
})
