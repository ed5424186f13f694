import { readFile, readdir } from 'node:fs/promises'
import { Ajv } from 'ajv'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { api, documentOf } from './api-fixture.js'

const examples = new URL('../../../examples/', import.meta.url)
const folders = ['catalog', 'quickstart', 'embedded', 'custom-action/catalog']

const documents = async (): Promise<readonly (readonly [name: string, document: { readonly kind: string }])[]> => {
  const names = await Promise.all(folders.map(async (folder) => (await readdir(new URL(`${folder}/`, examples))).filter((name) => name.endsWith('.yaml')).map((name) => `${folder}/${name}`)))
  return Promise.all(names.flat().map(async (name) => [name, parse(await readFile(new URL(name, examples), 'utf8')) as { readonly kind: string }] as const))
}

const schemaOf = async (kind: string, draft: string): Promise<Record<string, unknown>> => {
  const { status, headers, json } = await api().call('GET', `/api/v1/schema/${kind === 'CatalogBundle' ? 'catalog-bundle' : 'catalog-item'}?draft=${draft}`)
  expect([status, headers.get('content-type')]).toEqual([200, 'application/json; charset=UTF-8'])
  return json as Record<string, unknown>
}

describe.each(['07', '2020-12'])('draft %s', (draft) => {
  const checks = new Map<string, ReturnType<Ajv['compile']>>()
  beforeAll(async () => {
    const ajv = draft === '07' ? new Ajv({ allErrors: true, strict: true, strictTypes: false, strictRequired: false }) : new Ajv2020({ allErrors: true, strict: true, strictTypes: false, strictRequired: false })
    for (const kind of ['CatalogItem', 'CatalogBundle']) checks.set(kind, ajv.compile(await schemaOf(kind, draft)))
  })
  test('every example document fits', async () => {
    const found = await documents()
    expect(found.length).toBeGreaterThan(7)
    for (const [name, document] of found) {
      const check = checks.get(document.kind)
      expect(check?.(document), `${name}: ${JSON.stringify(check?.errors)}`).toBe(true)
    }
  })
  test('the documents of these tests fit, and one with a typing error in a config does not', () => {
    const source = documentOf({ id: 'database-postgresql', tags: ['a'], environments: ['production'] })
    expect(checks.get('CatalogItem')?.(parse(source))).toBe(true)
    expect(checks.get('CatalogItem')?.(parse(source.replace('summary_template', 'sumary_template')))).toBe(false)
  })
})

test('the schema says which draft it is of, and no other draft is known', async () => {
  expect((await schemaOf('CatalogItem', '07'))['$schema']).toBe('http://json-schema.org/draft-07/schema#')
  expect((await schemaOf('CatalogItem', '2020-12'))['$schema']).toBe('https://json-schema.org/draft/2020-12/schema')
  expect((await api().call('GET', '/api/v1/schema/catalog-item?draft=04')).status).toBe(400)
})
