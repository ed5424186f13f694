import type { SearchDocument, SearchQuery } from '@pao/core/ports'

type Test = (document: SearchDocument) => boolean

const seenBy = ({ teams, administrator = false }: SearchQuery['viewer']): Test => {
  if (administrator) return () => true
  const mine = new Set(teams)
  return ({ audience }) => audience === undefined || audience.some((team) => mine.has(team))
}

const fitting = ({ category, owner, tags = [], environment }: NonNullable<SearchQuery['filter']>): Test => (document) =>
  (category === undefined || document.category === category)
  && (owner === undefined || document.owner === owner)
  && tags.every((tag) => document.tags.includes(tag))
  && (environment === undefined || document.environments === undefined || document.environments.includes(environment))

/** Which documents exist for a query at all. Asked inside the query: what it refuses is never counted. */
export const admits = ({ viewer, filter }: Pick<SearchQuery, 'viewer' | 'filter'>): Test => {
  const [seen, fits] = [seenBy(viewer), fitting(filter ?? {})]
  return (document) => seen(document) && fits(document)
}
