/**
 * Port Logger: the program's own log, structured. Never a request's input or a secret. Laws:
 * 1. A call is one entry, of its level, with its message and fields, whatever characters are in them; entries keep the order of the calls.
 * 2. An `Error` among the fields keeps its message.
 * 3. A call never throws, whatever the fields hold, and changes none of them.
 */
export interface Logger {
  debug(fields: Readonly<Record<string, unknown>>, message: string): void
  info(fields: Readonly<Record<string, unknown>>, message: string): void
  warn(fields: Readonly<Record<string, unknown>>, message: string): void
  error(fields: Readonly<Record<string, unknown>>, message: string): void
}
