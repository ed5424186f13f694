import { describe, expect, test } from 'vitest'
import { orderability } from '../../src/catalog/orderability.js'
import { caseFile, codes, load } from './documents.js'

const errors = (document: ReturnType<typeof load>): readonly string[] => document.issues.filter(({ severity }) => severity === 'error').map(({ code, path }) => `${code} ${path}`)

describe('v2-3b0c7dd6-postgresql-complete', () => {
  const source = caseFile('v2-3b0c7dd6-postgresql-complete')
  const compat = load(source)

  test('compat: valid, carried out manually because terraform is not installed, orderable', () => {
    expect(errors(compat)).toEqual([])
    expect(compat.item?.item.fulfillment).toMatchObject({ mode: 'manual', modeReason: expect.stringContaining('terraform') as string })
    expect(compat.item?.blockers).toEqual([])
    expect(orderability(compat.item!, { teams: [], now: 0 })).toEqual({ kind: 'orderable' })
    expect(compat.item?.steps.map(({ definition }) => definition.id)).toEqual(['jira-ticket-1'])
  })
  test('its form takes what it says', () => {
    const { validator } = compat.item!
    expect(validator.validate({ instance_name: 'orders-db', instance_class: 'db.t3.micro', storage_size: 20 }).ok).toBe(true)
    expect(validator.validate({ instance_name: 'Orders', instance_class: 'db.t3.huge', storage_size: 19 })).toMatchObject({
      problems: [{ constraint: 'pattern' }, { constraint: 'enum' }, { constraint: 'min' }],
    })
  })
  test('strict: issues on issue_type, cost resources, webhook method and the id of the manual action', () => {
    const strict = load(source, 'strict')
    expect(strict.item).toBeUndefined()
    expect(errors(strict)).toEqual(['step-id-missing fulfillment.manual.actions[0].id'])
    const paths = strict.issues.map(({ path }) => path)
    expect(paths).toEqual(expect.arrayContaining([
      'fulfillment.manual.actions[0].config.ticket', 'fulfillment.automatic.actions[0].config.resources', 'fulfillment.automatic.actions[2].config.endpoint.method',
    ]))
  })
})

test('v2-4a5bb00f: invalid: the ticket has a project only; six fields are not declared', () => {
  const document = load(caseFile('v2-4a5bb00f-postgresql-abbreviated-automatic'))
  expect(document.item).toBeUndefined()
  expect(errors(document)).toEqual(['config fulfillment.manual.actions[0].config.ticket'])
  const undeclared = document.issues.filter(({ code }) => code === 'unknown-field')
  expect(undeclared.map(({ line, column }) => `${line}:${column}`)).toEqual(['55:35', '56:35', '58:37', '61:29', '65:44', '69:34'])
  expect(undeclared.map(({ message }) => message.match(/"(\w+)"/)?.[1])).toEqual(['engine_version', 'instance_class', 'storage_size', 'database_name', 'security_group_id', 'environment'])
})

describe('v2-eec32543-postgresql-full', () => {
  const source = caseFile('v2-eec32543-postgresql-full')
  test('compat: valid with warnings, shown, and not orderable for its approvals and quota', () => {
    const document = load(source)
    expect(errors(document)).toEqual([])
    expect(document.item?.item.fulfillment.mode).toBe('manual')
    expect(document.item?.blockers.map(({ path }) => path)).toEqual(['metadata.visibility.require_approval', 'fulfillment.prerequisites[0]', 'fulfillment.prerequisites[1]'])
    expect(codes(document)).toEqual(expect.arrayContaining(['hybrid-mode', 'all-teams', 'served-manually', 'informs-only', 'older-value']))
    const answer = orderability(document.item!, { teams: [], environment: 'staging', now: 0 })
    expect(answer).toMatchObject({ kind: 'not-orderable', message: expect.stringMatching(/approvals.*quota-check.*approval-check/) as string })
  })
  test('what stands in the mode that does not run is told and blocks nothing', () => {
    const other = load(source).issues.filter(({ path }) => path.startsWith('fulfillment.automatic'))
    expect(other.map(({ code }) => code)).toEqual(expect.arrayContaining(['env-not-allowed', 'rollback-not-built', 'rollback-target', 'informs-only']))
    expect(other.every(({ severity, blocks }) => severity === 'warning' && blocks === undefined)).toBe(true)
  })
  test('strict: invalid', () => {
    const document = load(source, 'strict')
    expect(document.item).toBeUndefined()
    expect(errors(document)).toContain('hybrid-mode fulfillment.strategy.mode')
    expect(codes(document)).toContain('rollback-target')
  })
  test('its defaults, conditions and fixed fields', () => {
    const given = { instance_name: 'orders-db', vpc_id: 'v', subnet_group: 's', security_groups: ['g'], tags: '{"team":"a"}' }
    expect(load(source).item?.validator.validate({ ...given, multi_az: true })).toEqual({ ok: true, value: {
      ...given, tags: { team: 'a' }, environment: 'development', engine_version: '14.7', instance_class: 'db.t3.medium', storage_size: 100, backup_window: '03:00-04:00', encryption: true, performance_insights: false,
    } })
    expect(load(source).item?.validator.validate({ ...given, storage_size: 5, encryption: false })).toMatchObject({ problems: [
      { field: 'storage_size', message: 'Minimum storage is 20 GB' }, { field: 'encryption', constraint: 'readonly' },
    ] })
  })
})

/** Nobody owns most of these: with an owner, what else is wrong with them shows. */
const owned = (file: string): string => caseFile(file).replace(/\n {2}version: 1\.0\.0/, '\n  version: 1.0.0\n  owner: { team: platform-team, contact: platform@example.org }')
const told = (document: ReturnType<typeof load>): readonly string[] => document.issues.map(({ code, path }) => `${code} ${path}`)

describe('cv1-415c0b8f-eks-app', () => {
  test('compat: invalid for its owner alone; strict: description, group label and ids as well', () => {
    expect(errors(load(caseFile('cv1-415c0b8f-eks-app')))).toEqual(['missing metadata.owner'])
    expect(told(load(caseFile('cv1-415c0b8f-eks-app')))).toContain('jira-ticket/issue-type fulfillment.manual.actions[0].config.ticket')
    expect(errors(load(caseFile('cv1-415c0b8f-eks-app'), 'strict'))).toEqual([
      'missing metadata.owner', 'text-length metadata.description', 'missing input.form.groups[0].name', 'step-id-missing fulfillment.automatic.actions[0].id',
    ])
  })
  test('with an owner: valid; the name comes first, keys are canonical, camel case is no issue', () => {
    const document = load(owned('cv1-415c0b8f-eks-app'))
    expect(errors(document)).toEqual([])
    expect(codes(document)).not.toContain('older-key')
    const { item, steps, stepOf } = document.item!
    expect(document.item).toMatchObject({ sourceDialect: 'cv1', blockers: [] })
    expect(item.form.groups.map(({ id, fields }) => [id, fields.map((field) => field.id)])).toEqual([['_root', ['name']], ['basic', ['appName', 'containerImage', 'replicas']]])
    expect(item.form.groups[0]?.fields[0]).toMatchObject({ name: 'Resource Name', required: true, validation: { pattern: '^[a-z][a-z0-9-]{2,28}[a-z0-9]$' } })
    expect(steps[0]?.definition.config).toMatchObject({ body: { type: 'json', content_template: expect.stringContaining('{{.current.basic.appName}}') as string } })
    expect(stepOf('automatic', 'rest-api-1')?.config.references.map(({ scope, path }) => [scope, ...path].join('.'))).toEqual([
      'fields.appName', 'fields.containerImage', 'fields.replicas', 'metadata.defaultNamespace',
    ])
  })
})

test('cv1-6e285a5a-aurora-postgresql: an optional number stands bare in JSON', () => {
  expect(errors(load(caseFile('cv1-6e285a5a-aurora-postgresql')))).toEqual(['missing metadata.owner'])
  const found = load(owned('cv1-6e285a5a-aurora-postgresql')).issues.find(({ code }) => code === 'maybe-null')
  expect(found).toMatchObject({ line: 61, column: 37, suggestion: 'default(.current.basic.storageSize, …)' })
})

test.each(['cv1-6e285a5a-parameterstore', 'scv1p-0493ce9e-parameterstore-slash'])('%s: a multiselect without choices; its paths are read', (file) => {
  const place = file.startsWith('cv1') ? 'input' : 'presentation'
  expect(errors(load(caseFile(file)))).toEqual(['missing metadata.owner', `choices-missing ${place}.form.groups[0].fields[1].enum`])
  const document = load(owned(file).replace('type: multiselect', 'type: multiselect\n            enum: [a, b]'))
  expect(errors(document)).toEqual([])
  expect(codes(document).includes('list-in-text')).toBe(file.startsWith('cv1'))
})

test('header-6f586248: invalid for its owner without a contact, nothing else with the real ticket action', () => {
  const document = load(caseFile('header-6f586248-simple-container-app'))
  expect(errors(document).filter((issue) => !issue.includes('.config'))).toEqual(['missing header.owner.contact'])
  const nameless = load(caseFile('header-6f586248-simple-container-app').replace(/\n {2}description:.*/, ''))
  expect(nameless.issues.find(({ path }) => path === 'header.description')?.message).toBe('header needs description')
  expect(told(document)).toEqual(expect.arrayContaining(['older-dialect ', 'older-value presentation.groups[0].fields[1].type', 'mode-inferred fulfillment.strategy.mode']))
})

test('unvc-86430ad3: description, labels and owner', () => {
  const file = 'unvc-86430ad3-postgresql-terraform'
  expect(errors(load(caseFile(file)))).toEqual(['missing metadata.owner'])
  expect(errors(load(caseFile(file), 'strict'))).toEqual(expect.arrayContaining(['missing metadata.owner', 'text-length metadata.description', 'missing presentation.form.groups[0].name']))
  expect(load(owned(file)).item).toMatchObject({ sourceDialect: 'unvc', item: { fulfillment: { mode: 'manual' } }, blockers: [] })
})

test('flat-f27f2dc4: recognised, shown, one clear issue', () => {
  const document = load(caseFile('flat-f27f2dc4-postgres-database'))
  expect(codes(document)).toEqual(['dialect-not-supported'])
  expect(document.issues[0]?.message).toMatch(/metadata.*presentation\.form\.groups.*\{\{fields\.x\}\}/)
  expect(orderability(document.item!, { teams: [], now: 0 }).kind).toBe('not-orderable')
})
