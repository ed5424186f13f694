import type { Migration } from './migration.js'

/**
 * How far the catalog is, for all replicas: one row with the claim of who may replace it; the versions of each item over time; what was found in files; and the
 * deliveries of webhooks that were seen.
 */
export const catalogSyncs: Migration = {
  number: 6,
  name: 'catalog-syncs',
  statements: (schema) => `
create table ${schema}.catalog_sync (
  one boolean primary key check (one),
  owner text,
  epoch int not null,
  lease_until timestamptz,
  number int not null default 0,
  revision text,
  commit_id text,
  synced_at timestamptz,
  files int,
  checked_at timestamptz,
  problem text
);
create table ${schema}.served_versions (
  id bigint generated always as identity primary key,
  item_id text not null,
  hash bytea not null references ${schema}.catalog_definitions,
  version text not null,
  path text not null,
  commit_id text,
  served_at timestamptz not null,
  withdrawn_at timestamptz
);
create index served_versions_of_item on ${schema}.served_versions (item_id, id desc);
insert into ${schema}.served_versions (item_id, hash, version, path, served_at)
select s.item_id, s.hash, d.version, d.path, d.loaded_at from ${schema}.served_definitions s join ${schema}.catalog_definitions d on d.hash = s.hash order by s.item_id;
create table ${schema}.catalog_findings (path text primary key, issues json not null);
create table ${schema}.catalog_validations (
  id bigint generated always as identity primary key,
  path text not null,
  at timestamptz not null,
  commit_id text,
  issues json not null
);
create index catalog_validations_of_file on ${schema}.catalog_validations (path, id desc);
create table ${schema}.webhook_deliveries (
  host text not null,
  delivery_id text not null,
  token uuid not null,
  seen_at timestamptz not null,
  primary key (host, delivery_id)
);
create index webhook_deliveries_seen on ${schema}.webhook_deliveries (seen_at);
`,
}
