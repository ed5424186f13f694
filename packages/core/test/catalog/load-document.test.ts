import { describe, expect, test } from 'vitest'
import { estimatedSeconds } from '../../src/catalog/estimated-seconds.js'
import { orderability } from '../../src/catalog/orderability.js'
import { planRequest } from '../../src/request/plan-request.js'
import { createActionRegistry } from '../../src/catalog/action-registry.js'
import { loadDocument } from '../../src/catalog/load-document.js'
import { caseFile, codes, edited, load, queue } from './documents.js'
import { callAction, makeAction } from './fake-actions.js'

const item = (source: string) => {
  const { item: loaded, issues } = load(source)
  if (loaded === undefined) throw new Error(issues.map(({ message }) => message).join('; '))
  return loaded
}

const announce = 'order: 2\n        dependsOn: [create-queue]'

describe('positions', () => {
  test('an issue of a template points at the expression, in its line and column', () => {
    const source = edited(['summary_template: "Queue {{fields.queue_name}}', 'summary_template: "Queue \\u2192 {{fields.queue_nam}}'], ['mode: automatic', 'mode: manual'])
    const [issue] = load(source).issues
    const line = source.split('\n')[(issue?.line ?? 1) - 1] ?? ''
    expect(issue).toMatchObject({ code: 'unknown-field', severity: 'error', path: 'fulfillment.manual.actions[0].config.ticket.summary_template', suggestion: 'fields.queue_name' })
    expect(line.slice((issue?.column ?? 0) - 1)).toMatch(/^fields\.queue_nam\}\}/)
  })
  test('a config that was brought into its present spelling keeps the places of its texts', () => {
    const source = edited(['config: { ticket: { project: MSG, issue_type: Task, summary_template: "Queue {{fields.queue_name}}', 'config: { project: MSG, summary: "Queue {{fields.nothing}}'], ['({{fields.stage}})" } }', '({{fields.stage}})" }'])
    const issue = load(source).issues.find(({ code }) => code === 'unknown-field')
    expect(source.split('\n')[(issue?.line ?? 1) - 1]?.slice((issue?.column ?? 0) - 1)).toMatch(/^fields\.nothing/)
  })
})

describe('who may order, where and until when', () => {
  const teams = edited(['owner: {', 'visibility: { teams: [checkout], environments: [staging, production] }\n  owner: {'])
  test('teams: others do not see it; the owning team and administrators do', () => {
    const loaded = item(teams)
    const ask = (who: readonly string[], administrator = false) => orderability(loaded, { teams: who, administrator, environment: 'staging', now: 0 }).kind
    expect([ask([]), ask(['search']), ask(['search', 'checkout']), ask(['platform-messaging-team']), ask([], true)]).toEqual(['hidden', 'hidden', 'orderable', 'orderable', 'orderable'])
  })
  test('the older access.allowedTeams restricts just the same', () => {
    const loaded = item(edited(['owner: {', 'access: { allowedTeams: [checkout] }\n  owner: {']))
    expect(orderability(loaded, { teams: ['search'], now: 0 }).kind).toBe('hidden')
  })
  test('environments: asked for when absent, refused when not listed', () => {
    const ask = (environment?: string) => orderability(item(teams), { teams: ['checkout'], now: 0, ...(environment === undefined ? {} : { environment }) })
    expect(ask()).toMatchObject({ kind: 'input', problems: [{ field: 'environment', constraint: 'required' }] })
    expect(ask('development')).toMatchObject({ kind: 'not-orderable', message: expect.stringContaining('development') as string })
    expect(ask('production')).toEqual({ kind: 'orderable' })
  })
  test('sunset: orderable until the end of its day', () => {
    const loaded = item(edited(['fulfillment:', 'lifecycle: { deprecation: { deprecated: true, sunset_date: 2026-12-31, replacement_service: messaging-queue-next } }\nfulfillment:']))
    expect(orderability(loaded, { teams: [], now: Date.parse('2026-12-31T23:59:59Z') }).kind).toBe('orderable')
    expect(orderability(loaded, { teams: [], now: Date.parse('2027-01-01T00:00:00Z') })).toMatchObject({ kind: 'not-orderable', message: expect.stringContaining('messaging-queue-next') as string })
  })
  test.each([
    ['a misspelt visibility', 'visiblity: { teams: [checkout] }\n  owner: {', 'owner: {', 'near-miss'],
    ['a restriction that is not known', 'visibility: { users: [ada] }\n  owner: {', 'owner: {', 'unknown-key'],
    ['a misspelt teams', 'visibility: { team: [checkout] }\n  owner: {', 'owner: {', 'unknown-key'],
    ['a misspelt prerequisites', 'prerequisite: []\n  strategy: {', 'strategy: {', 'unknown-key'],
    ['a loop of another tool', 'for_each: [1, 2]\n        order: 1', 'order: 1', 'not-built'],
    ['a guard of another tool', 'when: stage\n        order: 1', 'order: 1', 'not-built'],
    ['another guard of another tool', 'run_if: stage\n        order: 1', 'order: 1', 'not-built'],
    ['an order of another tool', 'needs: [other]\n        order: 1', 'order: 1', 'not-built'],
    ['a gate in the strategy', 'strategy: { approvals: [lead], ', 'strategy: { ', 'not-built'],
    ['a gate beside the strategy', 'gates: [{ name: security }]\n  strategy: {', 'strategy: {', 'not-built'],
    ['computed values', 'computed: { size: 3 }\n  strategy: {', 'strategy: {', 'not-built'],
    ['a draft', 'stage: draft\n  owner: {', 'owner: {', 'not-offered'],
    ['an archived item', 'stage: archived\n  owner: {', 'owner: {', 'not-offered'],
  ])('%s keeps the item from being ordered', (_title, to, from, code) => {
    const loaded = item(edited([from, to]))
    expect(loaded.blockers.map((issue) => issue.code)).toEqual([code])
    expect(orderability(loaded, { teams: ['platform-messaging-team'], now: 0 }).kind).toBe('not-orderable')
  })
  test('require_approval: false and a rollback that is switched off ask for nothing', () => {
    expect(item(edited(['owner: {', 'visibility: { require_approval: false }\n  owner: {'], ['order: 1', 'order: 1\n        rollback: { enabled: false }'])).blockers).toEqual([])
  })
})

describe('the mode that runs', () => {
  test('an env name that is not allowed blocks the mode that reads it, by name', () => {
    const source = queue.replaceAll('env.QUEUE_API', 'env.DATABASE_URL')
    expect(item(source).blockers).toMatchObject([{ code: 'env-not-allowed', message: expect.stringContaining('DATABASE_URL') as string }, { code: 'env-not-allowed' }])
    expect(item(source.replace('mode: automatic', 'mode: manual')).blockers).toEqual([])
  })
  test('what is wrong with the other mode is a warning', () => {
    const source = edited(['output.create-queue.arn', 'output.create_queue.arn'])
    expect(load(source).item).toBeUndefined()
    const manual = load(source.replace('mode: automatic', 'mode: manual'))
    expect(manual.issues.map(({ code, severity, suggestion }) => [code, severity, suggestion])).toEqual([['unknown-action', 'warning', 'output.create-queue.arn']])
    expect(manual.item?.item.fulfillment.mode).toBe('manual')
  })
  test('without manual actions an automatic item whose action is not installed is shown and not orderable', () => {
    const source = queue.replace(/ {2}manual:[\s\S]*? {2}automatic:/, '  automatic:').replaceAll('type: rest-api', 'type: rest-apj')
    expect(item(source).blockers.map(({ code, suggestion }) => [code, suggestion])).toEqual([['action-not-installed', 'rest-api'], ['action-not-installed', 'rest-api']])
  })
  test('estimated time: of the ticket in manual mode, else of the service', () => {
    expect(estimatedSeconds(item(queue).item)).toBe(600)
    expect(estimatedSeconds(item(edited(['mode: automatic', 'mode: manual'])).item)).toBe(6 * 3600)
    expect(estimatedSeconds(item(edited(['mode: automatic', 'mode: manual'], ['    estimated_time: 4-6 hours\n', ''])).item)).toBe(600)
    expect(estimatedSeconds(item(edited(['  sla: { provisioning_time: 10 minutes }\n', ''])).item)).toBeUndefined()
  })
})

describe('the plan', () => {
  test('steps with their policies, in milliseconds', () => {
    expect(planRequest(item(queue))).toEqual({
      mode: 'automatic', limit: 1, quota: [],
      steps: [
        { id: 'create-queue', action: 'rest-api', dependsOn: [], critical: false, effect: 'by-config', compensable: true, timeoutMs: 300_000, onFailure: 'fail',
          retry: { attempts: 2, delayMs: 30_000, backoff: 'exponential', maxDelayMs: 300_000, on: ['timeout', 'error'] } },
        { id: 'announce', action: 'rest-api', dependsOn: ['create-queue'], critical: false, effect: 'by-config', compensable: true, timeoutMs: 300_000, onFailure: 'fail' },
      ],
    })
    expect(planRequest(item(edited(['mode: automatic', 'mode: manual']))).steps).toMatchObject([{ id: 'ticket', effect: 'create', compensable: false }])
  })
  test('order decides, dependencies decide more, ties stay as written', () => {
    const ids = (source: string) => planRequest(item(source)).steps.map(({ id }) => id)
    expect(ids(edited([announce, 'order: 1'], ['{{json(output.create-queue.arn)}}', '1']))).toEqual(['create-queue', 'announce'])
    expect(ids(edited(['order: 1', 'order: 5'], [announce, 'order: 2'], ['{{json(output.create-queue.arn)}}', '1']))).toEqual(['announce', 'create-queue'])
    expect(ids(edited(['order: 1', 'order: 5']))).toEqual(['create-queue', 'announce'])
  })
  test('a step may read only what ran before it', () => {
    const issues = load(edited(['order: 1', 'order: 5'], [announce, 'order: 2'])).issues
    expect(issues.map(({ code }) => code)).toEqual(['later-output'])
  })
  test('continue, fallback and retry of error_handling', () => {
    const handled = (text: string) => planRequest(item(edited(['retry: { attempts: 2 }', `error_handling: ${text}`]))).steps[0]
    expect(handled('{ strategy: continue }')?.onFailure).toBe('continue')
    expect(handled('{ strategy: fallback, fallback_action: announce }')).toMatchObject({ onFailure: { fallback: 'announce' } })
    expect(handled('{ strategy: retry }')).toMatchObject({ onFailure: 'fail', retry: { attempts: 3, delayMs: 30_000 } })
    expect(handled('{ strategy: fail }')).not.toHaveProperty('retry')
  })
  test('a request deadline', () => {
    expect(item(edited(['priority: normal', 'priority: high, timeout: 2 hours'])).item.fulfillment).toMatchObject({ priority: 'high', timeoutMs: 7_200_000 })
  })
  test('the env values that the running mode reads, and no others', () => {
    expect(item(queue).envOf({ QUEUE_API: 'https://a', OTHER: 'x' })).toEqual({ QUEUE_API: 'https://a' })
  })
})

describe('steps and secrets', () => {
  test('conditions of a step are scope paths, and what they may skip is told where it is read', () => {
    const loaded = load(edited(['order: 1\n', 'order: 1\n        conditions: [{ field: stage, operator: eq, value: prod }]\n']))
    expect(loaded.item?.stepOf('automatic', 'create-queue')?.definition.conditions).toEqual([{ field: 'fields.stage', operator: 'eq', value: 'prod' }])
    expect(codes(loaded)).toEqual(['maybe-skipped'])
  })
  test('a password may stand in a body, and not in a URL or a ticket', () => {
    expect(codes(load(edited(['"days"', '"key": {{json(fields.access_key)}}, "days"'])))).toEqual([])
    expect(codes(load(edited(['/queues"', '/queues?key={{fields.access_key}}"'])))).toContain('secret')
    expect(codes(load(edited(['Queue {{fields.queue_name}}', 'Queue {{fields.access_key}}'], ['mode: automatic', 'mode: manual'])))).toContain('secret')
    expect(item(queue).sealedFields).toEqual(['access_key'])
  })
  test('a condition of a step cannot read a password', () => {
    const loaded = load(edited(['order: 1\n', 'order: 1\n        conditions: [{ field: access_key, operator: eq, value: x }]\n']))
    expect(codes(loaded)).toContain('condition-sealed')
    expect(loaded.item).toBeUndefined()
  })
  test('an error is told, and counts, however many warnings stand before it', () => {
    const many = Array.from({ length: 300 }, (_, index) => `constant${index}: "{{x}}"`).join('\n  ')
    const loaded = load(edited(['retentionDays: 7', many], ['retry: { attempts: 2 }', 'retry: { attempts: 9 }']))
    expect(codes(loaded)).toEqual(expect.arrayContaining(['out-of-range', 'many-issues']))
    expect(loaded.item).toBeUndefined()
  })
  test('two actions of one mode cannot have one id', () => {
    const loaded = load(edited(['- id: announce', '- id: create-queue'], ['dependsOn: [create-queue]\n', 'dependsOn: []\n']))
    expect([codes(loaded).filter((code) => code === 'duplicate-id'), loaded.item]).toEqual([['duplicate-id'], undefined])
  })
  test.each(['constructor', '__proto__', 'prototype'])('%s is no id', (name) => {
    expect(load(edited(['id: queue_name', `id: ${name}`])).issues).toEqual(expect.arrayContaining([expect.objectContaining({ code: 'forbidden-name', severity: 'error' })]))
    expect(codes(load(edited(['id: announce', `id: ${name}`])))).toContain('forbidden-name')
  })
  test('rules of the schema about a text that is a template wait until it is rendered', () => {
    expect(codes(load(edited(['project: MSG', 'project: "{{fields.queue_name}}"'], ['mode: automatic', 'mode: manual'])))).toEqual([])
    expect(codes(load(edited(['project: MSG', 'project: msg'], ['mode: automatic', 'mode: manual'])))).toEqual(['config'])
  })
})

test('what an action says of its config: an error refuses the document, what the installation lacks only blocks the item', () => {
  const saying = (severity: 'error' | 'warning' | 'blocks') => createActionRegistry([callAction, makeAction('jira-ticket', {
    templates: [{ path: '**', target: 'text' }], lint: () => [{ path: ['ticket', 'project'], severity, code: 'no-connection', message: 'no connection' }],
  })])
  const read = (severity: 'error' | 'warning' | 'blocks') => loadDocument({ path: 'q.yaml', source: edited(['mode: automatic', 'mode: manual']), profile: 'strict', actions: saying(severity), templateEnv: ['QUEUE_API'] })
  expect(read('error')).toMatchObject({ issues: [{ code: 'jira-ticket/no-connection', severity: 'error', path: 'fulfillment.manual.actions[0].config.ticket.project' }] })
  expect(read('error').item).toBeUndefined()
  expect(read('warning').item?.blockers).toEqual([])
  expect(read('blocks').item?.blockers).toMatchObject([{ code: 'jira-ticket/no-connection', severity: 'warning', blocks: true }])
})

test('groups in their older place are the groups of the form', () => {
  const older = queue.replace('presentation:\n  form:\n    groups:', 'presentation:\n  form: { layout: wizard }\n  groups:')
  const loaded = load(older)
  expect(codes(loaded)).toEqual(['older-key'])
  expect(loaded.item?.item.form.layout).toBe('wizard')
  expect(loaded.item?.item.form.groups.map(({ id }) => id)).toEqual(['basics'])
  expect(load(caseFile('v2-eec32543-postgresql-full')).item?.item.form.groups.map(({ id }) => id)).toEqual(['basic_config', 'sizing', 'networking', 'backup_config', 'advanced'])
})
