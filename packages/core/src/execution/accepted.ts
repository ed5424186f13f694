import type { LoadedItem } from '../catalog/loaded-item.js'
import type { Accepted } from '../request/service-request.js'

/** What a submission brings, beside the document that it is about. */
type Ordered = Pick<Accepted, 'at' | 'requester' | 'correlationId'> & { readonly environment?: string | undefined }

/** What is accepted, once and for all, when somebody orders this document. */
export const acceptedOf = ({ kind, item, hash }: LoadedItem, { at, requester, correlationId, environment }: Ordered): Accepted => ({
  at, requester, correlationId, priority: item.fulfillment.priority, ownerTeam: item.owner.team,
  subject: { kind: kind === 'CatalogBundle' ? 'bundle' : 'item', id: item.id, version: item.version, definitionHash: hash },
  ...(environment === undefined ? {} : { environment }),
})
