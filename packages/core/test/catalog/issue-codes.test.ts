import { describe, expect, test } from 'vitest'
import { createCatalog } from '../../src/catalog/catalog.js'
import { type CatalogIssueCode, catalogIssueCodes, describeIssue } from '../../src/catalog/issue-codes.js'
import type { Issue } from '../../src/catalog/issue.js'
import { codes, edited, load, queue } from './documents.js'
import { actions } from './fake-actions.js'

const retention = 'conditional: { field: stage, operator: eq, value: prod }'
const stage = 'enum: [dev, prod], default: dev'
const announce = '      - id: announce\n        type: rest-api'
const mode = 'strategy: { mode: automatic, priority: normal }'
const field = (text: string): string => edited(['          - { id: access_key', `          - ${text}\n          - { id: access_key`])
const chain = Array.from({ length: 11 }, (_, index) => `          - { id: f${index}, name: f, type: string${index === 0 ? '' : `, conditional: { field: f${index - 1}, value: x }`} }`).join('\n')

/** One bad document for each code that a document alone can have: the good one with a change. */
const bad: Partial<Record<CatalogIssueCode, string>> = {
  'too-large': `${queue}# ${'x'.repeat(1_048_576)}`,
  'too-deep': `a: ${'['.repeat(80)}${']'.repeat(80)}`,
  'yaml-syntax': edited(['name: Basics', 'name: "Basics']),
  'several-documents': `${queue}---\n${queue}`,
  'empty-document': '# nothing\n',
  'anchor': edited(['name: Basics', 'name: &label Basics'], ['name: Stage', 'name: *label']),
  'yaml-tag': edited(['name: Basics', 'name: !!js/function Basics']),
  'non-json-value': edited(['retentionDays: 7', 'retentionDays: .inf']),
  'non-text-key': edited(['retentionDays: 7', '7: days']),
  'duplicate-key': edited(['retentionDays: 7', 'retentionDays: 7\n  retentionDays: 8']),
  'forbidden-name': edited(['retentionDays: 7', '__proto__: { admin: true }']),
  'unquoted-template': edited(['name: Basics', 'name: {{fields.stage}}']),
  'unknown-document': 'hello: world\n',
  'unsupported-version': edited(['version: "2.0"', 'version: "3.0"']),
  'version-not-text': edited(['version: "2.0"', 'version: 2.0']),
  'dialect-not-supported': 'name: postgres-database\nowner: data-team\nversion: 1.0.0\n',
  'older-dialect': edited(['version: "2.0"\n', '']),
  'mode-inferred': edited(['version: "2.0"\n', ''], [mode, 'strategy: { priority: normal }']),
  'mixed-spellings': edited(['{{fields.queue_name}} (', '{{.current.basics.queue_name}} (']),
  'unknown-component': edited(['kind: CatalogItem', 'kind: CatalogBundle'], ['presentation:', 'components: [{ id: a, catalogItem: b, dependsOn: [c] }]\npresentation:']),
  'missing': edited(['  category: messaging\n', '']),
  'wrong-type': edited(['tags: [queue, events]', 'tags: queue']),
  'wrong-value': edited(['category: messaging', 'category: message']),
  'wrong-format': edited(['version: 0.3.0', 'version: "0.3"']),
  'out-of-range': edited(['retry: { attempts: 2 }', 'retry: { attempts: 9 }']),
  'text-length': edited(['A single-region message queue for small services, with dead letters kept for a week.', 'Too short.']),
  'unknown-key': edited(['priority: normal', 'priority: normal, colour: red']),
  'near-miss': edited(['retentionDays: 7', 'categroy: databases']),
  'older-key': edited(['dependsOn: [create-queue]', 'depends_on: [create-queue]']),
  'older-value': edited(['type: select', 'type: dropdown']),
  'conflicting-keys': edited(['dependsOn: [create-queue]', 'dependsOn: [create-queue]\n        depends_on: []']),
  'empty-key': edited(['tags: [queue, events]', 'tags:']),
  'not-built': edited(['owner: {', 'visibility: { require_approval: true }\n  owner: {']),
  'informs-only': edited(['fulfillment:', 'monitoring: { logging: { enabled: true } }\nfulfillment:']),
  'literal-template': edited(['name: Basic Message Queue', 'name: "Queue {{fields.stage}}"']),
  'all-teams': edited(['owner: {', 'visibility: { teams: all }\n  owner: {']),
  'constant-name': edited(['retentionDays: 7', 'retention_days: 7']),
  'approvers-missing': edited([mode, `${mode}\n  prerequisites: [{ type: approval, config: { stages: [{ name: lead, approvers: { type: users, list: [] } }] } }]`]),
  'inline-secret': edited(['idempotency: {', 'headers: { X-Api-Key: 51bd33a1c0ffee42 }\n          idempotency: {']),
  'approval-expected': edited(['owner: {', 'visibility: { require_approval: true }\n  owner: {']),
  'not-offered': edited(['owner: {', 'stage: draft\n  owner: {']),
  'deprecation-incomplete': edited(['fulfillment:', 'lifecycle: { deprecation: { deprecated: true } }\nfulfillment:']),
  'version-form': edited(['version: 0.3.0', 'version: 0.3.0-beta.1']),
  'duplicate-id': edited(['id: stage', 'id: queue_name']),
  'validation-not-for-type': field('{ id: yes, name: Yes, type: boolean, validation: { min: 1 } }').replace('id: yes', 'id: agreed'),
  'pattern-refused': edited(['^[a-z][a-z0-9-]{2,28}[a-z0-9]$', '^(?=a)b']),
  'bounds': edited(['min: 1, max: 14', 'min: 15, max: 14']),
  'bound-type': edited(['min: 1, max: 14', 'min: "1", max: 14']),
  'default-invalid': edited(['default: dev', 'default: test']),
  'default-missing': field('{ id: source, name: Source, type: string, readonly: true }'),
  'sealed-default': edited(['type: password', 'type: password, default: hunter2']),
  'choices-missing': edited([stage, 'default: dev']),
  'choice-type': edited(['enum: [dev, prod]', 'enum: [dev, [prod]]']),
  'unknown-field-reference': edited([retention, 'conditional: { field: stagee, operator: eq, value: prod }']),
  'condition-self': edited([retention, 'conditional: { field: retention, operator: eq, value: 7 }']),
  'condition-cycle': edited([stage, `${stage}, conditional: { field: retention, operator: eq, value: 7 }`]),
  'condition-depth': edited(['          - { id: access_key', `${chain}\n          - { id: access_key`]),
  'condition-value': edited([retention, 'conditional: { field: stage, operator: in, value: prod }']),
  'condition-never': edited([retention, 'conditional: [{ field: stage, operator: eq, value: prod }, { field: stage, operator: ne, value: prod }]']),
  'condition-always': edited([retention, 'conditional: { field: stage, operator: ne, value: production }']),
  'condition-sealed': edited([retention, 'conditional: { field: access_key, operator: eq, value: x }']),
  'unknown-validator': edited(['min: 1, max: 14', 'min: 1, max: 14, custom: is_prime']),
  'data-source': edited([stage, 'datasource: { type: api, config: { value_field: id } }']),
  'data-source-key': edited([stage, 'datasource: { type: static, config: { values: [dev, prod], cache_ttl: 60 } }']),
  'data-source-order': edited([stage, 'datasource: { type: api, config: { endpoint: "/stages?days={{default(fields.retention, 7)}}" } }']),
  'data-source-cycle': edited([stage, 'datasource: { type: api, config: { endpoint: "/stages?of={{fields.stage}}" } }']),
  'data-source-http': edited([stage, 'datasource: { type: api, config: { endpoint: "http://stages.example.org/v1" } }']),
  'data-source-secret': edited([stage, 'datasource: { type: api, config: { endpoint: /stages, headers: { Authorization: Bearer abc } } }']),
  'health-check': edited(['fulfillment:', 'monitoring: { health_checks: [{ name: api, type: tcp, config: { host: db.example.org } }] }\nfulfillment:']),
  'hybrid-mode': edited(['mode: automatic', 'mode: hybrid']),
  'manual-missing': queue.replace(/ {2}manual:[\s\S]*? {2}automatic:/, '  automatic:'),
  'actions-missing': queue.replace(/ {2}automatic:[\s\S]*$/, ''),
  'served-manually': edited([announce, announce.replace('rest-api', 'terraform')]),
  'action-not-installed': edited(['mode: automatic', 'mode: manual'], ['type: jira-ticket', 'type: jira-tickets']),
  'step-id-missing': edited(['      - id: announce\n        type', '      - type']),
  'unknown-step': edited(['dependsOn: [create-queue]', 'dependsOn: [create_queue]']),
  'dependency-cycle': edited(['order: 1', 'order: 1\n        dependsOn: [announce]']),
  'order-contradicts': edited(['order: 1', 'order: 3']),
  'fallback-missing': edited(['order: 1', 'order: 1\n        error_handling: { strategy: fallback, fallback_action: announcer }']),
  'rollback-not-built': edited(['order: 1', 'order: 1\n        rollback: { enabled: true }']),
  'rollback-target': edited(['order: 1', 'order: 1\n        rollback: { enabled: true, action: destroy }']),
  'prerequisite-not-built': edited([mode, `${mode}\n  prerequisites: [{ type: approval, config: { approvers: [a@example.org] } }]`]),
  'retry-on': edited(['retry: { attempts: 2 }', 'retry: { attempts: 2, retry_on: [sometimes] }']),
  'unknown-condition-path': edited(['order: 2', 'order: 2\n        conditions: [{ field: stag, operator: eq, value: prod }]']),
  'output-path': edited(['order: 1', 'order: 1\n        output: { fields: { address: anr } }']),
  'config': edited(['endpoint: { url: "{{env.QUEUE_API}}/queues", method: POST }', 'endpoint: { url: "{{env.QUEUE_API}}/queues", method: FETCH }']),
  'config-value': edited(['enum: [dev, prod]', 'enum: [dev, PROD]'], ['value: prod', 'value: PROD'], ['mode: automatic', 'mode: manual'], ['project: MSG', 'project: "{{fields.stage}}"']),
  'config-key': edited(['idempotency: { header: Idempotency-Key }', 'idempotencyy: { header: Idempotency-Key }']),
  'config-incomplete': edited([announce, announce.replace('rest-api', 'webhook')], ['/announcements", method: POST', '/announcements"']),
  'config-older': edited(['config: { ticket: { project: MSG, issue_type: Task, summary_template: "Queue', 'config: { project: MSG, summary: "Queue'], ['({{fields.stage}})" } }', '({{fields.stage}})" }']),
  'action-broken': edited(['mode: automatic', 'mode: manual'], ['type: jira-ticket', 'type: broken']),
  'many-issues': edited(['retentionDays: 7', Array.from({ length: 300 }, (_, index) => `constant${index}: "{{x}}"`).join('\n  ')]),
}

/** Codes of the catalog as a whole, told by another test below. */
const ofTheCatalog: readonly CatalogIssueCode[] = [
  'file-name', 'duplicate-item', 'served-last-good',
  // versions.test.ts
  'breaking-change',
  // codeowners/check-ownership.test.ts
  'owner-not-codeowner', 'new-category-owner', 'schema-owner', 'codeowners-missing', 'codeowners-line',
  // bundle.test.ts
  'data-source-item', 'unknown-item', 'component-blocked', 'component-field', 'component-sealed', 'component-not-depended', 'rollback-incomplete',
]

test('the good document has no issue in either profile', () => {
  expect(load(queue, 'strict').issues).toEqual([])
  expect(load(queue, 'compat').issues).toEqual([])
  expect(load(queue, 'strict').item?.item.id).toBe('messaging-queue-basic')
})

test('every code has its bad document, and every bad document its code', () => {
  expect([...Object.keys(bad), ...ofTheCatalog].sort()).toEqual(Object.keys(catalogIssueCodes).sort())
})

describe.each(Object.entries(bad) as readonly (readonly [CatalogIssueCode, string])[])('%s', (code, source) => {
  const strict = load(source, 'strict')
  const compat = load(source, 'compat')
  const found = (issues: readonly Issue[]): Issue | undefined => issues.find((issue) => issue.code === code)

  test('is found, at a place inside the file, in both profiles', () => {
    for (const { issues } of [strict, compat]) {
      const issue = found(issues)
      expect(issue, `${code} among ${issues.map((one) => one.code).join(', ')}`).toBeDefined()
      expect(issue!.line).toBeGreaterThanOrEqual(1)
      expect(issue!.line).toBeLessThanOrEqual(source.split('\n').length)
      expect(issue!.column).toBeGreaterThanOrEqual(1)
      expect(issue!.message).not.toMatch(/undefined|\[object/)
    }
  })
  test('weighs what the table says', () => {
    const { severity } = describeIssue(code)!
    const [inStrict, inCompat] = [found(strict.issues), found(compat.issues)]
    if (severity === 'error') expect([inStrict?.severity, compat.item]).toEqual(['error', undefined])
    if (severity === 'warning') expect([inStrict?.severity, inCompat?.severity]).toEqual(['warning', 'warning'])
    if (severity === 'blocks' && inCompat !== undefined) expect([inCompat.severity, inCompat.blocks, compat.item?.blockers.includes(inCompat)]).toEqual(['warning', true, true])
    if (severity === 'strict' && !inStrict!.path.startsWith('fulfillment.automatic')) expect(inStrict?.severity).toBe('error')
    if (severity === 'strict') expect(inCompat?.severity).toBe('warning')
  })
})

describe('codes of the catalog as a whole', () => {
  const options = { profile: 'compat', actions, templateEnv: ['QUEUE_API'] } as const
  test('file-name and duplicate-item', () => {
    const catalog = createCatalog([{ path: 'b.yaml', source: queue }, { path: 'a.yaml', source: queue }], options)
    expect(catalog.issues.map(({ file, code, severity }) => `${file} ${code} ${severity}`)).toEqual([
      'a.yaml file-name warning', 'a.yaml duplicate-item warning', 'b.yaml file-name warning', 'b.yaml duplicate-item error',
    ])
    expect(catalog.get('messaging-queue-basic')?.path).toBe('a.yaml')
  })
  test('served-last-good', () => {
    const path = 'messaging-queue-basic.yaml'
    const earlier = createCatalog([{ path, source: queue }], options)
    const catalog = createCatalog([{ path, source: 'version: [' }], { ...options, earlier })
    expect(catalog.issues.map(({ code }) => code)).toContain('served-last-good')
    expect(codes(catalog.documents.get(path)!)).toContain('yaml-syntax')
  })
})
