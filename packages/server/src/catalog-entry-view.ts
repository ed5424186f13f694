import type { Person } from '@pao/core'
import type { CatalogEntry, CatalogReport } from './catalog-view.js'
import { isAdministrator } from './permissions.js'
import { isoTime } from './step-view.js'

/** Items for some teams are seen by those, by the team that owns them, and by administrators. */
export const mayUse = ({ teams, ownerTeam }: CatalogEntry, person: Person): boolean =>
  teams.length === 0 || isAdministrator(person) || person.teams.some((team) => team === ownerTeam || teams.includes(team))

/** A row of the catalog. */
export const catalogSummaryView = (entry: CatalogEntry) => ({
  id: entry.id,
  name: entry.name,
  description: entry.description,
  version: entry.version,
  category: entry.category,
  tags: entry.tags,
  owner: { team: entry.ownerTeam },
  environments: entry.environments,
  mode: entry.mode,
  modeReason: entry.modeReason ?? null,
  orderable: entry.orderable,
  estimatedSeconds: entry.estimatedSeconds ?? null,
  issues: { errors: entry.issues.filter(({ severity }) => severity === 'error').length, warnings: entry.issues.filter(({ severity }) => severity === 'warning').length },
})

/** The whole item: the document, what keeps it from being ordered, and where its form is. */
export const catalogDetailView = (entry: CatalogEntry) => ({
  ...entry.document,
  ...catalogSummaryView(entry),
  issues: entry.issues,
})

export const catalogReportView = ({ loadedAt, ...report }: CatalogReport) => ({ ...report, loadedAt: isoTime(loadedAt) })
