import type { QueryResultRow } from 'pg'
import type { Queryable } from './database.js'
import type { Statement } from './sql/statement.js'

/** One round trip: the statement, outside any transaction block, is its own commit. */
export const runStatement = async <Row extends QueryResultRow>(database: Queryable, { name, text }: Statement, values: readonly unknown[]): Promise<readonly Row[]> =>
  (await database.query<Row>({ name, text, values: [...values] })).rows
