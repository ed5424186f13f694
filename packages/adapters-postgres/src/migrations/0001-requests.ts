import type { Migration } from './migration.js'

/**
 * Requests with what belongs to them. No foreign keys: every row of a request is written by the statement that holds its row.
 * Fill factors leave room for updates within the page (HOT).
 */
export const requests: Migration = {
  number: 1,
  name: 'requests',
  statements: (schema) => `
create table ${schema}.requests (
  id uuid primary key,
  version int not null,
  commit_id uuid not null,
  chain_hash bytea not null,
  status text not null check (status in ('pending_approval', 'queued', 'in_progress', 'cancelling', 'completed', 'failed', 'cancelled', 'rejected', 'aborted', 'escalated')),
  status_data jsonb not null,
  approvals jsonb not null,
  ledger jsonb not null,
  accepted jsonb not null,
  subject_kind text not null,
  subject_id text not null,
  subject_version text not null,
  definition_hash bytea not null,
  requester_id text not null,
  teams text[] not null,
  correlation_id text not null,
  priority smallint not null,
  revision int not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  ended_at timestamptz,
  claim_owner uuid,
  claim_epoch int not null default 0,
  claim_until timestamptz,
  wake_at timestamptz,
  constraint claim_whole check ((claim_owner is null) = (claim_until is null)),
  constraint never_stranded check (status not in ('queued', 'in_progress', 'cancelling') or claim_owner is not null or wake_at is not null)
) with (fillfactor = 70);
create index requests_due on ${schema}.requests (priority desc, wake_at) where claim_owner is null and wake_at is not null;
create index requests_claimed on ${schema}.requests (claim_owner) where claim_owner is not null;
create index requests_recent on ${schema}.requests (created_at desc, id desc);
create index requests_by_requester on ${schema}.requests (requester_id, created_at desc, id desc);
create index requests_by_status on ${schema}.requests (status, created_at desc, id desc);
create index requests_by_subject on ${schema}.requests (subject_id, created_at desc);
create index requests_by_team on ${schema}.requests using gin (teams);

create table ${schema}.request_revisions (
  request_id uuid,
  number int,
  input jsonb not null,
  variables jsonb not null,
  plan jsonb not null,
  plan_digest text not null,
  deadline timestamptz,
  timeout_ms bigint,
  primary key (request_id, number)
);

-- One row for each iteration of each step; position counts within the current ones, and within the superseded ones.
create table ${schema}.request_steps (
  request_id uuid,
  step_id text,
  iteration int,
  position int not null,
  superseded boolean not null,
  action_type text not null,
  state text not null,
  executions int not null,
  data jsonb not null,
  output jsonb,
  started_at timestamptz,
  ended_at timestamptz,
  primary key (request_id, step_id, iteration)
) with (fillfactor = 70);

create table ${schema}.request_history (
  request_id uuid,
  version int,
  first_version int not null,
  commit_id uuid not null,
  at timestamptz not null,
  actor text,
  types text[] not null,
  events jsonb,
  events_hash bytea not null,
  hash bytea not null,
  xid xid8 not null default pg_current_xact_id(),
  primary key (request_id, version)
);
create index request_history_order on ${schema}.request_history (xid, request_id, version);

create table ${schema}.expected_signals (
  service text,
  reference text,
  request_id uuid not null,
  step_id text not null,
  iteration int not null,
  primary key (service, reference)
);

create table ${schema}.idempotency_keys (
  principal text,
  route text,
  key text,
  body_hash bytea not null,
  request_id uuid not null,
  expires_at timestamptz not null,
  primary key (principal, route, key)
);
`,
}
