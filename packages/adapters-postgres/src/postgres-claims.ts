import type { Claim, Claims, RenewedClaim } from '@pao/core/ports'
import type { Pool } from 'pg'
import type { AdapterOptions } from './adapter-options.js'
import { schemaOf } from './adapter-options.js'
import { storeError } from './database-error.js'
import { runStatement } from './run-statement.js'
import { claimDue, claimLost, nextDue, release, renew } from './sql/claim.js'
import type { Statement } from './sql/statement.js'
import { withReconnect } from './with-reconnect.js'

interface ClaimRow { readonly id: string; readonly epoch: number }

const claimOf = ({ id, epoch }: ClaimRow): Claim => ({ requestId: id, epoch })

/** Not sent again after a broken connection: what it may have claimed comes back when its lease ends, and the caller asks again anyway. */
const claim = async (pool: Pool, statement: Statement, { owner, limit, leaseMs }: Parameters<Claims['claimDue']>[0]): Promise<readonly Claim[]> => {
  try {
    return (await runStatement<ClaimRow>(pool, statement, [owner, limit, leaseMs])).map(claimOf)
  } catch (error) {
    throw storeError(error)
  }
}

/** Port Claims on PostgreSQL, by the database's clock. */
export const postgresClaims = (pool: Pool, options: AdapterOptions = {}): Claims => {
  const schema = schemaOf(options)
  return {
    claimDue: (wanted) => claim(pool, claimDue(schema), wanted),
    claimLost: (wanted) => claim(pool, claimLost(schema), wanted),
    renew: ({ owner, requestIds, leaseMs }) => requestIds.length === 0 ? Promise.resolve([]) : withReconnect(async () => {
      const rows = await runStatement<ClaimRow & Pick<RenewedClaim, 'version' | 'status'>>(pool, renew(schema), [owner, requestIds, leaseMs])
      return rows.map(({ version, status, ...row }) => ({ ...claimOf(row), version, status }))
    }),
    release: ({ owner, requestId, epoch, wakeAt }) => withReconnect(async () =>
      (await runStatement(pool, release(schema), [requestId, owner, epoch, new Date(wakeAt).toISOString()])).length === 1),
    nextDue: () => withReconnect(async () => {
      const [row] = await runStatement<{ at: Date | null }>(pool, nextDue(schema), [])
      return row?.at?.getTime()
    }),
  }
}
