import type { Context } from 'hono'
import type { Person } from '@pao/core'
import type { Answer, Call, Handler } from './answer.js'
import type { Authenticator } from './authenticator.js'

/** A handler that needs to know who calls. */
export type PersonalHandler = (context: Context, person: Person, call: Call) => Promise<Answer> | Answer

/** Runs the handler for an identified caller, or answers why there is none. */
export const asCaller = (authenticator: Authenticator) => (handler: PersonalHandler): Handler =>
  async (context, call) => {
    const person = await authenticator.identify(context.req.raw)
    return 'kind' in person ? person : handler(context, person, call)
  }
