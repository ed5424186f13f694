import { describe, expect, test } from 'vitest'
import { printableConfig, readConfig } from '../src/config.js'
import type { Config } from '../src/config.js'

const read = (environment: Record<string, string>): Config => {
  const answer = readConfig(environment, '/work')
  if ('problems' in answer) throw new Error(answer.problems.join('\n'))
  return answer.config
}
const problemsOf = (environment: Record<string, string>): readonly string[] => {
  const answer = readConfig(environment, '/work')
  return 'problems' in answer ? answer.problems : []
}

describe('the configuration', () => {
  test('needs nothing', () => {
    expect(read({ PATH: '/bin', PORT: '', PAO_DATA_DIR: ' ' })).toEqual({
      host: '127.0.0.1', port: 8080, basePath: '', dataDirectory: '/work/.pao', catalogDirectory: '/work/examples/catalog', catalogProfile: 'compat', templateEnv: [],
      egressAllow: '', auth: 'dev', workers: 100, catalogGiven: false, plugins: [], leaseMs: 10_000, shutdownMs: 10_000, logLevel: 'info', logFormat: 'auto', playground: true, playgroundResolveSeconds: 5, jira: [],
      pollMs: 300_000, architectureTeam: 'platform-architecture', webhooks: { github: [], gitlab: [], filter: { branch: 'main', paths: ['catalog', 'bundles'] } },
    })
  })

  test('reads what it is told', () => {
    expect(read({
      PORT: '0', HOST: 'localhost', DATABASE_URL: 'postgres://u:p@db/pao', PAO_DATA_DIR: '/data', PAO_TEMPLATE_ENV: 'A, B_2,', PAO_WORKERS: '3', PAO_ENCRYPTION_KEY: '0'.repeat(64),
      PAO_BASE_PATH: '/pao/', JIRA_BASE_URL: 'https://x.atlassian.net', JIRA_EMAIL: 'a@b.c', JIRA_API_TOKEN: 'token',
      PAO_JIRA_CONNECTIONS: '{"other":{"baseUrl":"https://y.atlassian.net","email":"a@b.c","tokenSecret":"OTHER","pollEverySeconds":60,"projects":["DBA"]}}',
    })).toMatchObject({
      port: 0, databaseUrl: 'postgres://u:p@db/pao', dataDirectory: '/data', templateEnv: ['A', 'B_2'], workers: 3, encryptionKey: Buffer.alloc(32), basePath: '/pao', playground: false,
      jira: [
        { name: 'main', baseUrl: 'https://x.atlassian.net', email: 'a@b.c', tokenSecret: 'JIRA_API_TOKEN' },
        { name: 'other', baseUrl: 'https://y.atlassian.net', email: 'a@b.c', tokenSecret: 'OTHER', pollEveryMs: 60_000, projects: ['DBA'] },
      ],
    })
  })

  test('reads webhooks, whose secrets are shown to nobody', () => {
    const config = read({ PAO_GITHUB_WEBHOOK_SECRET: 'new-canary old-canary', PAO_WEBHOOK_REPOSITORY: 'acme/catalog', PAO_WEBHOOK_BRANCH: 'live', PAO_WEBHOOK_PATHS: '., services/catalog', PAO_CATALOG_POLL_SECONDS: '60' })
    expect(config).toMatchObject({ pollMs: 60_000, webhooks: { github: ['new-canary', 'old-canary'], gitlab: [], filter: { repository: 'acme/catalog', branch: 'live', paths: ['.', 'services/catalog'] } } })
    expect(JSON.stringify(printableConfig(config))).not.toContain('canary')
    expect(problemsOf({ PAO_WEBHOOK_PATHS: '/catalog' })[0]).toMatch(/^PAO_WEBHOOK_PATHS: /)
  })

  test('tells everything that is wrong at once', () => {
    const problems = problemsOf({ PORT: '80800', PAO_WORKERS: 'many', DATABASE_URL: 'mysql://x', PAO_ENCRYPTION_KEY: 'short', PAO_TEMPLATE_ENV: 'A B', PAO_CATALOGUE: 'x' })
    for (const name of ['PORT', 'PAO_WORKERS', 'DATABASE_URL', 'PAO_ENCRYPTION_KEY', 'PAO_TEMPLATE_ENV']) expect(problems.some((line) => line.startsWith(`${name}: `))).toBe(true)
    expect(problems).toContain('PAO_CATALOGUE is not a variable that PAO reads. Did you mean PAO_CATALOG?')
    expect(problems.join()).not.toMatch(/short|mysql/)
  })

  test('tells what one variable says and what several say together, once each', () => {
    const problems = problemsOf({ PAO_WORKERS: 'x', HOST: '0.0.0.0', PAO_EGRESS_ALLOW: ':::', JIRA_BASE_URL: 'nowhere', JIRA_EMAIL: 'a@b.c', JIRA_API_TOKEN: 't' })
    expect(problems.map((line) => /^[A-Z_]+/.exec(line)?.[0]).sort()).toEqual(['HOST', 'JIRA_BASE_URL', 'PAO_EGRESS_ALLOW', 'PAO_WORKERS'])
  })

  test.each(['0.0.0.0', '::', '10.0.0.5', 'pao.example'])('development authentication is refused on HOST=%s', (HOST) => {
    expect(problemsOf({ HOST })).toEqual([expect.stringContaining('PAO_AUTH=dev')])
  })

  test.each(['127.0.0.1', 'localhost', '::1', '[::1]', '127.1.2.3'])('and accepted on HOST=%s', (HOST) => { expect(problemsOf({ HOST })).toEqual([]) })

  test.each<[Record<string, string>, RegExp]>([
    [{ JIRA_BASE_URL: 'https://x.atlassian.net' }, /JIRA_EMAIL and JIRA_API_TOKEN must be set/],
    [{ PAO_JIRA_CONNECTIONS: '{' }, /PAO_JIRA_CONNECTIONS: Expected JSON/],
    [{ PAO_JIRA_CONNECTIONS: '{"a":{"baseUrl":"x"}}' }, /PAO_JIRA_CONNECTIONS\.a\.email/],
    [{ PAO_JIRA_CONNECTIONS: '{"a":{"baseUrl":"https://x","email":"e","tokenSecret":"t","token":"CANARY"}}' }, /PAO_JIRA_CONNECTIONS\.a\.token/],
    [{ PAO_JIRA_CONNECTIONS: '{"main":{"baseUrl":"https://x","email":"e","tokenSecret":"t"}}', JIRA_BASE_URL: 'https://x', JIRA_EMAIL: 'e', JIRA_API_TOKEN: 't' }, /"main"/],
  ])('%j', (environment, line) => {
    expect(problemsOf(environment).join('\n')).toMatch(line)
    expect(problemsOf(environment).join('\n')).not.toContain('CANARY')
  })

  test('is printed without its secrets', () => {
    const text = JSON.stringify(printableConfig(read({ DATABASE_URL: 'postgres://u:CANARY@db/pao?password=CANARY&sslmode=require', PAO_ENCRYPTION_KEY: Buffer.alloc(32, 7).toString('base64'), JIRA_BASE_URL: 'https://x', JIRA_EMAIL: 'e', JIRA_API_TOKEN: 'CANARY' })))
    expect(text).not.toMatch(/CANARY|BwcH/)
    expect(text).toContain('sslmode=require')
    expect(printableConfig(read({ PAO_ENCRYPTION_KEY: '07'.repeat(32) }))).toMatchObject({ encryptionKey: 'redacted' })
  })
})
