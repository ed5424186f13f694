/** Port Ids: identity and chance. Laws: ids never repeat; `requestId` is a UUIDv7, so that ids sort by creation; `fraction` is in [0, 1). */
export interface Ids {
  requestId(): string
  /** UUID of a commit, a process or a delivery. */
  uuid(): string
  /** For the jitter of retry delays. */
  fraction(): number
}
