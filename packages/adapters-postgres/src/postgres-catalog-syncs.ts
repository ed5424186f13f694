import { randomUUID } from 'node:crypto'
import { syncLimits } from '@pao/core'
import type { CatalogSyncs } from '@pao/core/ports'
import type { Pool } from 'pg'
import type { AdapterOptions } from './adapter-options.js'
import { schemaOf } from './adapter-options.js'
import { findingOf, servedOf, syncStateOf, validationOf, versionOf } from './catalog-rows.js'
import { definitionOf } from './row.js'
import { slonikOver } from './slonik-over-pool.js'
import {
  claimSync, forgetDeliveries, noteCheck, readFindings, readServed, readSync, readValidations, readVersions, recordSync, releaseSync, renewSync, seeDelivery, wasRecorded,
} from './sql/catalog-syncs.js'
import { findDefinitions } from './sql/definitions.js'
import { withReconnect } from './with-reconnect.js'

/** Port CatalogSyncs on PostgreSQL. */
export const postgresCatalogSyncs = (pool: Pool, options: AdapterOptions = {}): CatalogSyncs => {
  const schema = schemaOf(options)
  const database = () => slonikOver(pool)
  return {
    claim: (owner, leaseMs) => withReconnect(async () => {
      const row = await (await database()).maybeOne(claimSync(schema, owner, leaseMs))
      return row === null ? undefined : { owner, epoch: row.epoch }
    }),
    renew: (claim, leaseMs) => withReconnect(async () => await (await database()).maybeOne(renewSync(schema, claim, leaseMs)) !== null),
    release: (claim) => withReconnect(async () => { await (await database()).query(releaseSync(schema, claim)) }),
    state: () => withReconnect(async () => {
      const row = await (await database()).maybeOne(readSync(schema))
      return row === null ? {} : syncStateOf(row)
    }),
    record: (claim, sync, change) => withReconnect(async () => {
      const own = await (await database()).maybeOne(recordSync(schema, claim, sync, change, syncLimits.validations))
      return own !== null || await (await database()).maybeOne(wasRecorded(schema, claim, sync)) !== null ? 'recorded' : 'claim-lost'
    }),
    checked: (claim, at, problem) => withReconnect(async () => (await (await database()).maybeOne(noteCheck(schema, claim, at, problem)) === null ? 'claim-lost' : 'noted')),
    served: () => withReconnect(async () => (await (await database()).any(readServed(schema))).map(servedOf)),
    sources: (hashes) => withReconnect(async () => (await (await database()).any(findDefinitions(schema, hashes))).map(definitionOf)),
    versions: (itemId, limit) => withReconnect(async () => (await (await database()).any(readVersions(schema, itemId, limit))).map(versionOf)),
    findings: () => withReconnect(async () => (await (await database()).any(readFindings(schema))).map(findingOf)),
    validations: (path) => withReconnect(async () => (await (await database()).any(readValidations(schema, path, syncLimits.validations))).map(validationOf)),
    firstSeen: async (host, deliveryId, at) => {
      const token = randomUUID()
      const first = await withReconnect(async () => await (await database()).maybeOne(seeDelivery(schema, host, deliveryId, token, at, syncLimits.deliveryMs)) !== null)
      if (first) await withReconnect(async () => { await (await database()).query(forgetDeliveries(schema, at, syncLimits.deliveryMs)) })
      return first
    },
  }
}
