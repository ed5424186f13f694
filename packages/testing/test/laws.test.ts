import { readFileSync } from 'node:fs'
import type { Contract } from '@pao/testing'
import {
  catalogDefinitionsContract, catalogSourceContract, catalogSyncsContract, catalogWebhookContract, claimsContract, clockContract, fieldCipherContract, httpClientContract, idsContract, loggerContract, optionSourceContract, requestStoreContract,
  searchIndexContract, secretSourceContract, stepCheckpointsContract, stepLogsContract,
} from '@pao/testing'
import { describe, expect, test } from 'vitest'

/** Where the docstring of each port stands. */
const contracts: readonly (readonly [Contract<never>, file: string])[] = [
  [requestStoreContract, 'ports/request-store'], [claimsContract, 'ports/claims'], [stepCheckpointsContract, 'ports/step-checkpoints'], [stepLogsContract, 'ports/step-logs'],
  [catalogDefinitionsContract, 'ports/catalog-definitions'], [catalogSyncsContract, 'ports/catalog-syncs'], [catalogSourceContract, 'ports/catalog-source'], [catalogWebhookContract, 'ports/catalog-webhook'], [clockContract, 'ports/clock'], [fieldCipherContract, 'ports/field-cipher'],
  [idsContract, 'ports/ids'], [loggerContract, 'ports/logger'], [optionSourceContract, 'ports/option-source'], [searchIndexContract, 'ports/search-index'], [secretSourceContract, 'ports/secret-source'], [httpClientContract, 'action/http'],
]

const lawsOf = (file: string): readonly string[] => {
  const source = readFileSync(new URL(`../../core/src/${file}.ts`, import.meta.url), 'utf8')
  const doc = source.slice(source.indexOf(' * Port '), source.indexOf('export interface', source.indexOf(' * Port ')))
  return [...doc.matchAll(/^ \* (\d+)\. /gm)].map(([, number]) => number ?? '')
}

describe.each(contracts)('$port', ({ port, cases }, file) => {
  test('each numbered law of its docstring has a case, and no case names another', () => {
    const laws = lawsOf(file)
    const named = new Set(cases.flatMap(({ law }) => law.split(/,\s*/)).filter((law) => /^\d+$/.test(law)))
    expect(laws.length, port).toBeGreaterThan(0)
    expect([...named].toSorted()).toEqual(laws.toSorted())
  })

  test('its cases have names of their own', () => {
    expect(new Set(cases.map(({ name }) => name)).size).toBe(cases.length)
  })
})

test('every port of the core has a contract here', () => {
  const index = readFileSync(new URL('../../core/src/ports/index.ts', import.meta.url), 'utf8')
  const files = [...index.matchAll(/from '\.\/([a-z-]+)\.js'/g)].map(([, name]) => `ports/${name}`)
  expect(files.filter((file) => !contracts.some(([, known]) => known === file))).toEqual([])
})
