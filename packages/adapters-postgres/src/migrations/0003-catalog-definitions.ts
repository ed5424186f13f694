import type { Migration } from './migration.js'

/** Document versions that requests are pinned to, and which of them is served: one for each item, also when two processes serve at once. */
export const catalogDefinitions: Migration = {
  number: 3,
  name: 'catalog-definitions',
  statements: (schema) => `
create table ${schema}.catalog_definitions (
  hash bytea primary key,
  kind text not null,
  item_id text not null,
  version text not null,
  path text not null,
  source text not null,
  loaded_at timestamptz not null
);
create table ${schema}.served_definitions (
  item_id text primary key,
  hash bytea not null references ${schema}.catalog_definitions
);
`,
}
