import type { Person } from '@pao/core'
import { asCaller } from '../caller.js'
import type { ApiDependencies } from '../dependencies.js'
import type { Reader } from '../request-view.js'
import { decideRequest } from './decide-request.js'
import { listRequests } from './list-requests.js'
import { readRequest } from './read-request.js'
import { get, post } from './route.js'
import type { Route } from './route.js'
import { submitRequest } from './submit-request.js'
import type { SubmitDependencies } from './submit-request.js'

export const requestRoutes = (
  { orchestrator, requests, catalog, authenticator, playground, ordered }: Pick<ApiDependencies, 'orchestrator' | 'requests' | 'catalog' | 'authenticator' | 'playground'> & Pick<SubmitDependencies, 'ordered'>,
): readonly Route[] => {
  const personal = asCaller(authenticator)
  const readerOf = (person: Person): Reader => ({ person, catalog, playground: playground !== undefined })
  const { whole, status, logs } = readRequest({ orchestrator, requests, readerOf })
  const { retry, abort } = decideRequest({ orchestrator, readerOf })
  return [
    get('/requests', personal(listRequests({ requests, readerOf }))),
    post('/requests', personal(submitRequest({ orchestrator, readerOf, ordered }))),
    get('/requests/:id', personal(whole)),
    get('/requests/:id/status', personal(status)),
    get('/requests/:id/logs', personal(logs)),
    post('/requests/:id/retry', personal(retry)),
    post('/requests/:id/abort', personal(abort)),
  ]
}
