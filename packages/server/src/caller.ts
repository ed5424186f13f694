import type { Context } from 'hono'
import { PaoError } from '@pao/core'
import type { Person } from '@pao/core'
import type { Answer, Call, Handler } from './answer.js'
import type { Authenticator } from './authenticator.js'
import type { HostFacts } from './server.js'

/** A handler that needs to know who calls. */
export type PersonalHandler = (context: Context, person: Person, call: Call) => Promise<Answer> | Answer

const isNames = (names: unknown): boolean => Array.isArray(names) && names.every((name) => typeof name === 'string')

/** A host may be plain JavaScript, and a text in the place of a list would match parts of names. */
const checkedPerson = (person: Person): Person => {
  if (typeof person.id === 'string' && person.id !== '' && isNames(person.teams) && isNames(person.roles)) return person
  throw new PaoError('CONFIGURATION', 'The caller that the host has named is no person: give { id, teams, roles }, a text and two lists of texts')
}

/** Runs the handler for an identified caller, or answers why there is none. */
export const asCaller = (authenticator: Authenticator) => (handler: PersonalHandler): Handler =>
  async (context, call) => {
    const { caller } = context.env as HostFacts
    const person = caller === undefined ? await authenticator.identify(context.req.raw) : checkedPerson(caller)
    return 'kind' in person ? person : handler(context, person, call)
  }
