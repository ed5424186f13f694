import type { Instant } from '../json.js'

/** Somebody as the authenticator described them when they acted; kept with what they did, so that later changes of teams do not rewrite history. */
export interface Person {
  /** Stable id from the identity provider. */
  readonly id: string
  /** Absent when the identity provider gave none. */
  readonly email?: string
  /** Names of the teams (groups) they belonged to. */
  readonly teams: readonly string[]
  /** Roles in PAO itself, for example `admin`. */
  readonly roles: readonly string[]
}

/** Who did something, why and when. `system` is the orchestrator itself: clocks and automatic decisions. */
export interface Cause {
  readonly by: Person | 'system'
  /** In people's words; the empty string where nothing was said. */
  readonly reason: string
  readonly at: Instant
}
