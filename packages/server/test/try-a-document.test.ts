import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, test } from 'vitest'
import type { JsonObject } from '@pao/core/action'
import { restApiAction } from '@pao/action-rest'
import { jiraTicketAction } from '@pao/action-jira'
import { createActionRegistry, createCatalog, createOrchestrator } from '@pao/core'
import { memoryPorts } from '@pao/core/memory'
import { api, catalogOf } from './api-fixture.js'

const root = new URL('../../../', import.meta.url)
const address = 'http://127.0.0.1:8080'

let lines: readonly string[]
let source: string
let call: ReturnType<typeof api>['call']

beforeAll(async () => {
  const page = await readFile(new URL('docs/how-to/try-a-document.md', root), 'utf8')
  lines = [...page.matchAll(/```sh\n([^]*?)```/g)].flatMap(([, block = '']) => block.trim().split('\n'))
  const copied = /^cp (\S+) my-service\.yaml$/.exec(lines[0] ?? '')?.[1] ?? ''
  source = await readFile(new URL(copied, root), 'utf8')
  const actions = [restApiAction(), jiraTicketAction({ connections: [{ name: 'main', baseUrl: 'https://jira.example', email: 'a@b.c', tokenSecret: 'T' }] })]
  const catalog = createCatalog([{ path: fileURLToPath(new URL(copied, root)).split('/').at(-1) ?? '', source }], { profile: 'compat', actions: createActionRegistry(actions), templateEnv: ['PAO_PLAYGROUND_PROVISIONING_URL'] })
  call = api({ orchestrator: createOrchestrator({ catalog, actions, ports: memoryPorts() }), catalog: { ...catalogOf([]), current: () => catalog } }).call
})

/** What jq makes of the document: its text under the first name, and the rest as it is written. */
const bodyOf = (program: string): JsonObject => {
  const [, name = '', rest = ''] = /^\{(document|source): \., (.*)\}$/.exec(program) ?? []
  return { [name]: source, ...JSON.parse(`{${rest}}`) as JsonObject }
}

/** Does what a line of the page does; the words that the page uses, and no others. */
const run = async (line: string) => {
  const [, program] = /^jq -Rs '([^']*)' my-service\.yaml \| curl/.exec(line) ?? []
  const [, path = ''] = new RegExp(`curl -s '?${address}([^\\s']*)`).exec(line) ?? []
  const type = /-H 'Content-Type: ([^']*)'/.exec(line)?.[1]
  const given = program === undefined ? /-d '([^']*)'/.exec(line)?.[1] : JSON.stringify(bodyOf(program))
  const raw = line.includes('--data-binary @my-service.yaml') ? source : given
  return call(raw === undefined ? 'GET' : 'POST', path, raw === undefined ? {} : { raw, headers: { 'content-type': type ?? '' } })
}

const lineWith = (...parts: readonly string[]): string => {
  const found = lines.filter((line) => parts.every((part) => line.includes(part)))
  if (found[0] === undefined) throw new Error(`the page has no line with ${parts.join(' and ')}`)
  return found[0]
}

describe('docs/how-to/try-a-document.md', () => {
  test('every line works', async () => {
    const calls = lines.filter((line) => line.includes('curl'))
    expect(calls.length).toBeGreaterThanOrEqual(9)
    for (const line of calls) expect((await run(line)).status, line).toBe(200)
  })
  test('the document is right, and its schema is one', async () => {
    expect((await run(lineWith('validate/catalog-item'))).json).toMatchObject({ valid: true, issues: [] })
    expect((await run(lineWith('draft=07'))).json.$schema).toBe('http://json-schema.org/draft-07/schema#')
  })
  test('a step that reads what is not known says so, and knows it once it is assumed', async () => {
    const { json } = await run(lineWith('simulate/fulfillment'))
    const second = json.steps.find(({ id }: { readonly id: string }) => id === 'create-dead-letter-queue')
    expect([json.valid, json.ends, second.would]).toEqual([true, 'completed', 'runs'])
    expect(second.unknowns).toContainEqual({ at: 'body.content_template', unknown: 'output.create-queue.id', type: 'any' })
    expect(second.config.body.content_template).toContain('⟦output.create-queue.id⟧')
    const assumed = (await run(lineWith('"assume"'))).json.steps.find(({ id }: { readonly id: string }) => id === 'create-dead-letter-queue')
    expect(assumed.config.body.content_template).toContain('"q-1"')
  })
  test('every way in which it can go wrong ends where somebody can do something', async () => {
    const { json } = await run(lineWith('each-step'))
    for (const { situation, state } of json.outcomes.ends) if (state === 'failed') expect(json.outcomes.situations[situation].canDo.requester).toContain('retry')
  })
  test('an order that would be refused says what is wrong', async () => {
    expect((await run(lineWith('validate/request'))).json).toMatchObject({ valid: false, problems: [{ field: 'name', constraint: 'pattern', pointer: '/fields/name' }] })
  })
})
