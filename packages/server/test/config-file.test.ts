import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { printableConfig, readConfig } from '../src/config.js'
import { parseConfigFile } from '../src/config-file.js'

const read = (text: string) => parseConfigFile(text, '/etc/pao/pao.config.yaml')
const problems = (text: string) => read(text).problems

const folder = async (files: Readonly<Record<string, string | Uint8Array>>): Promise<string> => {
  const directory = await mkdtemp(join(tmpdir(), 'pao-config-'))
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
  for (const [name, content] of Object.entries(files)) await writeFile(join(directory, name), content)
  return directory
}

test('plugins by name, by path, and with options', () => {
  expect(read('plugins:\n  - "@acme/one"\n  - ./two.mjs\n  - uses: three\n    with: { url: https://x.example, tokenSecret: T, list: [1, { a: null }] }\n')).toEqual({
    problems: [],
    file: { path: '/etc/pao/pao.config.yaml', plugins: [
      { uses: '@acme/one', at: 'pao.config.yaml:2:5' }, { uses: './two.mjs', at: 'pao.config.yaml:3:5' },
      { uses: 'three', at: 'pao.config.yaml:4:5', with: { url: 'https://x.example', tokenSecret: 'T', list: [1, { a: null }] } },
    ] },
  })
})

test.each(['', '# nothing\n', '---\n', 'plugins:\n', 'plugins: []\n'])('nothing is written in %j', (text) => {
  expect(read(text)).toEqual({ file: { path: '/etc/pao/pao.config.yaml', plugins: [] }, problems: [] })
})

describe('is told with its place', () => {
  test.each<[string, string, readonly RegExp[]]>([
    ['another shape', '- a\n', [/^pao\.config\.yaml:1:1: the file must be an object/]],
    ['an unknown key', 'plugin: []\nport: 80\n', [/:1:1: "plugin" is not known in this file\. Did you mean "plugins"\?/, /:2:1: "port" is not known in this file\. Known: plugins\./]],
    ['plugins that are no list', 'plugins: ./a.mjs\n', [/:1:10: plugins must be a list/]],
    ['entries that are none', 'plugins:\n  - 1\n  - ""\n  - [a]\n  -\n', [/:2:5: plugins\[0\] must be/, /:3:5: plugins\[1\]/, /:4:5: plugins\[2\]/, /plugins\[3\]/]],
    ['an unknown key of an entry', 'plugins:\n  - use: a\n    with: {}\n', [/:2:5: "use" is not known in plugins\[0\]\. Did you mean "uses"\?/, /:2:5: uses of plugins\[0\] must be/]],
    ['options that are none', 'plugins:\n  - { uses: a, with: [1] }\n', [/:2:22: with must be an object/]],
    ['what is no YAML', 'plugins: [\n', [/^pao\.config\.yaml:\d+:\d+: /]],
    ['a key twice', 'plugins: []\nplugins: []\n', [/:2:1: .*unique/i]],
    ['several documents', 'plugins: []\n---\nplugins: []\n', [/^pao\.config\.yaml:/]],
    ['an alias', 'plugins: [&a x, *a]\n', [/:1:14: anchors and aliases/, /:1:17: anchors and aliases/]],
    ['a tag', 'plugins: [!!js/function "x"]\n', [/:1:25: the tag .*js\/function is not read here/]],
    ['a number that JSON does not have', 'plugins: [{ uses: a, with: { n: .inf } }]\n', [/:1:33: NaN and infinity/]],
    ['a name that is dangerous', 'plugins: [{ uses: a, with: { __proto__: { a: 1 } } }]\n', [/:1:30: "__proto__" is no name/]],
    ['a merge key', 'plugins: [{ uses: a, with: { <<: { a: 1 } } }]\n', [/"<<" is no name/]],
  ])('%s', (_, text, expected) => {
    const found = problems(text)
    expect(found).toHaveLength(expected.length)
    expected.forEach((one, index) => { expect(found[index]).toMatch(one) })
  })

  test.each(['token: CANARY', 'password: CANARY', 'api_key: CANARY', 'apiKey: CANARY', 'auth: { privateKey: CANARY }', 'list: [{ githubToken: CANARY }]', 'url: "https://me:CANARY@x.example/"'])('a secret, which it does not quote: %s', (option) => {
    const found = problems(`plugins:\n  - uses: a\n    with: { ${option} }\n`)
    expect(found).toEqual([expect.stringMatching(/^pao\.config\.yaml:3:\d+: ".*" holds a secret\. .*PAO_SECRET_<NAME>/)])
    expect(found.join()).not.toContain('CANARY')
  })

  test.each(['tokenSecret: NAME', 'token: ""', 'tokenLifetime: 30', 'token: { secret: NAME }', 'url: "https://me@x.example/"', 'keys: [a]'])('not what only looks a little like one: %s', (option) => {
    expect(problems(`plugins:\n  - uses: a\n    with: { ${option} }\n`)).toEqual([])
  })
})

describe('the configuration', () => {
  const plugins = async (files: Readonly<Record<string, string | Uint8Array>>, environment: Record<string, string> = {}) => readConfig(environment, await folder(files))

  test('reads pao.config.yaml of the working directory, where there is one', async () => {
    expect(await plugins({})).toMatchObject({ config: { plugins: [], catalogGiven: false } })
    const directory = await folder({ 'pao.config.yaml': 'plugins: [a]\n' })
    expect(readConfig({ PAO_CATALOG: 'x' }, directory)).toMatchObject({ config: { configFile: join(directory, 'pao.config.yaml'), plugins: [{ uses: 'a' }], catalogGiven: true } })
  })

  test('reads the file that PAO_CONFIG names in its place, which must be there', async () => {
    const directory = await folder({ 'pao.config.yaml': 'plugins: [a]\n', 'other.yaml': 'plugins: [b]\n' })
    expect(readConfig({ PAO_CONFIG: 'other.yaml' }, directory)).toMatchObject({ config: { configFile: join(directory, 'other.yaml'), plugins: [{ uses: 'b' }] } })
    expect(readConfig({ PAO_CONFIG: 'none.yaml' }, directory)).toEqual({ problems: [expect.stringMatching(/none\.yaml cannot be read \(ENOENT\)\. Set PAO_CONFIG/)] })
    expect(readConfig({ PAO_CONFIG: '.' }, directory)).toEqual({ problems: [expect.stringMatching(/cannot be read \(EISDIR\)/)] })
  })

  test('tells what is wrong in both at once, and files that would be ignored', async () => {
    expect(await plugins({ 'pao.config.yaml': 'plugin: []\n' }, { HOST: '0.0.0.0', PORT: 'x' })).toEqual({ problems: [expect.stringMatching(/^PORT/), expect.stringMatching(/^HOST/), expect.stringMatching(/^pao\.config\.yaml:1:1/)] })
    expect(await plugins({ 'pao.config.yml': '' })).toEqual({ problems: ['pao.config.yml is not read: name it pao.config.yaml.'] })
    expect(await plugins({ 'pao.config.yaml': new Uint8Array([0xff, 0xfe, 0x00]) })).toEqual({ problems: [expect.stringContaining('it is not UTF-8 text')] })
    expect(await plugins({ 'pao.config.yaml': `# ${'x'.repeat(1024 * 1024)}` })).toEqual({ problems: [expect.stringContaining('is larger than')] })
  })

  test('is shown with the names of options, and not with what they hold', async () => {
    const answer = await plugins({ 'pao.config.yaml': 'plugins: [{ uses: a, with: { url: CANARY } }]\n' })
    if ('problems' in answer) throw new Error(answer.problems.join())
    expect(printableConfig(answer.config)).toMatchObject({ plugins: [{ uses: 'a', options: ['url'] }] })
    expect(JSON.stringify(printableConfig(answer.config))).not.toContain('CANARY')
  })
})
