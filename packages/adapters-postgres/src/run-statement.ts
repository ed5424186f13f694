import type { Pool, QueryResultRow } from 'pg'
import type { Statement } from './sql/statement.js'

/** One round trip: the statement, outside any transaction block, is its own commit. */
export const runStatement = async <Row extends QueryResultRow>(pool: Pool, { name, text }: Statement, values: readonly unknown[]): Promise<readonly Row[]> =>
  (await pool.query<Row>({ name, text, values: [...values] })).rows
