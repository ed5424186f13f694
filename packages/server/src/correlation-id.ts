import { randomUUID } from 'node:crypto'

/** What a correlation id may look like: it travels into logs, tickets and headers. */
export const correlationIdPattern = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/

/** The caller's `X-Correlation-Id` where it has the form of one, else a new one: a foreign text never reaches a log. */
export const correlationIdOf = (headers: Headers): string => {
  const given = headers.get('x-correlation-id')
  return given !== null && correlationIdPattern.test(given) ? given : `corr-${randomUUID()}`
}
