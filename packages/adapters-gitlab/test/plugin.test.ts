import { readFileSync } from 'node:fs'
import { plugin } from '@pao/adapters-gitlab'
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
  expect(issuesOf({ project: 'acme/platform/catalog', branch: 'next', tokenSecret: 'GITLAB_TOKEN', apiUrl: 'https://gitlab.example.com/api/v4', statusName: 's' }))
    .toMatchObject({ codes: [], secrets: ['GITLAB_TOKEN'], source: { description: 'the branch next of acme/platform/catalog on GitLab' } })
  expect(issuesOf({ project: '42' })).toMatchObject({ codes: [], secrets: [] })
})

test.each([
  [{}, 'plugin-options'], [{ project: 'a/b', token: 'x' }, 'plugin-options'], [{ project: 'catalog' }, 'plugin-setup'], [{ project: 'a/b', directory: '..' }, 'plugin-setup'],
])('%j is told at the start', (options, code) => { expect(issuesOf(options).codes).toEqual([code]) })
