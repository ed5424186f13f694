import type { Binaries } from './binaries.js'
import type { Place } from './place.js'

/** One embedded database: where it lies, what runs it, how to log in. */
export interface Cluster {
  readonly place: Place
  readonly binaries: Binaries
  readonly password: string
  /** Settings of postgresql.conf beyond the house's own, by name. */
  readonly settings: Readonly<Record<string, string>>
}

/** PostgreSQL's superuser and the database that PAO uses. */
export const databaseUser = 'pao'
export const databaseName = 'pao'
