const uuid = /^(?:req-)?([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})$/i

/** `req-<uuid>`, as people see it. */
export const publicRequestId = (id: string): string => `req-${id}`

/** The stored id behind `req-<uuid>` or `<uuid>`. Undefined: no request can have this id. */
export const storedRequestId = (id: string): string | undefined => uuid.exec(id)?.[1]?.toLowerCase()
