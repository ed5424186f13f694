import type { JsonObject } from '@pao/core/action'
import type { CatalogDefinition, CatalogSyncState, FileFinding, FileValidation, ServedVersion } from '@pao/core/ports'
import type { FindingRow, ServedRow, SyncStateRow, ValidationRow, VersionRow } from './sql/catalog-syncs.js'

const commitOf = (commit: string | null): { readonly commit?: string } => (commit === null ? {} : { commit })

export const syncStateOf = ({ number, revision, commit_id, synced_at, files, checked_at, problem }: SyncStateRow): CatalogSyncState => ({
  ...(revision === null || synced_at === null ? {} : { latest: { number, revision, ...commitOf(commit_id), at: synced_at, files: files ?? 0 } }),
  ...(checked_at === null ? {} : { checkedAt: checked_at }),
  ...(problem === null ? {} : { problem }),
})

export const servedOf = ({ hash, kind, item_id, version, path }: ServedRow): Omit<CatalogDefinition, 'source'> =>
  ({ hash, kind: kind as CatalogDefinition['kind'], itemId: item_id, version, path })

export const versionOf = ({ hash, version, path, commit_id, served_at, withdrawn_at }: VersionRow): ServedVersion =>
  ({ hash, version, path, servedAt: served_at, ...(withdrawn_at === null ? {} : { withdrawnAt: withdrawn_at }), ...commitOf(commit_id) })

export const findingOf = ({ path, issues }: FindingRow): FileFinding => ({ path, issues: issues as readonly JsonObject[] })

export const validationOf = ({ at, commit_id, issues }: ValidationRow): FileValidation => ({ at, ...commitOf(commit_id), issues: issues as readonly JsonObject[] })
