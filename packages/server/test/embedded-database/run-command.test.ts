import { afterEach, expect, test, vi } from 'vitest'

import { runCommand } from '../../src/embedded-database/run-command.js'

const run = (script: string) => runCommand(process.execPath, ['--eval', script], { user: { name: 'whoever runs this' }, directory: '/' })

afterEach(() => { vi.unstubAllEnvs() })

test("PostgreSQL's programs get neither the server's secrets nor its PG variables", async () => {
  vi.stubEnv('PAO_SECRET_JIRA', 'the token')
  vi.stubEnv('PGPASSWORD', 'the password')
  const { code, text } = await run('console.log(JSON.stringify(process.env))')
  const given = JSON.parse(text) as Record<string, string>
  expect(code).toBe(0)
  expect(given).toMatchObject({ PATH: process.env['PATH'], LC_ALL: 'C' })
  expect(Object.keys(given)).not.toEqual(expect.arrayContaining(['PAO_SECRET_JIRA']))
  expect(Object.keys(given)).not.toEqual(expect.arrayContaining(['PGPASSWORD']))
})

test('a program that is not there is an answer too', async () => {
  const { code, text } = await runCommand('/nowhere/initdb', [], { user: { name: 'whoever runs this' }, directory: '/' })
  expect(code).toBeUndefined()
  expect(text).toContain('ENOENT')
})
