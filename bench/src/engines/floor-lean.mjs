import { inputOf, outputOf } from '../work.mjs'
import { floorChecks, openFloor } from './floor-tables.mjs'

export const name = 'floor-lean'

export const checks = floorChecks

const submit = `
with request as (
  insert into requests (id, status, current, input, owner, lease) values ($1, 'in_progress', 0, $2, 'me', now() + interval '30 s')
), step as (insert into steps (request, step, status) values ($1, 0, 'running'))
insert into audit (request, step, event) values ($1, null, 'submitted'), ($1, 0, 'start')`

const next = `
with step as (update steps set status = 'completed', output = $3 where request = $1 and step = $2::int),
following as (insert into steps (request, step, status) values ($1, $2::int + 1, 'running')),
request as (update requests set current = $2::int + 1, lease = now() + interval '30 s', updated_at = now() where id = $1)
insert into audit (request, step, event) values ($1, $2::int, 'done'), ($1, $2::int + 1, 'start')`

const last = `
with step as (update steps set status = 'completed', output = $3 where request = $1 and step = $2::int),
request as (update requests set status = 'completed', owner = null, lease = null, updated_at = now() where id = $1)
insert into audit (request, step, event) values ($1, $2::int, 'done'), ($1, null, 'completed')`

/** Written by hand: one statement and one commit for each checkpoint, four for three steps. No fence, no check, no template. */
export const open = async ({ url, completed }) => {
  const { execute, close } = await openFloor(url)
  const carry = async (key) => {
    await execute('next', next, [key, 0, outputOf(0)])
    await execute('next', next, [key, 1, outputOf(1)])
    await execute('last', last, [key, 2, outputOf(2)])
    completed(key)
  }
  return {
    submit: async (key) => {
      await execute('submit', submit, [key, inputOf(key)])
      void carry(key)
    },
    close,
  }
}
