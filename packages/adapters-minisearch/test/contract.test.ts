import { miniSearchIndex } from '@pao/adapters-minisearch'
import { runContract, searchIndexContract } from '@pao/testing'
import { describe, expect, test } from 'vitest'

describe('miniSearchIndex', () => {
  runContract(searchIndexContract, { test, create: () => Promise.resolve({ index: miniSearchIndex() }) })
})

describe('miniSearchIndex that takes in a document a turn', () => {
  runContract(searchIndexContract, { test, create: () => Promise.resolve({ index: miniSearchIndex({ documentsPerTurn: 1 }) }) })
})

test('making it opens nothing', () => {
  expect(Object.keys(miniSearchIndex()).sort()).toEqual(['complete', 'search', 'update'])
})
