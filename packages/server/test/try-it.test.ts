import { expect, test } from 'vitest'
import { tryIt } from '../src/try-it.js'
import type { Example } from './api-fixture.js'
import { catalogOf } from './api-fixture.js'

const URL = 'http://127.0.0.1:8080'
const second = (example: Example): string | undefined => tryIt(URL, catalogOf([example]))[1]

test('the item that the README orders is ordered, where it takes that order', () => {
  expect(second({ id: 'database-postgresql-standard' })).toContain('"fields":{"name":"orders-db"}')
})

test.each<[string, Example]>([
  ['asks for more', { id: 'database-postgresql-standard', fields: '          - { id: size, name: Size, type: number, required: true }' }],
  ['asks for an environment', { id: 'database-postgresql-standard', environments: ['production'] }],
  ['has another name', { id: 'database-mysql' }],
])('one that %s is shown with its form: no line is printed that the server refuses', (_title, example) => {
  expect(second(example)).toBe(`curl -s ${URL}/api/v1/catalog/items/${example.id}/schema`)
})
