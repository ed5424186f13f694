import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { readConfig } from '../src/config.js'
import { loadPlugins } from '../src/load-plugins.js'
import { StartProblems } from '../src/start-problems.js'

/** As an author without a package would write one: a plugin is a value, so it needs no import. */
const plugin = (name: string, more = '') => `{ name: '${name}', version: '1.0.0', requires: { '@pao/core': '0.x' }, actions: () => [], ${more} }`

const installed = async (files: Readonly<Record<string, string>>): Promise<string> => {
  const directory = await mkdtemp(join(tmpdir(), 'pao-plugins-'))
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(directory, path)), { recursive: true })
    await writeFile(join(directory, path), content)
  }
  return directory
}

const load = async (plugins: string, files: Readonly<Record<string, string>> = {}) => {
  const directory = await installed({ ...files, 'pao.config.yaml': `plugins:\n${plugins.split('\n').map((line) => `  ${line}\n`).join('')}` })
  // The working directory is another one: what counts is where the file lies.
  const answer = readConfig({ PAO_CONFIG: join(directory, 'pao.config.yaml') }, tmpdir())
  if ('problems' in answer) throw new Error(answer.problems.join('\n'))
  return loadPlugins(answer.config)
}

const problemsOf = async (plugins: string, files: Readonly<Record<string, string>> = {}): Promise<readonly string[]> => {
  const error = await load(plugins, files).then(() => undefined, (reason: unknown) => reason)
  return error instanceof StartProblems ? error.problems : [`no problem: ${String(error)}`]
}

const names = async (plugins: string, files: Readonly<Record<string, string>>) => (await load(plugins, files)).map((one) => one.plugin.name)

const manifest = (more: Readonly<Record<string, unknown>>) => JSON.stringify({ name: 'x', version: '1.0.0', type: 'module', ...more })

describe('a plugin is found', () => {
  test('by path, from the folder of the file', async () => {
    expect(await names('- ./own.mjs\n- ./folder/deep.mjs', { 'own.mjs': `export default ${plugin('own')}`, 'folder/deep.mjs': `export const plugin = ${plugin('deep')}` })).toEqual(['own', 'deep'])
  })

  test('by the name of a package beside the file, however that exports it', async () => {
    const files = {
      'node_modules/esm-only/package.json': manifest({ exports: { import: './index.js' } }), 'node_modules/esm-only/index.js': `export default ${plugin('esm-only')}`,
      'node_modules/@acme/scoped/package.json': manifest({ exports: { './sub': './sub.js' } }), 'node_modules/@acme/scoped/sub.js': `export const plugin = ${plugin('scoped')}`,
      'node_modules/common/package.json': manifest({ type: 'commonjs', main: 'main.js' }), 'node_modules/common/main.js': `module.exports = ${plugin('common')}`,
      'node_modules/compiled/package.json': manifest({ type: 'commonjs' }), 'node_modules/compiled/index.js': `Object.defineProperty(exports, '__esModule', { value: true }); exports.default = ${plugin('compiled')}`,
    }
    expect(await names('- esm-only\n- "@acme/scoped/sub"\n- common\n- compiled', files)).toEqual(['esm-only', 'scoped', 'common', 'compiled'])
  })

  test('with its options, read by its own schema', async () => {
    const schema = "options: { '~standard': { version: 1, vendor: 'x', validate: (value) => typeof value.size === 'number' ? { value: { size: value.size * 2 } } : { issues: [{ message: 'must be a number', path: ['size'] }] } } }"
    const files = { 'own.mjs': `export default ${plugin('own', schema)}` }
    expect((await load('- { uses: ./own.mjs, with: { size: 2 } }', files))[0]?.options).toEqual({ size: 4 })
    expect(await problemsOf('- { uses: ./own.mjs, with: { size: big } }', files)).toEqual(['Plugin ./own.mjs (pao.config.yaml:2:5): its options are not valid: size: must be a number. [plugin-options]'])
  })
})

describe('what keeps a plugin from being loaded is told', () => {
  const own = (source: string) => ({ 'own.mjs': source })
  test.each<[string, string, Readonly<Record<string, string>>, RegExp]>([
    ['a package that is not installed', '- "@acme/none/sub"', {}, /^Plugin @acme\/none\/sub \(pao\.config\.yaml:2:5\): the package @acme\/none is not installed.*npm install @acme\/none" in .*\[plugin-not-found\]$/],
    ['a file without "./"', '- own.mjs', own(`export default ${plugin('own')}`), /write "\.\/own\.mjs".*plugin-not-found/],
    ['a file that is not there', '- ./none.mjs', {}, /there is no file \/.*none\.mjs.*plugin-not-found/],
    ['a folder', '- ./folder', { 'folder/index.js': '' }, /is a folder.*\.\/folder\/index\.js.*plugin-import/],
    ['TypeScript', '- ./own.ts', { 'own.ts': '' }, /compile it.*plugin-import/],
    ['a URL', '- https://x.example/plugin.js', {}, /neither the name of a package nor a path.*plugin-not-found/],
    ['a part of Node', '- fs', {}, /part of Node.*plugin-not-found/],
    ['a part that the package does not export', '- closed/sub', { 'node_modules/closed/package.json': manifest({ name: 'closed', exports: { '.': './index.js' } }), 'node_modules/closed/index.js': '' }, /closed does not offer it.*exports.*plugin-import/],
    ['a package that was not built', '- unbuilt', { 'node_modules/unbuilt/package.json': manifest({ exports: './dist/index.js' }) }, /cannot be imported: .*dist\/index\.js.*plugin-import/],
    ['a missing peer', '- lonely', { 'node_modules/lonely/package.json': manifest({ exports: './index.js' }), 'node_modules/lonely/index.js': "import { definePlugin } from '@acme/peer/plugin'\nexport default definePlugin({})" }, /imports @acme\/peer.*, which is not installed beside it: run "npm install @acme\/peer".*plugin-missing-dependency/],
    ['a syntax error', '- broken', { 'node_modules/broken/package.json': manifest({ exports: './index.js' }), 'node_modules/broken/index.js': 'export default {' }, /cannot be imported: .*plugin-import/],
    ['what throws while it loads', '- ./own.mjs', own('throw new Error("no\\n    such luck")'), /cannot be imported: no\. \[plugin-import\]$/],
    ['what throws no error', '- ./own.mjs', own('throw undefined'), /something that is not an error.*plugin-import/],
    ['exports without a plugin', '- ./own.mjs', own('export const one = 1, two = 2'), /it exports one, two, and no plugin.*plugin-export/],
    ['no exports', '- ./own.mjs', own(''), /it exports nothing, and no plugin.*plugin-export/],
    ['an action', '- ./own.mjs', own('export default { type: "x", apiVersion: 1, run: () => 1 }'), /exports an action.*actions: \(\) => \[theAction\].*plugin-export/],
    ['a factory', '- ./own.mjs', own(`export default () => (${plugin('own')})`), /exports a function.*plugin-export/],
    ['a plugin for another version', '- ./own.mjs', own(`export default ${plugin('own', "requires: { '@pao/core': '^99.0.0' }")}`), /written for @pao\/core \^99\.0\.0, and this program has .*plugin-version/],
  ])('%s', async (_, plugins, files, expected) => {
    const problems = await problemsOf(plugins, files)
    expect(problems).toHaveLength(1)
    expect(problems[0]).toMatch(expected)
    expect(problems[0]).not.toContain('\n')
  })

  test('of all plugins at once, in their order', async () => {
    const good = { 'one.mjs': `export default ${plugin('same')}`, 'two.mjs': `export default ${plugin('same')}`, 'three.mjs': 'export default 1' }
    expect(await problemsOf('- ./one.mjs\n- ./none.mjs\n- ./three.mjs\n- ./two.mjs', good)).toEqual([
      expect.stringMatching(/none\.mjs \(pao\.config\.yaml:3:5\).*plugin-not-found/), expect.stringMatching(/three\.mjs.*plugin-export/),
      expect.stringMatching(/two\.mjs.*given by \.\/one\.mjs \(pao\.config\.yaml:2:5\).*plugin-duplicate/),
    ])
  })
})
