import { PaoError } from '@pao/core'

export const defaultSchema = 'pao'

/**
 * The schema's name, safe to stand in a statement as it is. Throws CONFIGURATION for anything but lower-case letters, digits
 * and underscores, at most 40 of them (names of prepared statements carry it, and PostgreSQL cuts those at 63).
 */
export const schemaName = (name: string = defaultSchema): string => {
  if (!/^[a-z_][a-z0-9_]{0,39}$/.test(name) || name.startsWith('pg_')) {
    throw new PaoError('CONFIGURATION', `The schema name ${JSON.stringify(name)} will not do: use at most 40 lower-case letters, digits and underscores, no leading digit or pg_`)
  }
  return name
}
