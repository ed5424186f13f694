/** A version of JSON Schema. */
export interface Draft {
  readonly name: '07' | '2020-12'
  /** Value of `$schema`. */
  readonly uri: string
  /** Where schemas that are referred to stand. */
  readonly definitions: 'definitions' | '$defs'
}

export const drafts: Readonly<Record<Draft['name'], Draft>> = {
  '07': { name: '07', uri: 'http://json-schema.org/draft-07/schema#', definitions: 'definitions' },
  '2020-12': { name: '2020-12', uri: 'https://json-schema.org/draft/2020-12/schema', definitions: '$defs' },
}
