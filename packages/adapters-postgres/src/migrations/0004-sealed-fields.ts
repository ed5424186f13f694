import type { Migration } from './migration.js'

/** Which fields of a revision's input are encrypted. Null: none is named. */
export const sealedFields: Migration = {
  number: 4,
  name: 'sealed-fields',
  statements: (schema) => `
alter table ${schema}.request_revisions add column sealed jsonb;
`,
}
