import type { Pool } from 'pg'

export interface SentStatement { readonly name: string; readonly values: readonly unknown[] }

/** The pool, with a list of the named statements that go over it. */
export const watchedPool = (pool: Pool): { readonly pool: Pool; readonly sent: SentStatement[] } => {
  const sent: SentStatement[] = []
  const query = (...parts: readonly [SentStatement, ...unknown[]]) => {
    sent.push(parts[0])
    return (pool.query as (...all: readonly unknown[]) => unknown).apply(pool, [...parts])
  }
  return { sent, pool: new Proxy(pool, { get: (target, name) => name === 'query' ? query : Reflect.get(target, name) as unknown }) }
}
