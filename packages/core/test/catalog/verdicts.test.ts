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
    expect(codes(document)).toEqual(expect.arrayContaining(['hybrid-mode', 'all-teams', 'served-manually', 'informs-only', 'older-value', 'choices-not-checked']))
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

describe('documents of other dialects are recognised, shown and not orderable', () => {
  const cases = [
    ['cv1-415c0b8f-eks-app', 'cv1', 'compute-eks-containerapp', 'CatalogItem'], ['cv1-415c0b8f-bundle-webapp-production', 'cv1', 'bundle-webapp-production', 'CatalogBundle'],
    ['scv1p-0493ce9e-parameterstore-slash', 'scv1p', 'security-parameterstore-standard', 'CatalogItem'], ['unvc-86430ad3-postgresql-terraform', 'unvc', 'database-postgresql-standard', 'CatalogItem'],
    ['header-6f586248-simple-container-app', 'header', 'compute-container-app-simple', 'CatalogItem'], ['flat-f27f2dc4-postgres-database', 'flat', 'postgres-database', 'CatalogItem'],
  ] as const
  test.each(cases)('%s', (file, dialect, id, kind) => {
    const document = load(caseFile(file))
    expect(codes(document)).toEqual(['dialect-not-supported'])
    expect(document.item).toMatchObject({ sourceDialect: dialect, kind, item: { id } })
    expect(document.issues[0]?.message).toContain(dialect)
    expect(orderability(document.item!, { teams: [], now: 0 }).kind).toBe('not-orderable')
  })
  test.each(['[checkout]', 'checkout'])('teams: %s restricts who sees them', (teams) => {
    const source = caseFile('cv1-415c0b8f-eks-app').replace('  version: 1.0.0', `  version: 1.0.0\n  visibility: { teams: ${teams} }`)
    expect(orderability(load(source).item!, { teams: ['search'], now: 0 }).kind).toBe('hidden')
    expect(orderability(load(source).item!, { teams: ['checkout'], now: 0 }).kind).toBe('not-orderable')
  })
})
