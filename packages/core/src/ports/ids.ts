/**
 * Port Ids: identity and chance. Laws:
 * 1. Ids never repeat, over all processes.
 * 2. `requestId` is a UUIDv7: ids of one process rise, and those of different processes sort by the millisecond of their creation.
 * 3. `uuid` is a UUID (RFC 9562), in lower case.
 * 4. `fraction` is in [0, 1), and another one each time.
 */
export interface Ids {
  requestId(): string
  /** UUID of a commit, a process or a delivery. */
  uuid(): string
  /** For the jitter of retry delays. */
  fraction(): number
}
