import { expect, test } from 'vitest'

import { compilePao } from '../src/rendering/compile-pao.mjs'
import { source, variables } from '../src/rendering/ticket.mjs'

// What the benchmark takes from the sources beside the exports: who changes it sees it here, and not when somebody measures.
const internals = await import('../src/pao/internals.mjs')

test('the ticket of the rendering row is JSON, with every value encoded', () => {
  const name = 'a "quoted"\n\\ name'
  const ticket = JSON.parse(compilePao(internals, source)({ ...variables, fields: { ...variables.fields, owner: name } }))
  expect(ticket.fields).toMatchObject({ owner: name, storageGb: 200, exposure: 'private', parent: 'PLAT-123', backup: { enabled: true } })
  expect(ticket.fields.labels).toHaveLength(4)
})

test('the statement of the status endpoint takes a request, a reader, teams and a flag', () => {
  const { name, text } = internals.find('pao')
  expect(name).toMatch(/^pao_/)
  expect(text.match(/\$\d/g).sort().at(-1)).toBe('$4')
})

test('the embedded PostgreSQL is started by the product', () => {
  expect(internals.startEmbeddedDatabase).toBeTypeOf('function')
})
