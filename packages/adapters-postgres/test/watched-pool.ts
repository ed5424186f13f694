import type { Pool } from 'pg'

export interface SentStatement { readonly name: string; readonly values: readonly unknown[] }

/** The pool, with a list of the named statements that go over it. */
export const watchedPool = (pool: Pool): { readonly pool: Pool; readonly sent: SentStatement[] } => {
  const sent: SentStatement[] = []
  const query = (...parts: readonly [Pick<SentStatement, 'name'> & Partial<SentStatement>, ...unknown[]]) => {
    // Buffers are used again for later statements.
    sent.push({ ...parts[0], values: (parts[0].values ?? []).map((value) => Buffer.isBuffer(value) ? Buffer.from(value) : value) })
    return (pool.query as (...all: readonly unknown[]) => unknown).apply(pool, [...parts])
  }
  return { sent, pool: new Proxy(pool, { get: (target, name) => name === 'query' ? query : Reflect.get(target, name) as unknown }) }
}
