import type { Migration } from './migration.js'

/** What steps leave behind while they run. */
export const stepWork: Migration = {
  number: 2,
  name: 'step-work',
  statements: (schema) => `
create table ${schema}.step_checkpoints (
  request_id uuid,
  step_id text,
  iteration int,
  input_hash text,
  name text,
  value jsonb,
  absent boolean not null,
  at timestamptz not null default now(),
  primary key (request_id, step_id, iteration, input_hash, name)
);

-- One row for all lines of one execution in one commit: a row a line costs half as much again.
-- number is drawn under the lock of the request's row, so within a request it rises in the order of writing.
create table ${schema}.step_logs (
  request_id uuid,
  number bigint generated always as identity,
  step_id text not null,
  iteration int not null,
  execution int not null,
  lines jsonb not null,
  primary key (request_id, number)
);
`,
}
