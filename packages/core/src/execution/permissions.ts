import type { Viewer } from '../ports/request-store.js'
import type { Person } from '../request/person.js'
import type { ServiceRequest } from '../request/service-request.js'

/** Who carries this role sees every item and every request. */
const ADMINISTRATOR_ROLE = 'admin'

export const isAdministrator = (person: Person): boolean => person.roles.includes(ADMINISTRATOR_ROLE)

export const viewerOf = (person: Person): Viewer => ({ id: person.id, teams: person.teams, administrator: isAdministrator(person) })

/** Requester and members of the item's owner team (spec/machine.md, edges of `failed`). */
export const mayDecide = ({ accepted }: ServiceRequest, person: Person): boolean =>
  person.id === accepted.requester.id || (accepted.ownerTeam !== undefined && person.teams.includes(accepted.ownerTeam))
