import { postgresRequestStore } from '@pao/adapters-postgres'

/** A seller and the order of their shop front: both are written, or neither. Needs a table `sellers (name text primary key)`. */
export const sell = async (pool, { orchestrator, schema = 'pao' }, caller, name) => {
  const client = await pool.connect()
  try {
    await client.query('begin')
    await client.query('insert into sellers (name) values ($1)', [name])
    const answer = await orchestrator.submit({ caller, itemId: 'shop-storefront', fields: { name } }, { requests: postgresRequestStore(client, { schema }) })
    if (answer.kind === 'refused') throw new Error(answer.message)
    await client.query('commit')
    // Now it is there to be found: at once by this process, within a second by any other.
    orchestrator.wake()
    return answer.request.request.id
  } catch (error) {
    await client.query('rollback')
    throw error
  } finally {
    client.release()
  }
}
