import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'

const probe = fileURLToPath(new URL('../scripts/import-probe.mjs', import.meta.url))

let directory: string
beforeAll(async () => { directory = await mkdtemp(join(tmpdir(), 'pao-probe-')) })
afterAll(() => rm(directory, { recursive: true, force: true }))

const found = async (source: string): Promise<readonly { readonly what: string; readonly file?: string }[]> => {
  const file = join(directory, `module-${Math.random()}.mjs`)
  await writeFile(file, source)
  const { stdout } = await promisify(execFile)(process.execPath, [probe, file], { timeout: 20_000, env: { ...process.env, NODE_OPTIONS: '' } })
  const all = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as readonly { readonly what: string; readonly file?: string }[]
  return all.map((one) => one.file === file ? { what: one.what } : one)
}

test('an import that only makes values is clean', async () => {
  expect(await found("import { createHash } from 'node:crypto'\nimport 'node:net'\nexport const hash = createHash('sha256').update(process.version).digest('hex')")).toEqual([])
})

test.each([
  ['setTimeout(() => undefined, 1).unref()', 'starts Timeout'],
  ["import { setInterval } from 'node:timers'; setInterval(() => undefined, 1).unref()", 'starts Timeout'],
  ['setImmediate(() => undefined)', 'starts Immediate'],
  ["import { createServer } from 'node:net'; const server = createServer().listen(0, '127.0.0.1', () => server.close())", 'starts TCPSERVERWRAP'],
  ["import { execFile } from 'node:child_process'; execFile(process.execPath, ['-v'])", 'starts PROCESSWRAP'],
  ['export const name = process.env.HOME', 'reads process.env.HOME'],
  ["import { env } from 'node:process'; export const all = 'HOME' in env", 'reads process.env.HOME'],
  ['export const all = { ...process.env }', 'reads process.env'],
  ["console.error('hello')", 'says by console.error'],
  ["process.stderr.write('hello')", 'writes to stderr'],
])('%s is seen', async (source, what) => {
  expect(await found(source)).toContainEqual({ what })
})

test('listeners and global names are seen', async () => {
  expect((await found("process.once('SIGTERM', () => undefined)")).map(({ what }) => what)).toContainEqual(expect.stringContaining('SIGTERM:1'))
  expect(await found('globalThis.mine = 1')).toContainEqual({ what: 'changes the global names' })
})
