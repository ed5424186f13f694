import { snapshotProblem } from '@pao/core'
import { isFolderOfInterest } from '@pao/core/plugin'
import type { RepositoryEntry, RepositoryPlace } from '@pao/core/plugin'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { repositoryFiles } from '../../src/catalog/repository-files.js'

const name = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('catalog', 'bundles', 'docs', '.github', '.gitlab', 'platform', 'a', 'item.yaml', 'B.YML', 'CODEOWNERS', '.hidden.yaml') },
  { weight: 1, arbitrary: fc.string({ minLength: 1, maxLength: 6, unit: 'binary' }).map((text) => text.replaceAll('/', '_')) },
  { weight: 1, arbitrary: fc.constantFrom('a\\b.yaml', 'tab\t.yml', '..', `${'x'.repeat(1_100)}.yaml`, '\ud800.yaml') },
)
const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'))
const entry = fc.record({ path, id: fc.constantFrom('1', '2', '3'), kind: fc.constantFrom('file' as const, 'link' as const), size: fc.constantFrom(0, 10, 2_000_000) })
const entries = fc.array(entry, { maxLength: 30 })
const place: fc.Arbitrary<RepositoryPlace> = fc.record({ directory: fc.constantFrom('.', 'platform', 'catalog', 'platform/a', '.github'), codeowners: fc.constantFrom('github' as const, 'gitlab' as const) }, { requiredKeys: [] })

const foldersOf = ({ path: whole }: RepositoryEntry): readonly string[] => whole.split('/').slice(0, -1).map((_, index, parts) => parts.slice(0, index + 1).join('/'))

test('whatever a commit holds, its documents make a snapshot that keeps the laws of the port', () => {
  fc.assert(fc.property(entries, place, (held, where) => {
    const { documents, codeowners } = repositoryFiles(held, where)
    expect(snapshotProblem({ revision: 'x', files: documents.map(({ path: at, unreadable }) => (unreadable === undefined ? { path: at, source: '' } : { path: at, unreadable })) })).toBeUndefined()
    if (codeowners !== undefined) expect(codeowners.path.endsWith('CODEOWNERS')).toBe(true)
  }))
})

test('what lies in folders that are of no interest changes nothing', () => {
  fc.assert(fc.property(entries, place, (held, where) => {
    const entered = held.filter((one) => ['', ...foldersOf(one)].every((folder) => isFolderOfInterest(folder, where)))
    expect(repositoryFiles(entered, where)).toEqual(repositoryFiles(held, where))
  }))
})
