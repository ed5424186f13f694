import type { RequestQuery, Viewer } from '../ports/request-store.js'
import type { ServiceRequest } from '../request/service-request.js'

const isOwn = ({ accepted }: ServiceRequest, viewer: Viewer): boolean => accepted.requester.id === viewer.id

const isOfTeam = ({ accepted }: ServiceRequest, viewer: Viewer): boolean =>
  viewer.administrator || [...accepted.requester.teams, accepted.ownerTeam].some((team) => team !== undefined && viewer.teams.includes(team))

/** Whether a reader may see the request within the scope. */
export const isVisible = (request: ServiceRequest, viewer: Viewer, scope: RequestQuery['scope'] = 'visible'): boolean =>
  (scope !== 'team' && isOwn(request, viewer)) || (scope !== 'own' && isOfTeam(request, viewer))
