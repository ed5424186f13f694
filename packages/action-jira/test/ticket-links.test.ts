import { beforeEach, describe, expect, test } from 'vitest'
import type { TicketConfig } from '../src/index.js'
import { base, failed, jira, runner, serveJira, use } from './jira-fixture.js'

serveJira()

describe('links', () => {
  const other = async (...projects: readonly string[]): Promise<void> => {
    for (const project of projects) await use({ ticket: { ...base.ticket, project } }).run()
    for (const [index, issue] of jira.issues.entries()) jira.issues[index] = { ...issue, properties: { 'pao.request': { key: 'other' } } }
  }
  const linked: TicketConfig = { ...base, linking: [{ link_type: 'blocks', inward_issue: ' MSG-1 ' }, { link_type: 'Relates', outward_issue: 'DBA-2' }] }
  const made = [{ type: 'Blocks', inward: 'MSG-1', outward: 'DBA-3' }, { type: 'Relates', inward: 'DBA-3', outward: 'DBA-2' }]
  const own = () => jira.issues.filter(({ fields }) => fields['summary'] === 'linked')
  const useLinked = (config: TicketConfig = linked) => use({ ...config, ticket: { ...config.ticket, summary_template: 'linked' } })
  beforeEach(() => other('MSG', 'DBA'))

  test('are made once the ticket exists; the side that is not named is the ticket', async () => {
    expect(await useLinked().run()).toMatchObject({ outcome: { kind: 'parked', park: { reference: { id: 'DBA-3' } } } })
    expect(jira.links).toEqual(made)
  })

  test('to tickets that are not there yet are left out; both sides may be named', async () => {
    await useLinked({ ...base, linking: [{ link_type: 'Blocks', inward_issue: '' }, { link_type: 'Blocks', inward_issue: ' ', outward_issue: '' }, { link_type: 'Blocks', inward_issue: 'MSG-1', outward_issue: 'DBA-2' }] }).run()
    expect(jira.links).toEqual([{ type: 'Blocks', inward: 'MSG-1', outward: 'DBA-2' }])
    expect(jira.calls.filter(({ path }) => path.endsWith('issueLink'))).toHaveLength(1)
  })

  test('that Jira refuses are told, and keep nobody from the work', async () => {
    await useLinked({ ...base, linking: [{ link_type: 'Nonsense', inward_issue: 'MSG-1' }, { link_type: 'Blocks', inward_issue: 'DBA-77' }, { link_type: 'Blocks', inward_issue: 'MSG-1' }] }).run()
    expect(jira.links).toEqual(made.slice(0, 1))
    expect(runner.lines.filter((line) => line.includes('stays without'))).toEqual([
      'Jira (main): linking MSG-1 and DBA-3 as Nonsense answered 404: No issue link type with name \'Nonsense\' found.; the ticket stays without this link',
      'Jira (main): linking DBA-77 and DBA-3 as Blocks answered 404: Issue does not exist or you do not have permission to see it.; the ticket stays without this link',
    ])
  })

  test.each([
    [{ status: 429, headers: { 'retry-after': '9' } }, 'retryable'], [{ status: 503 }, 'unknown'], [{ status: 503, after: true }, 'unknown'], [{ status: 401 }, 'fatal'], ['reset-after', 'unknown'], ['reset-before', 'unknown'], ['hang', 'unknown'],
  ] as const)('%j: %s, and the next run makes them without a second ticket', async (fault, kind) => {
    useLinked()
    runner.state.callTimeoutMs = 200
    jira.faults.push(undefined, fault)
    const failure = failed(await runner.run())
    expect(failure.kind).toBe(kind)
    const again = kind === 'unknown' ? runner.settle({ kind: 'failed', failure }) : runner.run()
    expect(await again).toMatchObject({ outcome: { kind: 'parked', park: { reference: { id: 'DBA-3' } } } })
    expect(own()).toHaveLength(1)
    expect(jira.links).toEqual(made)
  })

  test('a ticket that is found again gets them too, and a crash at any boundary leaves neither a second ticket nor a missing link', async () => {
    for (let crashAt = 1; ; crashAt += 1) {
      jira.issues.splice(2)
      jira.links.length = 0
      useLinked()
      runner.state.crashAt = crashAt
      const first = await runner.run()
      if (first.kind !== 'crashed') {
        // two boundaries around each of three calls and each of three checkpoints, and one before the outcome is recorded
        expect(crashAt).toBe(14)
        break
      }
      expect(await runner.settle(first)).toMatchObject({ outcome: { kind: 'parked', park: { reference: { id: 'DBA-3' } } } })
      expect(own()).toHaveLength(1)
      expect(jira.links).toEqual(made)
    }
  })
})

describe('a ticket above', () => {
  const under: TicketConfig = { ...base, parent_ticket: ' MSG-1 ' }
  const parents = () => jira.issues.map(({ key, fields }) => [key, (fields['parent'] as { readonly key?: string } | undefined)?.key])
  beforeEach(async () => {
    await use({ ticket: { ...base.ticket, project: 'MSG', issue_type: 'Epic' } }).run()
    await use({ ticket: { ...base.ticket, project: 'MSG' } }).run()
    for (const [index, issue] of jira.issues.entries()) jira.issues[index] = { ...issue, properties: { 'pao.request': { key: 'other' } } }
  })

  test('the ticket hangs under it once it exists', async () => {
    expect(await use(under).run()).toMatchObject({ outcome: { kind: 'parked', park: { reference: { id: 'DBA-3' } } } })
    expect(parents()).toEqual([['MSG-1', undefined], ['MSG-2', undefined], ['DBA-3', 'MSG-1']])
    expect(jira.links).toEqual([])
  })

  test('one that Jira does not take is linked as related, and so is one beside the epic that the document names', async () => {
    await use({ ...base, parent_ticket: 'MSG-2' }).run()
    expect(jira.links).toEqual([{ type: 'Relates', inward: 'MSG-2', outward: 'DBA-3' }])
    expect(runner.lines).toContainEqual(expect.stringMatching(/^Jira \(main\): hanging DBA-3 under MSG-2 answered 400: parentId: .*; they are linked instead$/))
    await use({ ticket: { ...base.ticket, epic_key: 'DBA-7' }, parent_ticket: 'MSG-1' }).run()
    expect(parents().at(-1)).toEqual(['DBA-4', 'DBA-7'])
    expect(jira.links.at(-1)).toEqual({ type: 'Relates', inward: 'MSG-1', outward: 'DBA-4' })
  })

  test('one that there is not is told, and none changes nothing', async () => {
    await use({ ...base, parent_ticket: 'MSG-77' }).run()
    expect(jira.links).toEqual([])
    expect(runner.lines.filter((line) => line.includes('MSG-77'))).toHaveLength(2)
    await use({ ...base, parent_ticket: ' ' }).run()
    expect(jira.calls.filter(({ method }) => method === 'PUT')).toHaveLength(1)
  })

  test('a crash at any boundary leaves one ticket, under the other', async () => {
    for (let crashAt = 1; ; crashAt += 1) {
      jira.issues.splice(2)
      use(under)
      runner.state.crashAt = crashAt
      const first = await runner.run()
      if (first.kind !== 'crashed') return expect(crashAt).toBe(10)
      expect(await runner.settle(first)).toMatchObject({ outcome: { kind: 'parked', park: { reference: { id: 'DBA-3' } } } })
      expect(parents().slice(2)).toEqual([['DBA-3', 'MSG-1']])
    }
  })
})
