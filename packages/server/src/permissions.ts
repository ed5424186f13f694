import type { Person, ServiceRequest } from '@pao/core'
import type { Viewer } from '@pao/core/ports'

export const isAdministrator = (person: Person): boolean => person.roles.includes('admin')

export const viewerOf = (person: Person): Viewer => ({ id: person.id, teams: person.teams, administrator: isAdministrator(person) })

/** The one who asked, the team that owns the item, and administrators decide on a request; team mates of the requester only see it. */
const mayDecide = (person: Person, { accepted }: ServiceRequest): boolean =>
  accepted.requester.id === person.id || isAdministrator(person) ||
  (accepted.ownerTeam !== undefined && person.teams.includes(accepted.ownerTeam))

/** What this person can do with the request now: from the edge table, only what has an endpoint. */
export const allowedActions = (request: ServiceRequest, person: Person): readonly ('retry' | 'abort')[] =>
  request.status.state === 'failed' && mayDecide(person, request) ? ['retry', 'abort'] : []
