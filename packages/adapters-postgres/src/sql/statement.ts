/** A statement of the hot path: prepared once on each connection, under its name. */
export interface Statement {
  readonly name: string
  readonly text: string
}

/** Two schemas in one database have statements of their own on a shared connection. */
export const statement = (schema: string, name: string, text: string): Statement => ({ name: `${schema}_${name}`, text })
