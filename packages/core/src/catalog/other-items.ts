import type { JsonObject } from '../json.js'

/** What of another document can be read, and where it stands: it belongs to the definition of whoever reads it. */
export interface OtherItem {
  readonly metadata: JsonObject
  readonly path: string
  readonly source: string
}

/** `.metadata.<id>.…`, `metadata/<id>/…` and `output/<id>/metadata/…`: ids of items whose metadata a text may read. */
const reading = /metadata[./]([a-z][a-z0-9-]{2,62}[a-z0-9])|output[./]([a-z][a-z0-9-]{2,62}[a-z0-9])[./]metadata/g

/** Ids of other items that a document may read the metadata of, in the order in which they stand there; also ones that there are not. */
export const otherItemsIn = (source: string): readonly string[] =>
  [...new Set([...source.matchAll(reading)].flatMap(([, first, second]) => first ?? second ?? []))].filter((id) => id.includes('-'))
