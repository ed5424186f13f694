import { PaoError } from '@pao/core'
import type { HttpClient, HttpRequest } from '@pao/core/action'
import { memorySecrets, silentLogger, systemClock } from '@pao/core/memory'
import { checkPlugins, setUpPlugins } from '@pao/core/plugin'
import type { CatalogSource } from '@pao/core/ports'
import { catalogSourceContract, runContract } from '@pao/testing'
import { describe, expect, test } from 'vitest'

const url = 'https://documents.example.org/catalog.json'
// The package by its own name, as a server imports it.
const { default: plugin } = await import(new URL('../plugin.js', import.meta.url).href) as { readonly default: unknown }

/** The source as a program would have it: the plugin checked, with its options, over an HTTP client. */
const sourceOver = (http: HttpClient, options: Readonly<Record<string, string>> = { url }): CatalogSource => {
  const { plugins, issues } = checkPlugins([{ label: 'example', plugin, options }])
  const host = { http, logger: silentLogger(), clock: systemClock(), secrets: memorySecrets({ DOCUMENTS_TOKEN: 'first' }) }
  const { catalogSource, issues: more } = setUpPlugins(plugins, host)
  expect([...issues, ...more]).toEqual([])
  if (catalogSource === undefined) throw new Error('the plugin gave no source')
  return catalogSource
}

/** An endpoint that answers in a later turn, as all do. */
const answering = (answer: (request: HttpRequest) => { readonly status: number; readonly body: string }): HttpClient => ({
  request: async (request) => {
    await new Promise((resolve) => { setImmediate(resolve) })
    request.signal?.throwIfAborted()
    const { status, body } = answer(request)
    return { status, headers: {}, body, json: () => JSON.parse(body) as never }
  },
})

runContract(catalogSourceContract, {
  test,
  create: async () => {
    const files = new Map<string, string>()
    let isUp = true
    const http = answering(() => {
      if (!isUp) throw new PaoError('HTTP_CONNECTION', 'connection refused', { retryable: true })
      return { status: 200, body: JSON.stringify({ files: Object.fromEntries(files) }) }
    })
    return {
      source: sourceOver(http), again: () => sourceOver(http),
      breakDown: async () => { isUp = false },
      change: async (changes) => {
        for (const [path, content] of Object.entries(changes)) {
          if (content === undefined) files.delete(path)
          else files.set(path, String(content))
        }
      },
    }
  },
  skip: {
    'a file that is no UTF-8 text is given as unreadable and hides no other': 'JSON holds texts only',
    'watch tells of each change, and of none after its stop': 'the endpoint does not tell of changes',
  },
})

describe('what only an endpoint does', () => {
  const read = (http: HttpClient, options?: Readonly<Record<string, string>>) => sourceOver(http, options).read(new AbortController().signal)

  test.each([
    ['another status', 500, ''], ['no JSON', 200, '<html>'], ['another shape', 200, '[]'], ['no texts', 200, '{"files":{"a.yaml":1}}'], ['null', 200, 'null'], ['a list', 200, '{"files":["a"]}'],
  ])('%s is an outage and no empty catalog', async (_, status, body) => {
    await expect(read(answering(() => ({ status, body })))).rejects.toMatchObject({ code: 'CATALOG_UNAVAILABLE' })
  })

  test('the token is sent, and a source without one sends none', async () => {
    const seen: (string | undefined)[] = []
    const http = answering(({ headers }) => { seen.push(headers?.['authorization']); return { status: 200, body: '{"files":{}}' } })
    await read(http, { url, tokenSecret: 'DOCUMENTS_TOKEN' })
    await read(http)
    expect(seen).toEqual(['Bearer first', undefined])
  })

  test('options of another shape are told', () => {
    const codes = (options: unknown) => checkPlugins([{ label: 'example', plugin, options }]).issues.map(({ code }) => code)
    expect([codes({}), codes({ url: 'file:///etc' }), codes({ url, tokn: 'x' })]).toEqual([['plugin-options'], ['plugin-options'], ['plugin-options']])
  })
})
