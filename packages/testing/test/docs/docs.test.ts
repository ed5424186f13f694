import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { realpath, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { projectWith } from '../node-test/published-packages.js'

// Each file is a process of its own.
vi.setConfig({ testTimeout: 90_000, hookTimeout: 90_000 })

const pages = { 'README.md': '../../README.md', 'write-an-adapter.md': '../../../../docs/how-to/write-an-adapter.md' }

/** The files that a page holds: ```js name. */
const filesOf = (page: string): readonly (readonly [name: string, text: string])[] =>
  [...readFileSync(new URL(page, import.meta.url), 'utf8').matchAll(/^```js (\S+)\n([\s\S]*?)^```$/gm)].map(([, name = '', text = '']) => [name, text] as const)

const run = (directory: string, files: readonly string[]): Promise<{ readonly code: number; readonly text: string }> => new Promise((resolve) => {
  const { NODE_OPTIONS, NODE_TEST_CONTEXT, ...env } = process.env
  execFile(process.execPath, ['--test', '--test-reporter=tap', ...files], { cwd: directory, timeout: 60_000, env }, (error, stdout, stderr) => {
    resolve({ code: error === null ? 0 : 1, text: `${stdout}${stderr}` })
  })
})

describe.each(Object.entries(pages))('the code of %s', (_, page) => {
  let project: Awaited<ReturnType<typeof projectWith>>
  beforeAll(async () => {
    project = await projectWith(['core', 'testing'])
    await symlink(await realpath(fileURLToPath(new URL('../../node_modules/fast-check', import.meta.url))), join(project.directory, 'node_modules', 'fast-check'))
    for (const [name, text] of filesOf(page)) await project.write(name, text)
  })
  afterAll(() => project.remove())

  test('runs and passes', async () => {
    const files = filesOf(page).map(([name]) => name).filter((name) => name.endsWith('.test.mjs'))
    const { code, text } = await run(project.directory, files)
    expect(code, text).toBe(0)
    expect([Number(/^# fail (\d+)$/m.exec(text)?.[1]), Number(/^# cancelled (\d+)$/m.exec(text)?.[1])]).toEqual([0, 0])
    expect(Number(/^# pass (\d+)$/m.exec(text)?.[1])).toBeGreaterThanOrEqual(files.length)
  })
})
