import { requests } from './0001-requests.js'
import { stepWork } from './0002-step-work.js'
import { catalogDefinitions } from './0003-catalog-definitions.js'
import { sealedFields } from './0004-sealed-fields.js'
import { jsonAsWritten } from './0005-json-as-written.js'
import { catalogSyncs } from './0006-catalog-syncs.js'
import type { Migration } from './migration.js'

/** In the order of their numbers. */
export const migrations: readonly Migration[] = [requests, stepWork, catalogDefinitions, sealedFields, jsonAsWritten, catalogSyncs]
