import { readFile } from 'node:fs/promises'
import { describe, expect, expectTypeOf, test } from 'vitest'
import { isPaoError } from '../../src/errors.js'
import { CORE_VERSION } from '../../src/core-version.js'
import { fromJsonSchema } from '../../src/form/from-json-schema.js'
import { memoryCatalogSource } from '../../src/memory/memory-catalog-source.js'
import { memorySecrets } from '../../src/memory/memory-secrets.js'
import { silentLogger } from '../../src/memory/silent-logger.js'
import { systemClock } from '../../src/memory/system-clock.js'
import { type PluginUse, checkPlugins } from '../../src/plugin/check-plugins.js'
import { type AnyPlugin, type PluginContext, definePlugin } from '../../src/plugin/plugin.js'
import { setUpPlugins } from '../../src/plugin/set-up-plugins.js'
import { makeAction } from '../catalog/fake-actions.js'

const requires = { '@pao/core': '0.x' }
const plugin = (more: Record<string, unknown> = {}) => ({ name: 'one', version: '1.0.0', requires, actions: () => [makeAction('one', {})], ...more })
const use = (given: unknown, options?: unknown, label = 'the plugin'): PluginUse => ({ label, plugin: given, ...(options === undefined ? {} : { options }) })
const findings = (given: unknown, options?: unknown) => checkPlugins([use(given, options)]).issues.map(({ code, message }) => `${code}: ${message}`)

const host = { logger: silentLogger(), http: { request: () => Promise.reject(new Error('no call')) }, clock: systemClock(), secrets: memorySecrets({ TOKEN: 'value', OTHER: 'other' }) }
const setUp = (...given: readonly unknown[]) => {
  const { plugins, issues } = checkPlugins(given.map((one, index) => use(one, undefined, `plugin ${index}`)))
  expect(issues).toEqual([])
  return setUpPlugins(plugins, { ...host, actions: [makeAction('built-in', { aliases: ['old-name'] })] })
}

test('the version that plugins are held to is that of the package', async () => {
  const manifest = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8')) as { readonly version: string }
  expect(CORE_VERSION).toBe(manifest.version)
})

describe('a plugin is refused', () => {
  const options = fromJsonSchema<{ readonly url: string }>({ type: 'object', required: ['url'], properties: { url: { type: 'string', minLength: 3 } } }).schema
  test.each<[string, unknown, RegExp]>([
    ['that is none', undefined, /^plugin-export: .*definePlugin/],
    ['that is a function', () => plugin(), /^plugin-export: /],
    ['that does not say what it is for', plugin({ requires: undefined }), /^plugin-declaration: .*requires: \{ '@pao\/core'/],
    ['whose range is none', plugin({ requires: { '@pao/core': 'the newest' } }), /^plugin-declaration: .*range/],
    ['whose range is empty, which would mean any', plugin({ requires: { '@pao/core': '' } }), /^plugin-declaration: .*range/],
    ['for another version', plugin({ requires: { '@pao/core': '>=99' }, unheardOf: true }), new RegExp(`^plugin-version: .*>=99.*has ${CORE_VERSION}`)],
    ['without a name', plugin({ name: ' ' }), /^plugin-declaration: .*name/],
    ['with a version of its own kind', plugin({ version: 'v1.0' }), /^plugin-declaration: .*semantic version/],
    ['that provides nothing', plugin({ actions: undefined }), /^plugin-declaration: .*provides nothing/],
    ['whose actions are no function', plugin({ actions: [makeAction('one', {})] }), /^plugin-declaration: its actions is not a function/],
    ['with a typing error', plugin({ catalogSouce: () => undefined }), /^plugin-declaration: .*Did you mean "catalogSource"/],
    ['with a schema that is none', plugin({ options: { type: 'object' } }), /^plugin-declaration: .*Standard Schema/],
    ['whose schema answers later', plugin({ options: { '~standard': { version: 1, vendor: 'x', validate: () => Promise.reject(new Error('late')) } } }), /^plugin-options: .*synchronously/],
    ['whose options fail', plugin({ options }), /^plugin-options: .*url/],
    ['whose schema throws', plugin({ options: { '~standard': { validate: () => { throw new Error('broken schema') } } } }), /^plugin-options: .*broken schema/],
    ['whose secrets are no names', plugin({ secrets: () => 'TOKEN' }), /^plugin-options: .*list of names/],
  ])('%s', (_, given, expected) => {
    const found = findings(given)
    expect(found).toHaveLength(1)
    expect(found[0]).toMatch(expected)
  })

  test('that takes no options and is given some; a message quotes none', () => {
    expect(findings(plugin(), { token: 'CANARY' })).toEqual([expect.stringMatching(/^plugin-options: (?!.*CANARY)/)])
    expect(findings(plugin({ options }), { url: 'C' })).toEqual([expect.stringMatching(/^plugin-options: .*url: must NOT have fewer than 3 characters$/)])
  })

  test('that is given twice: the first stays', () => {
    const { plugins, issues } = checkPlugins([use(plugin(), undefined, './a.mjs'), use(plugin(), undefined, './b.mjs')])
    expect([plugins.map(({ label }) => label), issues]).toEqual([['./a.mjs'], [{ code: 'plugin-duplicate', plugin: './b.mjs', message: expect.stringContaining('./a.mjs') }]])
  })

  test('with everything that is wrong at once', () => {
    expect(findings(plugin({ name: '', version: 1, actions: 1 }))).toHaveLength(3)
  })
})

describe('what plugins provide', () => {
  test('is called once, with the options and nothing ambient', () => {
    const contexts: PluginContext<unknown>[] = []
    const options = fromJsonSchema<{ readonly url: string }>({ type: 'object', properties: { url: { type: 'string' } } }).schema
    const { plugins } = checkPlugins([use(plugin({ options, actions: (context: PluginContext) => { contexts.push(context); return [makeAction('one', {})] } }), { url: 'https://x' })])
    const { actions, issues } = setUpPlugins(plugins, host)
    expect([actions.map(({ type }) => type), issues]).toEqual([['one'], []])
    expect(contexts.map((context) => Object.keys(context).sort())).toEqual([['clock', 'http', 'logger', 'options', 'secret']])
    expect(contexts[0]?.options).toEqual({ url: 'https://x' })
  })

  test('names the plugin in the log', () => {
    const lines: unknown[] = []
    const log = (fields: unknown, message: string) => { lines.push([fields, message]) }
    const { plugins } = checkPlugins([use(plugin({ actions: ({ logger }: PluginContext) => { logger.warn({ plugin: 'a lie', n: 1 }, 'hello'); return [] } }))])
    setUpPlugins(plugins, { ...host, logger: { debug: log, info: log, warn: log, error: log } })
    expect(lines).toEqual([[{ plugin: 'one', n: 1 }, 'hello']])
  })

  test('gets the secrets that it declared, and no others', async () => {
    let context: PluginContext | undefined
    setUp(plugin({ secrets: () => ['TOKEN', 'GONE'], actions: (given: PluginContext) => { context = given; return [] } }))
    expect(await context?.secret('TOKEN')).toBe('value')
    const refused = await context?.secret('OTHER').catch((error: unknown) => error)
    const missing = await context?.secret('GONE').catch((error: unknown) => error)
    expect([isPaoError(refused, 'SECRET_NOT_DECLARED'), isPaoError(missing, 'SECRET_UNAVAILABLE')]).toEqual([true, true])
  })

  test('that throws or is of another shape is told of the plugin, and ends no other', () => {
    const { actions, issues } = setUp(
      plugin({ name: 'throws', actions: () => { throw new Error('no idea') } }),
      plugin({ name: 'no-list', actions: () => makeAction('two', {}) }),
      plugin({ name: 'later', actions: () => Promise.resolve([]) }),
      plugin({ name: 'no-source', actions: undefined, catalogSource: () => ({ read: 1 }) }),
      plugin({ name: 'good' }),
    )
    expect(actions.map(({ type }) => type)).toEqual(['one'])
    expect(issues).toMatchObject([0, 1, 2, 3].map((index) => ({ plugin: `plugin ${index}`, code: 'plugin-setup' })))
    expect(issues[0]?.message).toContain('no idea')
  })

  test('an action takes no name of the program or of another plugin, alias or not', () => {
    const named = (name: string, type: string, aliases: readonly string[] = []) => plugin({ name, actions: () => [makeAction(type, { aliases })] })
    const { actions, issues } = setUp(named('a', 'fresh', ['shared']), named('b', 'built-in'), named('c', 'c-type', ['old-name']), named('d', 'shared'), named('e', 'e-type', ['fresh']))
    expect(actions.map(({ type }) => type)).toEqual(['fresh'])
    expect(issues.map(({ code, message }) => [code, /which (.*) has \((.*)\):/.exec(message)?.slice(1)])).toEqual([
      ['plugin-action', ['this program', 'action-duplicate']], ['plugin-action', ['this program', 'action-duplicate']],
      ['plugin-action', ['plugin 0', 'action-duplicate']], ['plugin-action', ['plugin 0', 'action-duplicate']],
    ])
  })

  test.each<[string, unknown, RegExp]>([
    ['for another version of the contract', { ...makeAction('one', {}), apiVersion: 2, run: undefined }, /action-api-version.*version 2.*has version 1/],
    ['that is none', undefined, /action-shape.*defineAction/],
    ['without a plan', { ...makeAction('one', {}), plan: undefined }, /action-shape.*one needs plan: a function/],
    ['without a schema', { ...makeAction('one', {}), config: { type: 'object' } }, /action-shape.*config/],
    ['with a typing error', { ...makeAction('one', {}), reconsile: () => undefined }, /action-shape.*Did you mean "reconcile"/],
    ['that creates and does not say how it is found again', makeAction('one', { effect: 'create' }), /action-incomplete.*reconcile/],
  ])('an action is refused %s', (_, action, expected) => {
    const { actions, issues } = setUp(plugin({ actions: () => [action] }))
    expect([actions, issues.map(({ code }) => code)]).toEqual([[], ['plugin-action']])
    expect(issues[0]?.message).toMatch(expected)
  })

  test('one catalog source is taken, a second one is told', () => {
    const source = memoryCatalogSource()
    const { catalogSource, issues } = setUp(plugin({ name: 'a', catalogSource: () => source }), plugin({ name: 'b', actions: undefined, catalogSource: () => memoryCatalogSource() }))
    expect(catalogSource).toBe(source)
    expect(issues).toMatchObject([{ code: 'plugin-catalog-source', plugin: 'plugin 1', message: expect.stringContaining('plugin 0') }])
  })
})

test('schemas of libraries that make functions are schemas', () => {
  const schema = Object.assign(() => undefined, { '~standard': { version: 1, vendor: 'x', validate: (value: unknown) => ({ value }) } })
  const { actions, issues } = setUp(plugin({ options: schema, actions: () => [makeAction('one', { config: { schema: schema as never, jsonSchema: { type: 'object' } } })] }))
  expect([actions.length, issues]).toEqual([1, []])
})

test('the options of the context have the type of the schema', () => {
  const options = fromJsonSchema<{ readonly url: string }>({ type: 'object' }).schema
  const made = definePlugin({ name: 'x', version: '1.0.0', requires, options, actions: (context) => { expectTypeOf(context.options).toEqualTypeOf<{ readonly url: string }>(); return [] } })
  expectTypeOf(made).toExtend<AnyPlugin>()
})
