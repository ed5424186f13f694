import { miniSearchIndex } from '@pao/adapters-minisearch'
import { expect, test } from 'vitest'

const found = async (name: string, text: string): Promise<number> => {
  const index = miniSearchIndex()
  await index.update({ put: [{ id: 'it', name, description: '', tags: [], owner: '' }] })
  return (await index.search({ text, viewer: { teams: [] }, limit: 1 })).total
}

test('a query of any length is read to its thousandth letter', async () => {
  expect(await found('kafka', `${' '.repeat(990)}kafka`)).toBe(1)
  expect(await found('kafka', `${' '.repeat(1_000)}kafka`)).toBe(0)
})

test('a pasted key is looked for as it is', async () => {
  const key = '0123456789abcdefghij0123456789abcdefghij'
  const swapped = `10${key.slice(2)}`
  expect(await found(key, key)).toBe(1)
  expect(await found(key, swapped)).toBe(0)
  expect(await found('kafka', 'akfka')).toBe(1)
})

test('words that stand together are found written as one', async () => {
  expect(await found('object-storage', 'objectstorage')).toBe(1)
  expect(await found('object-storage', 'object storage')).toBe(1)
})

test('a part of another word is not highlighted', async () => {
  const index = miniSearchIndex()
  await index.update({ put: [{ id: 'it', name: 'Relay of relays and prerelay', description: '', tags: [], owner: '' }] })
  const { hits: [hit] } = await index.search({ text: 'relay', viewer: { teams: [] }, limit: 1 })
  expect(hit?.highlights).toEqual([{ field: 'name', ranges: [{ start: 0, end: 5 }, { start: 9, end: 15 }] }])
})
