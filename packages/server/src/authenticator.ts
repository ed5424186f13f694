import type { Person } from '@pao/core'
import type { Problem } from './problem.js'

/**
 * Port Authenticator: who calls. Laws: 1. `admit` sees every call, before anything is read from it; its refusal is the answer. 2. `identify` never gives
 * a person for credentials that it could not prove. 3. Neither quotes a credential in a message.
 */
export interface Authenticator {
  /** Shown in `/version`. */
  readonly name: string
  admit(request: Request): Problem | undefined
  identify(request: Request): Promise<Person | Problem> | Person | Problem
}
