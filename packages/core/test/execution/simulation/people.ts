import type { Viewer } from '../../../src/ports/request-store.js'
import type { Person } from '../../../src/request/person.js'
import { OWNER_TEAM } from './items.js'

const person = (id: string, teams: readonly string[], roles: readonly string[] = []): Person => ({ id, email: `${id}@example.org`, teams, roles })

export const ben = person('ben', ['payments'])
export const ada = person('ada', ['checkout'])
export const olga = person('olga', [OWNER_TEAM])
/** Belongs to no team that anything was ordered by. */
export const eve = person('eve', ['strangers'])

/** Who orders. */
export const requesters: readonly [Person, Person, Person] = [ben, ada, olga]

export const viewerOf = ({ id, teams }: Person): Viewer => ({ id, teams, administrator: false })

export const root: Viewer = { id: 'root', teams: [], administrator: true }
