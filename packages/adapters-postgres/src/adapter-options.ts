import { schemaName } from './schema-name.js'

export interface AdapterOptions {
  /** Where `migrate` has put the tables. Default `pao`. */
  readonly schema?: string
}

export const schemaOf = ({ schema }: AdapterOptions): string => schemaName(schema)
