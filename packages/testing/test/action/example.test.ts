import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'tsup'
import { afterAll, expect, test } from 'vitest'

const example = (name: string): string => fileURLToPath(new URL(`./example/${name}`, import.meta.url))
const outDir = mkdtempSync(join(tmpdir(), 'pao-testing-'))
afterAll(() => { rmSync(outDir, { recursive: true, force: true }) })

/** From the sources, as one file: nothing has to be built before. */
const bundled = async (): Promise<string> => {
  await build({
    entry: { example: example('mailbox.node.ts') }, outDir, format: 'esm', platform: 'node', config: false, silent: true, clean: false, dts: false, removeNodeProtocol: false, noExternal: [/.*/],
    outExtension: () => ({ js: '.mjs' }), esbuildOptions: (options) => { options.conditions = ['source'] },
    banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
  })
  return join(outDir, 'example.mjs')
}

const nodeTest = (file: string): Promise<{ readonly code: number; readonly output: string }> => new Promise((resolve) => {
  // Without the variables by which a runner tells its children that they are tests of its own.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(NODE_OPTIONS|NODE_TEST_CONTEXT|VITEST.*)$/.test(name)))
  execFile(process.execPath, ['--test', '--test-reporter=tap', file], { env, timeout: 60_000 }, (error, stdout, stderr) => {
    resolve({ code: error === null ? 0 : 1, output: `${stdout}${stderr}` })
  })
})

test('the example of the readme passes under node:test, and what does not apply says why', async () => {
  const { code, output } = await nodeTest(await bundled())
  expect(output).not.toMatch(/^\s*not ok/m)
  expect(code, output).toBe(0)
  expect(output).toMatch(/ok \d+ - Action: a crash at each point leaves one effect\n/)
  expect(output).toMatch(/ok \d+ - Action: a crash between effect and park still waits # SKIP not applicable: it never waits/)
  expect(output).toMatch(/ok \d+ - a mailbox that was made before the process died is adopted/)
}, 120_000)

test('the readme shows the example as it is', () => {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')
  for (const name of ['mailbox-action.ts', 'mailbox.node.ts']) expect(readme, name).toContain(`\`\`\`ts\n${readFileSync(example(name), 'utf8')}\`\`\``)
})
