import type { Instant, JsonObject } from '../json.js'

/** The scopes that templates read, under their canonical names. */
export type Scope = 'fields' | 'metadata' | 'request' | 'system' | 'env' | 'secrets' | 'output'

/**
 * The values of one rendering. A secret stands here as a text: its clear text for a call, a reference for everything that is
 * stored or hashed. Nothing in here is ever read as a template.
 */
export type Variables = { readonly [scope in Scope]: JsonObject }

/** Where generated values come from, so that a second rendering gives the same text. */
export interface Generated {
  /** Names the request, step and iteration. `uuid()` and `random()` derive from it and from their place in the template. */
  readonly seed: string
  /** The acceptance time of the request: what `timestamp()` and `date()` answer. */
  readonly at: Instant
}
