import type { Migration } from './migration.js'

/**
 * Documents that no statement looks into are kept as the text that was written: taking them apart and putting them together again was a third
 * of the database's work for a request.
 */
export const jsonAsWritten: Migration = {
  number: 5,
  name: 'json-as-written',
  statements: (schema) => `
alter table ${schema}.requests alter column status_data type json, alter column approvals type json, alter column ledger type json, alter column accepted type json;
alter table ${schema}.request_revisions alter column input type json, alter column variables type json, alter column plan type json, alter column sealed type json;
alter table ${schema}.request_steps alter column data type json, alter column output type json;
alter table ${schema}.request_history alter column events type json;
`,
}
