import { readFileSync } from 'node:fs'
import { plugin } from '@pao/adapters-github'
import { memorySecrets, silentLogger, systemClock } from '@pao/core/memory'
import { checkPlugins, setUpPlugins } from '@pao/core/plugin'
import { expect, test } from 'vitest'

const http = { request: () => Promise.reject(new Error('nothing is called')) }

const issuesOf = (options: unknown) => {
  const { plugins, issues } = checkPlugins([{ label: 'catalog', plugin, options }])
  const set = setUpPlugins(plugins, { logger: silentLogger(), http, clock: systemClock(), secrets: memorySecrets({}) })
  return { codes: [...issues, ...set.issues].map(({ code }) => code), source: set.catalogSource, secrets: plugins.flatMap(({ secrets }) => secrets) }
}

test('its version is the package\'s', () => {
  const { version, name } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { readonly version: string; readonly name: string }
  expect([plugin.name, plugin.version]).toEqual([name, version])
})

test('options become a source, and name their secret', () => {
  expect(issuesOf({ repository: 'acme/catalog', branch: 'next', tokenSecret: 'GITHUB_TOKEN' }))
    .toMatchObject({ codes: [], secrets: ['GITHUB_TOKEN'], source: { description: 'the branch next of acme/catalog on GitHub' } })
  expect(issuesOf({ repository: 'acme/catalog', app: { id: '1', installation: '2', privateKeySecret: 'KEY' }, apiUrl: 'https://github.example.com/api/v3', checkName: 'c' })).toMatchObject({ codes: [], secrets: ['KEY'] })
})

test.each([
  [{}, 'plugin-options'], [{ repository: 'acme/catalog', token: 'x' }, 'plugin-options'], [{ repository: 'acme/catalog', app: { id: '1' } }, 'plugin-options'],
  [{ repository: 'acme' }, 'plugin-setup'], [{ repository: 'acme/catalog', tokenSecret: 'A', app: { id: '1', installation: '2', privateKeySecret: 'B' } }, 'plugin-setup'],
])('%j is told at the start', (options, code) => { expect(issuesOf(options).codes).toEqual([code]) })
