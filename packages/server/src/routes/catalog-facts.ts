import type { Context } from 'hono'
import { isAdministrator, isVisibleTo, searchCatalog, viewerOf } from '@pao/core'
import type { Catalog, LoadedItem, Person } from '@pao/core'
import type { Answer } from '../answer.js'
import { reply } from '../answer.js'
import { asCaller } from '../caller.js'
import { syncView } from '../catalog-item-view.js'
import type { ApiDependencies } from '../dependencies.js'
import { problem } from '../problem.js'
import { isoTime } from '../step-view.js'
import { get } from './route.js'
import type { Route } from './route.js'
import { issueView } from './validate.js'

const counted = (names: readonly string[]): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>()
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1)
  return counts
}

const maySeeAll = (person: Person): boolean => isAdministrator(person) || person.roles.includes('platform')

/** Files whose items the caller may see: what is said of the others would tell that they exist. */
const filesFor = (catalog: Catalog, person: Person): ReadonlySet<string> => {
  const viewer = viewerOf(person)
  return new Set([...catalog.items.values()].filter((loaded) => isVisibleTo(loaded, viewer)).map(({ path }) => path))
}

/** What the catalog consists of, and what was found in its files, as far as the caller may see it. */
export const catalogFactRoutes = ({ catalog, authenticator }: Pick<ApiDependencies, 'catalog' | 'authenticator'>): readonly Route[] => {
  const personal = asCaller(authenticator)
  const visible = (person: Person) => searchCatalog(catalog.current(), viewerOf(person))

  const categories = (_context: Context, person: Person): Answer => {
    const counts = counted(visible(person).flatMap(({ item: { category } }) => category ?? []))
    return reply(200, { data: [...counts].map(([category, items]) => ({ category, items })).sort((left, right) => (left.category < right.category ? -1 : 1)) })
  }

  const tags = (_context: Context, person: Person): Answer => {
    const counts = counted(visible(person).flatMap(({ item }) => [...new Set(item.tags)]))
    return reply(200, { data: [...counts].map(([tag, items]) => ({ tag, items })).sort((left, right) => right.items - left.items || (left.tag < right.tag ? -1 : 1)) })
  }

  const history = async (loaded: LoadedItem): Promise<readonly object[]> => (await catalog.validations?.(loaded) ?? []).map(({ at, commit, issues }) => ({
    at: isoTime(at), commit: commit ?? null, valid: issues.every(({ severity }) => severity !== 'error'),
    errors: issues.filter(({ severity }) => severity === 'error'), warnings: issues.filter(({ severity }) => severity === 'warning'),
  }))

  const validation = async (context: Context, person: Person): Promise<Answer> => {
    const id = context.req.param('id') ?? ''
    const loaded = catalog.current().get(id)
    if (loaded === undefined || !isVisibleTo(loaded, viewerOf(person))) return problem('CATALOG_ITEM_NOT_FOUND', `There is no catalog item "${id.slice(0, 64)}".`)
    const issues = catalog.issuesOf(loaded).map(issueView)
    const [errors, warnings] = [issues.filter(({ severity }) => severity === 'error'), issues.filter(({ severity }) => severity === 'warning')]
    return reply(200, { id, path: loaded.path, valid: errors.length === 0, servedVersion: loaded.item.version, servesLastGood: warnings.some(({ code }) => code === 'served-last-good'), errors, warnings, ...syncView(catalog.report?.()), history: await history(loaded) })
  }

  const errors = (_context: Context, person: Person): Answer => {
    const current = catalog.current()
    const files = maySeeAll(person) ? undefined : filesFor(current, person)
    const report = catalog.report?.()
    const found = new Map<string, object[]>()
    for (const issue of report?.issues ?? current.issues) {
      if (issue.severity !== 'error' || files?.has(issue.file) === false) continue
      found.set(issue.file, [...found.get(issue.file) ?? [], issueView(issue)])
    }
    return reply(200, { ...syncView(report), data: [...found].map(([file, issues]) => ({ file, issues })) })
  }

  return [
    get('/catalog/categories', personal(categories)), get('/catalog/tags', personal(tags)),
    get('/catalog/validation/:id', personal(validation)), get('/catalog/validation-errors', personal(errors)),
  ]
}
