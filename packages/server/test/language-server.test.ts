import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { api } from './api-fixture.js'
import { type Diagnostic, type LanguageClient, type Position, startLanguageServer } from './language-client.js'

/** The schema as it is published, in a file: nothing is fetched from anywhere. */
let folder: string
let client: LanguageClient
let good: string
let opened = 0

const example = new URL('../../../examples/catalog/database-postgresql-standard.yaml', import.meta.url)

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pao-language-server-'))
  const { status, text } = await api().call('GET', '/api/v1/schema/catalog-item?draft=07')
  expect(status).toBe(200)
  const schema = join(folder, 'catalog-item.schema.json')
  await writeFile(schema, text)
  good = await readFile(example, 'utf8')
  client = await startLanguageServer({
    yaml: { validate: true, hover: true, completion: true, schemaStore: { enable: false, url: '' }, schemas: { [pathToFileURL(schema).href]: ['*.yaml'] } },
    http: { proxy: '', proxyStrictSSL: false },
  })
})

afterAll(async () => {
  await client.stop()
  await rm(folder, { recursive: true, force: true })
})

const open = async (text: string): Promise<{ readonly uri: string; readonly found: readonly Diagnostic[] }> => {
  opened += 1
  const uri = pathToFileURL(join(folder, `document-${opened}.yaml`)).href
  const told = client.diagnostics(uri)
  client.notify('textDocument/didOpen', { textDocument: { uri, languageId: 'yaml', version: 1, text } })
  return { uri, found: await told }
}

/** Where a text stands, or ends. */
const placeOf = (text: string, part: string, end = false): Position => {
  const before = text.slice(0, text.indexOf(part) + (end ? part.length : 0))
  return { line: before.split('\n').length - 1, character: before.length - (before.lastIndexOf('\n') + 1) }
}

const labels = async (text: string, at: Position): Promise<readonly string[]> => {
  const { uri } = await open(text)
  const answer = await client.request('textDocument/completion', { textDocument: { uri }, position: at }) as { readonly items: readonly { readonly label: string }[] }
  return answer.items.map(({ label }) => label)
}

describe('an editor with the published schema', () => {
  test('finds nothing wrong with a good document', async () => {
    expect((await open(good)).found).toEqual([])
  })
  test.each([
    ['a key with a typing error', 'presentation:', 'presentaton:', /presentaton/],
    // Metadata takes constants of the author, but none that looks like a key.
    ['a constant that looks like a key', 'category: databases', 'catgory: databases', /not allowed/],
    ['a value that is none of those possible', 'category: databases', 'category: database', /databases/],
    ['a text in the place of a list', 'tags:', 'tags: sql\n  labels:', /array/],
    ['a key of an action that it does not have', 'method: POST', 'methode: POST', /methode/],
  ])('says on its line that there is %s', async (_name, right, wrong, message) => {
    const text = good.replace(right, wrong)
    expect(text).not.toBe(good)
    const { found } = await open(text)
    expect(found.map((one) => [one.range.start.line, one.message])).toContainEqual([placeOf(text, wrong).line, expect.stringMatching(message)])
  })
  test('says that something is missing', async () => {
    expect((await open(good.replace(/^ {2}name: .*\n/m, ''))).found.map(({ message }) => message)).toContainEqual(expect.stringMatching(/name/))
  })
  test('offers the keys that may stand in a place', async () => {
    const text = good.replace(/^ {2}category: .*\n/m, '  \n')
    const offered = await labels(text, { line: placeOf(good, '  category:').line, character: 2 })
    expect(offered).toEqual(expect.arrayContaining(['category', 'visibility', 'stage']))
  })
  test('offers the values that are possible', async () => {
    const text = good.replace('category: databases', 'category: ')
    expect(await labels(text, placeOf(text, 'category: ', true))).toEqual(expect.arrayContaining(['databases', 'compute', 'messaging']))
  })
  test('tells what a key means', async () => {
    const { uri } = await open(good)
    const hover = await client.request('textDocument/hover', { textDocument: { uri }, position: placeOf(good, 'category:') }) as { readonly contents: { readonly value: string } } | null
    expect(hover?.contents.value.length).toBeGreaterThan(10)
    const ofAction = await client.request('textDocument/hover', { textDocument: { uri }, position: placeOf(good, 'endpoint:') }) as typeof hover
    expect(ofAction?.contents.value.length).toBeGreaterThan(10)
  })
})
