import type { JsonObject, TemplateRule } from '@pao/core/action'
import { describe, expect, test } from 'vitest'
import { jiraTicketAction } from '../src/index.js'
import type { JiraConnection } from '../src/index.js'
import { routed } from '../src/connection.js'
import { durationMs } from '../src/duration.js'
import { markerLabel } from '../src/new-issue.js'

const connection = (name: string, projects?: readonly string[]): JiraConnection => ({ name, baseUrl: `https://${name}.example.net`, email: 'e', tokenSecret: `${name}_TOKEN`, ...(projects === undefined ? {} : { projects }) })
const main = connection('main')
const other = connection('other', ['MSG'])

const action = (connections: readonly JiraConnection[] = [main]) => jiraTicketAction({ connections })
const normalize = (config: JsonObject) => {
  const normalized = action().normalize?.(config)
  if (normalized === undefined) throw new Error('jira-ticket normalises')
  return normalized
}
const ticket = { project: 'DBA', issue_type: 'Task', summary_template: 'S' }

describe('normalize', () => {
  test('leaves the canonical form as it is', () => {
    const config = { ticket: { ...ticket, labels: ['a'], custom_fields: { customfield_1: 2 } }, connection: { instance: 'main' }, workflow: { complete_on: 'created', timeout: '3d' } }
    expect(normalize(config)).toEqual({ config, warnings: [] })
  })

  test.each<readonly [string, JsonObject]>([
    ['flat', { project: 'DBA', issue_type: 'Task', summary_template: 'S', description_template: 'D' }],
    ['flat and in camelCase', { project: 'DBA', issueType: 'Task', summaryTemplate: 'S', descriptionTemplate: 'D' }],
    ['as the flat dialect', { template: { project: 'DBA', issue_type: 'Task', summary: 'S', description: 'D' } }],
    ['in camelCase', { ticket: { project: 'DBA', issueType: 'Task', summaryTemplate: 'S', descriptionTemplate: 'D' } }],
  ])('reads it %s', (_how, config) => {
    expect(normalize(config)).toEqual({ config: { ticket: { ...ticket, description_template: 'D' } }, warnings: [] })
  })

  test('merges fields under ticket, whose own members win', () => {
    expect(normalize({ ticket: { ...ticket, priority: 'High', custom_fields: { customfield_1: 'own' } }, fields: { priority: 'Low', assignee: 'a', customFields: { customfield_1: 'field', customfield_2: 2 } } }).config)
      .toEqual({ ticket: { ...ticket, priority: 'High', assignee: 'a', custom_fields: { customfield_1: 'own', customfield_2: 2 } } })
  })

  test('keeps the case of what is inside custom fields', () => {
    expect(normalize({ ticket: { ...ticket, customFields: { customfield_1: { issueType: 'x' } } } }).config).toMatchObject({ ticket: { custom_fields: { customfield_1: { issueType: 'x' } } } })
  })

  test('says that Task was taken, and reads watch_status: false', () => {
    expect(normalize({ ticket: { project: 'DBA', summary_template: 'S' } }).warnings).toMatchObject([{ path: ['ticket'], message: expect.stringContaining('Task') as string }])
    const unwatched = normalize({ ticket, workflow: { watchStatus: false } })
    expect(unwatched.config).toMatchObject({ workflow: { complete_on: 'created' } })
    expect(unwatched.warnings).toHaveLength(1)
    expect(normalize({ ticket, workflow: { watch_status: true } })).toEqual({ config: { ticket, workflow: {} }, warnings: [] })
  })

  test('reads one link or a list of them', () => {
    expect(normalize({ ticket, linking: { linkType: 'Blocks', inwardIssue: 'DBA-1' } }).config).toEqual({ ticket, linking: [{ link_type: 'Blocks', inward_issue: 'DBA-1' }] })
    expect(normalize({ ticket, linking: [{ link_type: 'Blocks', outward_issue: 5 }, 7] }).config).toEqual({ ticket, linking: [{ link_type: 'Blocks', outward_issue: '5' }, 7] })
    expect(normalize({ ticket, linking: 'DBA-1' }).config).toEqual({ ticket, linking: 'DBA-1' })
  })

  test('keeps what it does not know or cannot read, for the schema to name', () => {
    expect(normalize({ ticket: { ...ticket, colour: 1 }, connection: 5, workflow: 'x', notify: true }).config).toEqual({ ticket: { ...ticket, colour: 1 }, connection: 5, workflow: 'x', notify: true })
  })
})

describe('lint', () => {
  const findings = (config: JsonObject, connections: readonly JiraConnection[] = [main, other]) =>
    (action(connections).lint?.(normalize(config).config) ?? []).map(({ path, severity, code }) => `${severity} ${code} ${path.join('.')}`)

  test.each<readonly [JsonObject, readonly string[]]>([
    [{ ticket }, []],
    [{ ticket: { ...ticket, project: '{{metadata.jira}}', summary_template: `{{fields.x}}${'y'.repeat(300)}` } }, []],
    [{ ticket: { ...ticket, project: 'dba' } }, ['error project-key ticket.project']],
    [{ ticket: { ...ticket, summary_template: 'x'.repeat(256) } }, ['error summary ticket.summary_template']],
    [{ ticket: { ...ticket, assignee: 'dev@example.com' } }, ['error account-id ticket.assignee']],
    [{ ticket: { ...ticket, custom_fields: { Team: 'x' } } }, ['error custom-field ticket.custom_fields.Team']],
    [{ ticket, connection: { instance: 'none' } }, ['blocks no-connection connection.instance']],
    [{ ticket, connection: { instance: 'other' } }, []],
    [{ ticket, workflow: { timeout: 'soon', expected_resolution_time: 4, transition_on_create: 'Open' } },
      ['error duration workflow.timeout', 'warning informs-only workflow.expected_resolution_time', 'error not-supported workflow.transition_on_create']],
    [{ ticket, attachments: [{ name: 'a', content: 'b' }] }, ['error not-supported attachments']],
    [{ ticket, linking: [{ link_type: 'blocks', inward_issue: '{{output.a.key}}' }, { link_type: '{{fields.x}}', outward_issue: '' }] }, []],
    [{ ticket, linking: { link_type: 'blocks' } }, ['error link-ticket linking.0']],
    [{ ticket, parentTicket: 'DBA-1' }, []],
    [{ ticket, linking: [{ link_type: ' ', inward_issue: 'DBA-1' }] }, ['error link-type linking.0.link_type']],
  ])('%j: %j', (config, expected) => {
    expect(findings(config)).toEqual(expected)
  })

  test('without any connection every document has an issue that says what to do', () => {
    expect(findings({ ticket }, [])).toEqual(['blocks no-connection '])
    expect(action([]).lint?.({ ticket })[0]?.message).toContain('JIRA_BASE_URL')
  })
})

describe('routing', () => {
  test.each([
    [{ instance: 'other', project: 'DBA' }, 'other'], [{ instance: 'none' }, undefined], [{ project: 'MSG' }, 'other'], [{ project: 'MSG', useDefault: true }, 'main'], [{ project: 'DBA' }, 'main'], [{}, 'main'],
  ] as const)('%j goes to %s', (route, name) => {
    expect(routed([other, main], route)?.name).toBe(name)
  })

  test('where every connection names projects, the first serves the rest', () => {
    expect(routed([other, connection('third', ['X'])], { project: 'DBA' })?.name).toBe('other')
    expect(routed([], { project: 'DBA' })).toBeUndefined()
  })
})

describe('templates', () => {
  test('no secret may stand in a ticket, and lists and custom fields keep their types', () => {
    const rules = action().templates as readonly TemplateRule[]
    expect(rules.every(({ secrets }) => secrets !== true)).toBe(true)
    expect(rules.filter(({ target }) => target === 'value').map(({ path }) => path).sort())
      .toEqual(['ticket.components', 'ticket.components.**', 'ticket.custom_fields.**', 'ticket.description_template.**', 'ticket.fix_versions', 'ticket.fix_versions.**', 'ticket.labels', 'ticket.labels.**'])
  })
})

test('the marker depends on the key alone and is a label', () => {
  expect(markerLabel('a')).toBe(markerLabel('a'))
  expect(markerLabel('a')).not.toBe(markerLabel('b'))
  expect(markerLabel('a:ü "x')).toMatch(/^pao-[0-9a-f]{16}$/)
})

test.each([['4h', 4 * 3_600_000], ['90 days', 90 * 86_400_000], ['4-6 hours', 6 * 3_600_000], ['30 minutes', 1_800_000], ['45m', 2_700_000], ['30s', 30_000], ['2 weeks', 1_209_600_000], [60, 60_000]])('%j is %i ms', (written, ms) => {
  expect(durationMs(written)).toBe(ms)
})
test.each(['', 'soon', '4 fortnights', '-1h', '0h', 0, Number.NaN, 'h'])('%j is no duration', (written) => {
  expect(durationMs(written)).toBeUndefined()
})
