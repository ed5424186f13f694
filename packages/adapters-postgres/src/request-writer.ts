import type { IdempotencyKey } from '@pao/core/ports'
import { createCoalescer } from './coalesce/coalescer.js'
import type { Database } from './database.js'
import { attemptOver, isPool } from './database.js'
import { isOutage } from './database-error.js'
import type { RequestWrite } from './request-write.js'
import { runStatement } from './run-statement.js'
import { recall } from './sql/submit.js'
import type { HeldWrite, Settled } from './write-batch.js'
import { writeBatch } from './write-batch.js'

/** Where submissions and commits go. */
export interface RequestWriter {
  /** Resolves when the database has said what became of it. */
  write(write: RequestWrite): Promise<Settled>
  /** What an Idempotency-Key stands for. */
  recall(idempotency: IdempotencyKey): Promise<{ readonly requestId: string; readonly sameBody: boolean } | undefined>
  /** Resolves when nothing is waiting or under way in a coalescing writer; at once in any other. */
  idle(): Promise<void>
}

type Send = (batch: readonly HeldWrite[]) => Promise<void>

const each = (send: Send): Pick<RequestWriter, 'write' | 'idle'> => ({
  write: (write) => new Promise((resolve, reject) => { send([{ write, tell: resolve, fail: reject }]).catch(reject) }),
  idle: () => Promise.resolve(),
})

const together = (send: Send): Pick<RequestWriter, 'write' | 'idle'> => {
  const { add, idle } = createCoalescer<RequestWrite, Settled>({ send, isOutage })
  return { write: add, idle }
}

export const createRequestWriter = (database: Database, schema: string, { coalesce = true }: { readonly coalesce?: boolean }): RequestWriter => {
  const send: Send = (batch) => writeBatch(database, schema, batch)
  return {
    ...(coalesce && isPool(database) ? together(send) : each(send)),
    recall: ({ principal, route, key, bodyHash }) => attemptOver(database)(async () => {
      const [row] = await runStatement<{ request_id: string; same_body: boolean }>(database, recall(schema), [principal, route, key, bodyHash])
      return row && { requestId: row.request_id, sameBody: row.same_body }
    }),
  }
}
