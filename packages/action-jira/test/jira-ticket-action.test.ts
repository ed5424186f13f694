import type { Json } from '@pao/core/action'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { beforeEach, describe, expect, test } from 'vitest'
import { jiraTicketAction } from '../src/index.js'
import type { TicketConfig } from '../src/index.js'
import { TOKEN, base, connection, failed, fieldsOf, jira, reference, runner, serveJira, use } from './jira-fixture.js'

serveJira()

describe('making a ticket', () => {
  test('opens it, marked twice, and waits for it', async () => {
    expect(await runner.run()).toEqual({
      kind: 'outcome',
      outcome: { kind: 'parked', park: { until: 'signal', reference: reference(), timeoutMs: 90 * 86_400_000, pollEveryMs: 300_000, onTimeout: 'fail' } },
    })
    expect(fieldsOf()).toMatchObject({ project: { key: 'DBA' }, issuetype: { name: 'Task' }, summary: 'PostgreSQL: orders', labels: [expect.stringMatching(/^pao-[0-9a-f]{16}$/)] })
    expect(jira.issues[0]?.properties).toEqual({ 'pao.request': { key: 'request-1:ticket:0', request: 'request-1', step: 'ticket' } })
  })

  test('sends only what the document says: a field that is not on the project\'s screen would be refused', async () => {
    await runner.run()
    expect(Object.keys(fieldsOf()).sort()).toEqual(['description', 'issuetype', 'labels', 'project', 'summary'])
  })

  test('maps every field', async () => {
    use({
      ticket: {
        ...base.ticket, issue_type: 'Story', priority: 'High', labels: ['database', ['a', 'a'], ''], components: 'api, db', fix_versions: ['1.2'], epic_key: 'DBA-7', assignee: '5b10', reporter: '5b11',
        custom_fields: { customfield_10010: { value: 'red' }, customfield_10011: 5 },
      },
    })
    await runner.run()
    expect(fieldsOf()).toMatchObject({
      issuetype: { name: 'Story' }, priority: { name: 'High' }, labels: ['database', 'a', expect.stringMatching(/^pao-/)], components: [{ name: 'api' }, { name: 'db' }],
      fixVersions: [{ name: '1.2' }], parent: { key: 'DBA-7' }, assignee: { id: '5b10' }, reporter: { id: '5b11' }, customfield_10010: { value: 'red' }, customfield_10011: 5,
    })
  })

  test('what renders to nothing is left out', async () => {
    use({ ticket: { ...base.ticket, priority: ' ', epic_key: '', assignee: '', labels: ['', null], components: '' } })
    await runner.run()
    expect(Object.keys(fieldsOf()).sort()).toEqual(['description', 'issuetype', 'labels', 'project', 'summary'])
  })

  test('describes the request where the document does not', async () => {
    await runner.run()
    const text = JSON.stringify(fieldsOf()['description'])
    for (const part of ['PostgreSQL Database (database-postgresql 2.1.0)', 'dev@example.com', 'checkout', 'staging', 'req-request-1']) expect(text).toContain(part)
  })

  test('line breaks of a summary become spaces', async () => {
    use({ ticket: { ...base.ticket, summary_template: ' a\n b ' } })
    await runner.run()
    expect(fieldsOf()['summary']).toBe('a b')
  })

  test.each<readonly [string, Partial<TicketConfig['ticket']>, string]>([
    ['a summary that is too long', { summary_template: 'x'.repeat(256) }, 'TICKET_SUMMARY'],
    ['an empty summary', { summary_template: ' ' }, 'TICKET_SUMMARY'],
    ['a label with a space', { labels: ['two words'] }, 'TICKET_LABEL'],
    ['an object among the labels', { labels: [{ a: 1 }] }, 'TICKET_LIST'],
    ['a person by e-mail address', { assignee: 'dev@example.com' }, 'TICKET_PERSON'],
    ['a project that is no key', { project: 'dba" OR 1' }, 'TICKET_PROJECT'],
  ])('%s is refused before any call', async (_what, ticket, code) => {
    use({ ticket: { ...base.ticket, ...ticket } })
    expect(failed(await runner.run())).toMatchObject({ kind: 'fatal', code })
    expect(jira.calls).toEqual([])
  })

  test('a summary of 255 characters is taken', async () => {
    use({ ticket: { ...base.ticket, summary_template: 'x'.repeat(255) } })
    expect((await runner.run()).kind).toBe('outcome')
  })

  test('complete_on: created ends with the ticket; the document wins over the connection', async () => {
    use({ ...base, workflow: { complete_on: 'created' } })
    expect(await runner.run()).toMatchObject({ outcome: { kind: 'succeeded', output: { key: 'DBA-1', id: '10001', url: `${jira.url}/browse/DBA-1`, status: 'created' } } })
    use(base, { completeOn: 'created' })
    expect(await runner.run()).toMatchObject({ outcome: { kind: 'succeeded' } })
    use({ ...base, workflow: { complete_on: 'resolved' } }, { completeOn: 'created' })
    expect(await runner.run()).toMatchObject({ outcome: { kind: 'parked' } })
  })

  test('the wait is as long as the document says, the poll as often as the connection says', async () => {
    use({ ...base, workflow: { timeout: '14 days' } }, { pollEveryMs: 1_000 })
    expect(await runner.run()).toMatchObject({ outcome: { park: { timeoutMs: 14 * 86_400_000, pollEveryMs: 1_000 } } })
  })
})

describe('Jira says no', () => {
  test('400 is final and quotes what Jira says of which field', async () => {
    use({ ticket: { ...base.ticket, priority: 'Nonsense' } })
    expect(failed(await runner.run())).toMatchObject({ kind: 'fatal', code: 'HTTP_400', message: 'Jira (main): creating a ticket answered 400: priority: The priority selected is invalid.' })
  })

  test('401 names the cure and no secret', async () => {
    use(base, {}, 'wrong-canary')
    const failure = failed(await runner.run())
    expect(failure).toMatchObject({ kind: 'fatal', code: 'HTTP_401', message: expect.stringContaining('API token') as string })
    expect(JSON.stringify([failure, runner.lines])).not.toContain('canary')
    expect(runner.hidden).toEqual(['wrong-canary', Buffer.from('pao@example.com:wrong-canary').toString('base64')])
  })

  test.each([
    [{ status: 429, headers: { 'retry-after': '9' } }, 'retryable'], [{ status: 503 }, 'unknown'], [{ status: 502, body: '<html>' }, 'unknown'], [{ status: 403 }, 'fatal'],
    [{ status: 201, body: '<html>canary</html>', after: true }, 'unknown'], ['reset-after', 'unknown'], ['reset-before', 'unknown'], ['hang', 'unknown'],
  ] as const)('%j: %s', async (fault, kind) => {
    runner.state.callTimeoutMs = 200
    jira.faults.push(fault)
    const failure = failed(await runner.run())
    expect(failure.kind).toBe(kind)
    expect(failure.message).not.toContain('canary')
    if (kind === 'retryable') expect(failure).toMatchObject({ retryAfterMs: 9_000 })
  })

  test('nothing listens: not sent, so it may simply be tried again', async () => {
    await jira.close()
    expect(failed(await runner.run())).toMatchObject({ kind: 'retryable', code: 'HTTP_CONNECTION' })
  })
})

describe('one ticket, whatever happens', () => {
  test('a crash at any boundary makes no second ticket', async () => {
    const boundaries: number[] = []
    for (let crashAt = 1; ; crashAt += 1) {
      jira.issues.length = 0
      use(base)
      runner.state.crashAt = crashAt
      const first = await runner.run()
      if (first.kind !== 'crashed') break
      boundaries.push(crashAt)
      expect(await runner.settle(first)).toMatchObject({ kind: 'outcome', outcome: { kind: 'parked', park: { reference: { id: 'DBA-1' } } } })
      expect(jira.issues).toHaveLength(1)
    }
    // before the call, after it, before its checkpoint, after it, before the outcome is recorded
    expect(boundaries).toEqual([1, 2, 3, 4, 5])
  })

  test('nor do two crashes, the second in the reconciling or in the second run', async () => {
    for (const first of [1, 2, 3, 4, 5]) {
      for (let second = first + 1; second <= first + 12; second += 1) {
        jira.issues.length = 0
        use(base)
        runner.state.crashAt = first
        const crashed = await runner.run()
        runner.state.crashAt = second
        expect(await runner.settle(crashed)).toMatchObject({ kind: 'outcome', outcome: { park: { reference: { id: 'DBA-1' } } } })
        expect(jira.issues).toHaveLength(1)
      }
    }
  })

  test.each(['reset-after', 'hang', 'reset-before', { status: 500 }, { status: 500, after: true }, { status: 201, body: 'nonsense', after: true }] as const)('nor does the answer %j', async (fault) => {
    runner.state.callTimeoutMs = 200
    jira.faults.push(fault)
    expect(await runner.settle(await runner.run())).toMatchObject({ kind: 'outcome', outcome: { kind: 'parked' } })
    expect(jira.issues).toHaveLength(1)
  })

  test('a ticket that the index does not know yet is unsure until 60 s after the call, and only then absent', async () => {
    runner.state.uncertainSince = runner.state.now
    expect(await runner.reconcile()).toMatchObject({ kind: 'unsure', askAgainInMs: 10_000 })
    runner.state.now += 55_000
    expect(await runner.reconcile()).toMatchObject({ kind: 'unsure', askAgainInMs: 5_000 })
    runner.state.now += 4_999
    expect(await runner.reconcile()).toMatchObject({ kind: 'unsure', askAgainInMs: 1 })
    runner.state.now += 1
    expect(await runner.reconcile()).toEqual({ kind: 'absent' })
  })

  test('when it is not known since when, a person must say', async () => {
    const answer = await runner.reconcile()
    expect(answer).toMatchObject({ kind: 'unsure' })
    expect(answer).not.toHaveProperty('askAgainInMs')
  })

  test('what the checkpoint holds is believed without asking Jira', async () => {
    await runner.run()
    const calls = jira.calls.length
    expect(await runner.reconcile()).toMatchObject({ kind: 'parked', park: { reference: { id: 'DBA-1' } } })
    expect(await runner.run()).toMatchObject({ outcome: { kind: 'parked' } })
    expect(jira.calls).toHaveLength(calls)
  })

  test('with complete_on: created a found ticket is the output', async () => {
    use({ ...base, workflow: { complete_on: 'created' } })
    jira.faults.push('reset-after')
    expect(await runner.settle(await runner.run())).toMatchObject({ outcome: { kind: 'succeeded', output: { key: 'DBA-1' } } })
  })

  test('a clone keeps the label and is not taken for the ticket, nor is a ticket that was moved lost', async () => {
    jira.faults.push('reset-after')
    const lost = await runner.run()
    const [own] = jira.issues
    if (own === undefined) throw new Error('it was made')
    own.key = 'MSG-4'
    jira.issues.unshift({ ...own, id: '9', key: 'DBA-0', properties: {} })
    expect(await runner.settle(lost)).toMatchObject({ outcome: { park: { reference: { id: 'MSG-4' } } } })
  })

  test('where properties cannot be read the oldest ticket is the step\'s own', async () => {
    jira.faults.push('reset-after')
    const lost = await runner.run()
    const own = jira.issues.pop()
    if (own === undefined) throw new Error('it was made')
    for (const number of [12, 1, 9]) jira.issues.push({ ...own, id: String(number), key: `DBA-${number}`, properties: {} })
    expect(await runner.settle(lost)).toMatchObject({ outcome: { park: { reference: { id: 'DBA-1' } } } })
  })

  test('a reference is one segment of Jira\'s address, whatever it holds', async () => {
    await expect(runner.observe(reference('DBA-1/../../myself?x=1#'))).rejects.toThrow()
    expect(jira.calls.map(({ path }) => path)).toContain('/rest/api/3/issue/DBA-1%2F..%2F..%2Fmyself%3Fx%3D1%23')
  })

  test('another step\'s ticket under the same label is not taken', async () => {
    jira.faults.push('reset-after')
    await runner.run()
    const [own] = jira.issues
    jira.issues.splice(0, 1, { ...own!, properties: { 'pao.request': { key: 'other' } } })
    runner.state.uncertainSince = 0
    runner.state.now += 100_000
    expect(await runner.reconcile()).toEqual({ kind: 'absent' })
  })

  test('a search that fails says nothing', async () => {
    runner.state.uncertainSince = 0
    jira.faults.push({ status: 503 })
    await expect(runner.reconcile()).rejects.toMatchObject({ classification: { kind: 'retryable' } })
    jira.faults.push({ status: 200, body: '<html>' })
    await expect(runner.reconcile()).rejects.toThrow()
  })
})

describe('waiting', () => {
  const setStatus = (name: string, category: 'new' | 'indeterminate' | 'done', resolution?: string): void => {
    const [issue] = jira.issues
    if (issue === undefined) throw new Error('no ticket')
    issue.status = { name, category }
    if (resolution === undefined) delete issue.resolution
    else issue.resolution = resolution
  }
  const payloadOf = async (): Promise<Json> => {
    const { payload } = await runner.observe(reference())
    if (payload === undefined) throw new Error('it has not ended')
    return payload
  }
  beforeEach(async () => { await runner.run() })

  test.each([['To Do', 'new', undefined], ['In Progress', 'indeterminate', undefined], ['Reopened', 'indeterminate', 'Won\'t Do']] as const)('%s (%s, %s) goes on', async (name, category, resolution) => {
    setStatus(name, category, resolution)
    const seen = await runner.observe(reference())
    expect(seen).toMatchObject({ status: name })
    expect(seen).not.toHaveProperty('payload')
  })

  test.each([['Done', undefined], ['Closed', 'Fixed'], ['Erledigt', 'Done']] as const)('%s (%s) ends well', async (name, resolution) => {
    setStatus(name, 'done', resolution)
    const calls = jira.calls.length
    const ended = await runner.resume(await payloadOf())
    expect(ended).toEqual({ kind: 'outcome', outcome: { kind: 'succeeded', output: { key: 'DBA-1', id: '10001', url: `${jira.url}/browse/DBA-1`, status: name, ...(resolution === undefined ? {} : { resolution }) } } })
    expect(jira.calls).toHaveLength(calls + 1)
    expect(runner.action.output.schema['~standard'].validate((ended as { outcome: { output: unknown } }).outcome.output)).not.toHaveProperty('issues')
  })

  test.each([
    ['Won\'t Do', 'done', undefined], ['Won\u2019t Do', 'done', undefined], ['CANCELLED', 'done', undefined], ['Canceled', 'done', undefined], ['Rejected', 'indeterminate', undefined],
    ['Done', 'done', 'Won\'t Do'], ['Closed', 'done', 'Declined'],
  ] as const)('%s (%s, %s) fails for good', async (name, category, resolution) => {
    setStatus(name, category, resolution)
    expect(failed(await runner.resume(await payloadOf()))).toMatchObject({ kind: 'fatal', code: 'TICKET_REJECTED', message: expect.stringContaining(`DBA-1 was closed as ${name}`) as string })
  })

  test('a ticket that was reopened before the retry is waited for again, one resolved since has ended well', async () => {
    setStatus('Rejected', 'done')
    const payload = await payloadOf()
    setStatus('To Do', 'new')
    expect(await runner.resume(payload)).toMatchObject({ outcome: { kind: 'parked', park: { reference: reference() } } })
    setStatus('Done', 'done')
    expect(await runner.resume(payload)).toMatchObject({ outcome: { kind: 'succeeded', output: { status: 'Done' } } })
  })

  test('a deleted ticket ends the wait, if the project is still seen', async () => {
    jira.issues.push({ ...jira.issues[0]!, id: '10009', key: 'DBA-9', createdAt: 0 })
    jira.issues.shift()
    const payload = await payloadOf()
    expect(failed(await runner.resume(payload))).toMatchObject({ kind: 'fatal', code: 'TICKET_GONE' })
  })

  test('a ticket that nothing of the project is seen of is a failure to read: the last known state stays', async () => {
    jira.issues.length = 0
    await expect(runner.observe(reference())).rejects.toMatchObject({ classification: { code: 'HTTP_404' } })
  })

  test('an outage is a failure, never a state', async () => {
    for (const fault of [{ status: 503 }, { status: 401 }, { status: 200, body: '<html>' }, 'reset-before'] as const) {
      jira.faults.push(fault)
      await expect(runner.observe(reference())).rejects.toThrow()
    }
  })

  test('a reference of a connection that is not configured any more says so', async () => {
    await expect(runner.observe({ service: 'jira:old', id: 'DBA-1' })).rejects.toThrow(/"old".*not configured/)
  })

  test.each<readonly [Json]>([[null], ['x'], [{}], [{ outcome: 'resolved' }], [{ outcome: 'open', key: 'A-1', id: '1', url: 'u', service: 's' }]])('a signal such as %j is refused', async (payload) => {
    expect(failed(await runner.resume(payload))).toMatchObject({ kind: 'fatal', code: 'JIRA_SIGNAL' })
  })
})

describe('the declaration', () => {
  test('check signs in, and says what is wrong', async () => {
    const check = (token: string, signal = new AbortController().signal) => jiraTicketAction({ connections: [connection()] }).check?.({ http: runner.context().http, signal, secret: () => Promise.resolve(token) })
    expect(await check(TOKEN)).toEqual({ ok: true, message: 'Jira (main): signed in' })
    expect(await check('canary')).toMatchObject({ ok: false, message: expect.stringContaining('API token') as string })
    expect(JSON.stringify(await check('canary'))).not.toContain('canary')
    expect(await jiraTicketAction({ connections: [] }).check?.({ http: runner.context().http, signal: new AbortController().signal, secret: () => Promise.resolve('') })).toMatchObject({ ok: false })
    await jira.close()
    expect(await check(TOKEN)).toMatchObject({ ok: false })
  })

  test('plan is pure and calls nobody', () => {
    expect(runner.action.plan(runner.context())).toEqual({ summary: 'Jira ticket in DBA (main): PostgreSQL: orders', changes: [{ kind: 'create', target: 'jira:main/DBA' }] })
    expect(jira.calls).toEqual([])
  })

  test('examples fit its schema, which is synchronous; its JSON Schema is closed', () => {
    const validate = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(runner.action.config.jsonSchema)
    for (const { config } of runner.action.examples) {
      expect(runner.action.config.schema['~standard'].validate(config)).toEqual({ value: config })
      expect(validate(config)).toBe(true)
    }
    expect(validate({ ...base, ticket: { ...base.ticket, colour: 'red' } })).toBe(false)
  })

  test('asks for the secrets of its connections and no others', async () => {
    await runner.run()
    expect(new Set(runner.asked)).toEqual(new Set(runner.action.secrets?.(base)))
  })
})
