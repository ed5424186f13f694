import { readFileSync } from 'node:fs'
import { plugin } from '@pao/adapters-git'
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
  expect(issuesOf({ url: 'https://git.example.org/catalog.git', branch: 'next', directory: 'services', codeowners: 'gitlab', tokenSecret: 'GIT_TOKEN', username: 'oauth2', maxPackBytes: 1000 }))
    .toMatchObject({ codes: [], secrets: ['GIT_TOKEN'], source: { description: 'the branch next of https://git.example.org/catalog.git' } })
  expect(issuesOf({ path: '/srv/catalog.git' })).toMatchObject({ codes: [], secrets: [] })
})

test.each([
  [{}, 'plugin-setup'], [{ url: 'ext::sh -c id' }, 'plugin-setup'], [{ path: '-rf' }, 'plugin-setup'], [{ path: '/srv/a', tokenSecret: 'T' }, 'plugin-setup'],
  [{ url: 'https://x/y', depth: 1 }, 'plugin-options'], [{ url: 'https://x/y', codeowners: 'gitea' }, 'plugin-options'], [{ url: 7 }, 'plugin-options'], [{ url: 'https://x/y', username: 'a:b' }, 'plugin-options'],
])('%j is told at the start', (options, code) => { expect(issuesOf(options).codes).toEqual([code]) })
