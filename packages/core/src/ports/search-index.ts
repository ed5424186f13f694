import type { CatalogSearch } from '../catalog/search-catalog.js'
import type { SearchDocument } from '../catalog/search-document.js'

/** What became of the documents, each by its id. */
export interface SearchChange {
  /** New documents, and those that take the place of the one of their id. */
  readonly put?: readonly SearchDocument[]
  /** Ids. */
  readonly remove?: readonly string[]
}

export interface SearchViewer {
  readonly teams: readonly string[]
  /** Sees everything. Default false. */
  readonly administrator?: boolean
}

export interface SearchQuery {
  /** Words as a person types them. It has no syntax. */
  readonly text: string
  readonly viewer: SearchViewer
  /** All that is given must hold. Default: nothing. */
  readonly filter?: Omit<CatalogSearch, 'q'>
  /** How many of the best hits are left out. Default 0. */
  readonly offset?: number
  readonly limit: number
}

/** A part of a text that has made it a hit: UTF-16 code units, as JavaScript counts them, `end` not included. */
export interface SearchRange {
  readonly start: number
  readonly end: number
}

/** Where the words of a query stand in a document. */
export interface SearchHighlight {
  readonly field: 'id' | 'name' | 'description' | 'tags' | 'owner'
  /** Which of the tags, from 0. Only with `tags`. */
  readonly index?: number
  readonly ranges: readonly SearchRange[]
}

export interface SearchHit {
  readonly id: string
  readonly highlights: readonly SearchHighlight[]
}

export interface SearchAnswer {
  /** Of all hits that the viewer may see, on this page or not. */
  readonly total: number
  /** The best first. */
  readonly hits: readonly SearchHit[]
}

/**
 * Port SearchIndex: finds items by words, the best first. Laws:
 * 1. After the promise of `update` what was put is found, as it was put last, and what was removed is not; other documents stay as they were. Putting
 *    again and removing what is not there change nothing. Overlapping updates take effect in the order of their calls.
 * 2. A document is found by words of its id, name, description, tags and owner, in any order, in upper or lower case, with or without accents. A word
 *    of two letters and more also stands for those that begin with it. Where documents have all words of the text, those are found; where none has,
 *    those that have some.
 * 3. A word in the name counts more than one in the description, and a whole word more than a beginning. What counts the same stands in the order of
 *    ids. The order depends on the documents, not on the order in which they came.
 * 4. Where nothing has a word of five letters or more as it is written, documents are found whose word differs by one letter that is wrong, too much or
 *    missing, or by two neighbours that are swapped.
 * 5. A document with an `audience` does not exist for a viewer of other teams who is no administrator: it is no hit, counts in no total, completes
 *    nothing, and decides nothing about which other documents are found.
 * 6. A filter holds for every hit, before anything is counted.
 * 7. `total` counts all hits; `offset` and `limit` cut a page out of them, and pages put together are the whole.
 * 8. The highlights of a hit say which of its words were found: at least one range, each of them inside the text of its field as it was put, not
 *    empty, in order and without overlap. They are positions: no text is given back with marks in it.
 * 9. `complete` gives texts that go on where the text ends, at most `limit`, each once: the words before the last stay, and each finds something for the
 *    viewer.
 * 10. Every text is a query: none is refused and none means anything else than its words. One without words finds and completes nothing. Only the first
 *     twelve words count, so that no text costs without bound.
 * 11. What was passed and what was given are values: changing them afterwards changes nothing in the index.
 * An index that cannot be reached rejects; who asks then searches without it.
 */
export interface SearchIndex {
  update(change: SearchChange): Promise<void>
  search(query: SearchQuery): Promise<SearchAnswer>
  /** Texts that the query may be about to become, the best first. */
  complete(query: Omit<SearchQuery, 'offset'>): Promise<readonly string[]>
}
