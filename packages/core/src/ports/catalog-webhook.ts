/** Headers of a delivery: names in lower case, repeated ones joined by ", ". */
export type WebhookHeaders = Readonly<Record<string, string | undefined>>

/** Commits came to a branch, or the branch went. */
export interface CatalogPush {
  readonly event: 'push'
  /** Names the delivery: one that is sent again has the same. */
  readonly id: string
  /** The repository as its host names it, for example `acme/platform-catalog`. */
  readonly repository: string
  /** Without `refs/heads/`, for example `main`. */
  readonly branch: string
  /** The commit that the branch is at now. Absent: the branch was deleted. */
  readonly commit?: string
  /** The commit that the branch was at before. Absent: the branch is new. */
  readonly before?: string
  /** Whether `before` is no ancestor of `commit`. Absent: the host does not tell; then `changedPaths` may lack what a forced push took back. */
  readonly forced?: boolean
  /**
   * Paths of the repository that the commits added, changed or removed, each once, sorted. Absent: the delivery does not hold them all, as with a new
   * branch, a forced push or more commits than the host lists.
   */
  readonly changedPaths?: readonly string[]
}

/** What a host told. `ping`: it asks whether anybody listens. `other`: something that changes no branch; `name` is what the host calls it. */
export type CatalogDelivery =
  | CatalogPush
  | { readonly event: 'ping'; readonly id: string }
  | { readonly event: 'other'; readonly id: string; readonly name: string }

/** Why a delivery cannot be read. `problem` is for people and quotes nothing of the delivery. */
export interface WebhookProblem {
  readonly problem: string
}

/**
 * Port CatalogWebhook: how the host of a repository tells of pushes. Laws:
 * 1. `verify` is true only for a delivery whose sender knew the secret: what the host signs must be as it was signed, byte for byte. It is false, and
 *    throws nothing, where the proof is missing, another, malformed or given twice. How long it takes tells nothing of the secret.
 * 2. An empty secret verifies nothing.
 * 3. `read` is total: any headers and bytes give a delivery or a problem. It verifies nothing; only what was verified is to be acted upon.
 * 4. A push to a branch gives repository, branch and commits as the host wrote them; one of a tag is `other`.
 * 5. `changedPaths` holds every path that the delivery's commits changed, or is absent.
 * 6. A delivery that is sent again has the id that it had.
 * Both are pure and wait for nothing.
 */
export interface CatalogWebhook {
  /** What the server's path and its messages call it. */
  readonly host: 'github' | 'gitlab'
  verify(headers: WebhookHeaders, rawBody: Uint8Array, secret: string): boolean
  read(headers: WebhookHeaders, rawBody: Uint8Array): CatalogDelivery | WebhookProblem
}
