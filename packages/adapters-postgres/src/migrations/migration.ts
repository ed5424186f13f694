/** One step of the schema. Applied ones never change: what must differ goes into a further one. */
export interface Migration {
  /** From 1, without gaps. */
  readonly number: number
  readonly name: string
  /** Statements, with every name qualified by the schema: `search_path` is not relied on. Runs in one transaction. */
  readonly statements: (schema: string) => string
}
