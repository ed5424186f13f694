import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { claimsContract, clockContract, requestStoreContract } from '@pao/testing'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { projectWith } from './published-packages.js'

// Each test is a process of its own.
vi.setConfig({ testTimeout: 90_000, hookTimeout: 90_000 })

let project: Awaited<ReturnType<typeof projectWith>>
beforeAll(async () => { project = await projectWith(['core', 'testing']) })
afterAll(() => project.remove())

const run = (...given: readonly string[]): Promise<{ readonly code: number; readonly text: string }> => new Promise((resolve) => {
  const { NODE_OPTIONS, NODE_TEST_CONTEXT, ...env } = process.env
  execFile(process.execPath, given, { cwd: project.directory, timeout: 60_000, env }, (error, stdout, stderr) => {
    resolve({ code: error === null ? 0 : 1, text: `${stdout}${stderr}` })
  })
})

const tests = async (name: string, source: string) => run('--test', '--test-reporter=tap', await project.write(name, source))

const count = (text: string, what: string): number => Number(new RegExp(`^# ${what} (\\d+)$`, 'm').exec(text)?.[1] ?? Number.NaN)

describe('the kit under node:test, as it is published', () => {
  test('runs each case of the contracts, shows what is skipped, and passes', async () => {
    const { code, text } = await tests('kit.test.mjs', await readFile(new URL('kit.mjs', import.meta.url), 'utf8'))
    const cases = requestStoreContract.cases.length + claimsContract.cases.length + clockContract.cases.length
    expect(code, text).toBe(0)
    expect([count(text, 'pass'), count(text, 'fail'), count(text, 'skipped')]).toEqual([cases - 2 + 3, 0, 2])
    expect(text).toContain('# SKIP')
    expect(text).toContain('nothing is lost between memory and its caller')
  })

  test('fails for an adapter that breaks a law, naming the case', async () => {
    const { code, text } = await tests('broken.test.mjs', `
      import { test } from 'node:test'
      import { clockContract, runContract, virtualClock } from '@pao/testing'
      runContract(clockContract, { test, create: async () => {
        const clock = virtualClock()
        return { clock: { now: () => 0, schedule: clock.schedule }, elapse: clock.advance }
      } })`)
    expect([code, count(text, 'fail')]).toEqual([1, 2])
    expect(text).toContain('not ok 1 - Clock: now goes on with the time')
  })

  test('needs fast-check for the arbitraries, and for nothing else', async () => {
    expect(await run('--input-type=module', '-e', "await import('@pao/testing')")).toEqual({ code: 0, text: '' })
    const { code, text } = await run('--input-type=module', '-e', "await import('@pao/testing/arbitraries')")
    expect(code).toBe(1)
    expect(text).toContain("Cannot find package 'fast-check'")
  })
})
