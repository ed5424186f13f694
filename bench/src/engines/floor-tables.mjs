import pg from 'pg'

/** The least that a durable engine with an account of what happened writes: requests, steps, audit rows. */
const tables = `
create table requests (
  id bigint primary key, status text, current int, input jsonb, owner text, lease timestamptz,
  created_at timestamptz default now(), updated_at timestamptz default now()
);
create table steps (request bigint, step int, status text, output jsonb, at timestamptz default now(), primary key (request, step));
create table audit (id bigserial primary key, request bigint, step int, event text, data jsonb, at timestamptz default now());
create index on audit (request, id);
create index on requests (status, created_at) where status in ('submitted', 'in_progress');`

export const floorChecks = [
  { what: 'completed requests', sql: "select count(*)::int as n from requests where status = 'completed'", each: 1 },
  { what: 'completed steps', sql: "select count(*)::int as n from steps where status = 'completed' and output is not null", each: 3 },
  { what: 'audit rows', sql: 'select count(*)::int as n from audit', each: 8 },
]

/** A pool of ten over a database with these tables, and named statements over it. */
export const openFloor = async (url) => {
  const pool = new pg.Pool({ connectionString: url, max: 10 })
  await pool.query(tables)
  return { execute: (name, text, values) => pool.query({ name, text, values }), close: () => pool.end() }
}
