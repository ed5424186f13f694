import { inputOf, outputOf } from '../work.mjs'
import { floorChecks, openFloor } from './floor-tables.mjs'

export const name = 'floor-coalesced'

export const checks = floorChecks

const MOST_FLUSHES = 2
const LEAST_PART = 32

/** Kinds: 0 submit, 1 step done and the next started, 2 last step done. */
const write = `
with d as (select * from jsonb_to_recordset($1::jsonb) as x (k bigint, t int, s int, o jsonb, i jsonb)),
accepted as (
  insert into requests (id, status, current, input, owner, lease)
  select k, 'in_progress', 0, i, 'me', now() + interval '30 s' from d where t = 0
),
started as (insert into steps (request, step, status) select k, s + 1, 'running' from d where t in (0, 1)),
done as (update steps set status = 'completed', output = d.o from d where d.t in (1, 2) and steps.request = d.k and steps.step = d.s),
moved as (
  update requests set status = case when d.t = 2 then 'completed' else 'in_progress' end, current = d.s + 1, lease = now() + interval '30 s', updated_at = now()
  from d where d.t in (1, 2) and requests.id = d.k
)
insert into audit (request, step, event)
select k, s, case t when 0 then 'submitted' else 'done' end from d
union all select k, case t when 2 then null else s + 1 end, case t when 2 then 'completed' else 'start' end from d`

/** Writes of many requests in one statement: at most two flushes at once, the buffer split over those that are free. */
const coalescing = (execute) => {
  let buffer = []
  let flushes = 0
  let scheduled = false
  const flush = async (part) => {
    flushes += 1
    try {
      await execute('write', write, [JSON.stringify(part.map(({ row }) => row))])
      for (const { resolve } of part) resolve()
    } catch (error) {
      for (const { reject } of part) reject(error)
    }
    flushes -= 1
    schedule()
  }
  const flushAll = () => {
    scheduled = false
    const free = MOST_FLUSHES - flushes
    if (buffer.length === 0 || free === 0) return
    const size = Math.max(LEAST_PART, Math.ceil(buffer.length / free))
    const rows = buffer.sort((left, right) => left.row.k - right.row.k)
    buffer = rows.slice(size * free)
    for (let at = 0; at < Math.min(rows.length, size * free); at += size) void flush(rows.slice(at, Math.min(at + size, size * free)))
  }
  const schedule = () => {
    if (scheduled || buffer.length === 0 || flushes >= MOST_FLUSHES) return
    scheduled = true
    setImmediate(flushAll)
  }
  return (row) => new Promise((resolve, reject) => {
    buffer.push({ row, resolve, reject })
    schedule()
  })
}

/** Written by hand: the rows of the lean floor, commits shared by the requests in flight; nobody goes on before its commit. */
export const open = async ({ url, completed }) => {
  const { execute, close } = await openFloor(url)
  const append = coalescing(execute)
  const carry = async (key) => {
    await append({ k: key, t: 1, s: 0, o: outputOf(0) })
    await append({ k: key, t: 1, s: 1, o: outputOf(1) })
    await append({ k: key, t: 2, s: 2, o: outputOf(2) })
    completed(key)
  }
  return {
    submit: async (key) => {
      await append({ k: key, t: 0, s: -1, i: inputOf(key) })
      void carry(key)
    },
    close,
  }
}
