import { allowedActions, isAdministrator } from '@pao/core'
import type { Person, ServiceRequest } from '@pao/core'

/** Actions that have an endpoint. */
const endpoints: ReadonlySet<string> = new Set(['retry', 'abort'])

/** What this person can do with the request now: from the edge table, only what has an endpoint. */
export const offeredActions = (request: ServiceRequest, person: Person): readonly string[] => {
  const { requester, ownerTeam } = request.accepted
  const facts = {
    person, requester: requester.id === person.id, owner: ownerTeam !== undefined && person.teams.includes(ownerTeam), admin: isAdministrator(person),
  }
  return allowedActions(request, facts).filter((action) => endpoints.has(action))
}
