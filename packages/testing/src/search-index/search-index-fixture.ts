import assert from 'node:assert/strict'
import type { SearchDocument, SearchHighlight, SearchIndex, SearchQuery } from '@pao/core/ports'
import type { ContractCase } from '../contract.js'

export interface SearchIndexFixture {
  /** The adapter under test, with nothing in it. */
  readonly index: SearchIndex
}

export type SearchCase = ContractCase<SearchIndexFixture>

/** A document with texts that no query of a case means by chance. */
export const aDocument = (id: string, change: Partial<SearchDocument> = {}): SearchDocument => ({
  id, name: `Thing ${id}`, description: 'Whatever people order.', tags: [], owner: 'somebody', category: 'compute', ...change,
})

/** The shelf that most cases search: each name has a word of its own. */
export const shelf: readonly SearchDocument[] = [
  aDocument('db-1', { name: 'PostgreSQL database', description: 'Relational storage with daily backups.', tags: ['sql', 'managed-service'], owner: 'persistence-crew', category: 'databases' }),
  aDocument('mq-1', { name: 'Kafka topic', description: 'Carries events between services.', tags: ['streaming', 'messages'], owner: 'integration-crew', category: 'messaging' }),
  aDocument('k8s-1', { name: 'Kubernetes namespace', description: 'A place of your own for containers, près de vous.', tags: ['containers'], owner: 'runtime-crew' }),
  aDocument('vault-1', { name: 'Secret', description: 'Keeps credentials out of documents.', tags: ['passwords'], owner: 'security-crew', category: 'security' }),
]

export const anybody: SearchQuery['viewer'] = { teams: [] }

export const filled = async (create: () => Promise<SearchIndexFixture>, documents: readonly SearchDocument[] = shelf): Promise<SearchIndex> => {
  const { index } = await create()
  await index.update({ put: documents })
  return index
}

type More = Partial<Omit<SearchQuery, 'text'>>

const queryOf = (text: string, more: More): SearchQuery => ({ text, viewer: anybody, limit: 50, ...more })

/** Ids of the hits, the best first. */
export const idsOf = async (index: SearchIndex, text: string, more: More = {}): Promise<readonly string[]> =>
  (await index.search(queryOf(text, more))).hits.map(({ id }) => id)

export const totalOf = async (index: SearchIndex, text: string, more: More = {}): Promise<number> => (await index.search(queryOf(text, more))).total

export const completionsOf = (index: SearchIndex, text: string, more: More = {}): Promise<readonly string[]> => index.complete(queryOf(text, more))

export const finds = async (index: SearchIndex, text: string, ids: readonly string[], more: More = {}): Promise<void> => {
  assert.deepEqual([...await idsOf(index, text, more)].sort(), [...ids].sort(), `"${text}"`)
}

/** The text that a highlight is about. */
export const textOf = (document: SearchDocument, { field, index }: SearchHighlight): string | undefined =>
  field === 'tags' ? document.tags[index ?? -1] : document[field]
