import type { DatabasePool, Interceptor } from 'slonik'
import { createDriverFactory, createPool, SchemaValidationError } from 'slonik'
import type { Database, Queryable } from './database.js'
import { isPool } from './database.js'

/** slonik asks this driver for a client; each query goes to whichever connection of the caller's pool is free, or to their client. */
const driverOver = (pool: Queryable) => createDriverFactory(async () => ({
  createPoolClient: async () => ({
    connect: async () => undefined,
    end: async () => undefined,
    query: async (text, values) => {
      const { command, fields, rowCount, rows } = await pool.query(text, values)
      return { command: command as 'SELECT', fields: fields.map(({ name, dataTypeID }) => ({ name, dataTypeId: dataTypeID })), rowCount, rows }
    },
    stream: () => {
      throw new Error('Streams hold a connection, and this driver holds none')
    },
  }),
}))

/** Each row is checked against the schema of its query. */
const rowValidation: Interceptor = {
  name: 'row-validation',
  transformRow: (context, query, row) => {
    const checked = context.resultParser?.safeParse(row)
    if (checked === undefined) return row
    if (!checked.success) throw new SchemaValidationError(query, row, checked.error.issues)
    return checked.data
  },
}

const made = new WeakMap<Database, Promise<DatabasePool>>()

/**
 * slonik for all but the hot path, over the pool or client that the caller owns: it opens no connection of its own and nothing of it
 * has to be closed. Single statements only, since two queries may run on two connections.
 */
export const slonikOver = (database: Database): Promise<DatabasePool> => {
  const known = made.get(database)
  if (known !== undefined) return known
  const created = createPool('postgres://', {
    driverFactory: driverOver(database),
    interceptors: [rowValidation],
    maximumPoolSize: isPool(database) ? database.options.max ?? 10 : 1,
    queryRetryLimit: 0,
    resetConnection: async () => undefined,
    typeParsers: [],
  })
  made.set(database, created)
  return created
}
