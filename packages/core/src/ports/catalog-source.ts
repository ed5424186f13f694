import type { CatalogSnapshot } from '../catalog/catalog-snapshot.js'
import type { CatalogVerdict } from '../catalog/catalog-verdict.js'

/**
 * Port CatalogSource: where the documents of a catalog come from, for example a folder, a Git repository or an HTTP endpoint. Laws:
 * 1. Whole and of one moment: `read` gives every document that the source holds, all as of one state; never a part, never a mixture of two
 *    states. A source without documents gives no files.
 * 2. An outage throws PaoError CATALOG_UNAVAILABLE, `retryable` where the same call may succeed later. It is never an empty or shorter snapshot:
 *    what is not in a snapshot counts as removed. Messages and `description` hold no credentials.
 * 3. Equal revisions hold equal files. While nothing changes the revision stays, over calls, instances and processes; each change of a document
 *    gives another one.
 * 4. Paths are relative to the catalog, with `/`, without empty parts, `.` and `..`, each once. Only documents are given: `.yaml` and `.yml`; what
 *    lies under a name that begins with a dot is left out.
 * 5. Texts are as stored: UTF-8, no line ending changed. What is no UTF-8 text, is larger than `catalogLimits.fileBytes` or cannot be read alone
 *    is given as `unreadable`, with the reason, and hides no other.
 * 6. More than `catalogLimits.files` documents throw; nothing is cut off in silence.
 * 7. `read` rejects with the signal's reason soon after it aborts, at once where it is aborted already, and leaves nothing behind.
 * 8. A snapshot is a value, and reads may overlap: none changes what another one gave.
 * 9. `watch`, where there is one, calls `changed` after each change that a `read` begun then shows; it may call too often. After the promise of
 *    its stop it calls no more. What it misses the caller finds by reading from time to time.
 * 10. `publish`, where there is one, shows a verdict at its commit. The same verdict again changes nothing; a later one of the same commit replaces
 *    the one before. It throws as `read` does, and what it throws never keeps a catalog from being served.
 * Making an adapter opens nothing: work begins with `read` or `watch`.
 */
export interface CatalogSource {
  /** For people, for example "the folder /srv/catalog". */
  readonly description: string
  read(signal: AbortSignal): Promise<CatalogSnapshot>
  /** Tells of changes, until the returned stop is called. Absent: the caller reads from time to time. */
  watch?(changed: () => void): () => Promise<void>
  /** Tells the authors of a commit what was found in it, for example by a check with annotations. Absent: the source has no place for it. */
  publish?(verdict: CatalogVerdict, signal: AbortSignal): Promise<void>
}
