import type { ExternalReference, JsonObject } from '@pao/core/action'
import { afterEach, beforeEach, expect } from 'vitest'
import type { JiraConnection, TicketConfig } from '../src/index.js'
import { serveFakeJira } from './fake-jira.js'
import { stepRunner } from './runner.js'
import type { Ended } from './runner.js'

export const TOKEN = 'canary-token'
export const base: TicketConfig = { ticket: { project: 'DBA', summary_template: 'PostgreSQL: orders' } }

/** A Jira for each test, and the step that talks to it: bound anew by `serveJira` and `use`. */
export let jira: Awaited<ReturnType<typeof serveFakeJira>>
export let runner: ReturnType<typeof stepRunner>

export const connection = (more: Partial<JiraConnection> = {}): JiraConnection => ({ name: 'main', baseUrl: `${jira.url}/`, email: 'pao@example.com', tokenSecret: 'JIRA_TOKEN', ...more })

export const use = (config: TicketConfig, more: Partial<JiraConnection> = {}, token = TOKEN) => {
  runner = stepRunner(config, [connection(more)], { JIRA_TOKEN: token })
  return runner
}

/** Every call and answer of a test must be as Jira describes its API. */
export const serveJira = (): void => {
  beforeEach(async () => {
    jira = await serveFakeJira({ email: 'pao@example.com', token: TOKEN, now: () => runner.state.now, indexLagMs: 3_000, projects: ['DBA', 'MSG'] })
    use(base)
  })
  afterEach(async () => {
    await jira.close()
    expect(jira.violations).toEqual([])
  })
}

export const reference = (key = 'DBA-1'): ExternalReference => ({ service: 'jira:main', id: key, url: `${jira.url}/browse/${key}` })

export const failed = (ended: Ended) => {
  if (ended.kind !== 'failed') throw new Error(JSON.stringify(ended))
  return ended.failure
}

export const fieldsOf = (index = 0): JsonObject => jira.issues[index]?.fields ?? {}
