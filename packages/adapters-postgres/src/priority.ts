import type { StoredRequest } from '@pao/core/ports'

type Priority = StoredRequest['request']['accepted']['priority']

/** As stored: sorts and compares. `sql/claim.ts` enumerates the values. */
const ranks: Readonly<Record<Priority, number>> = { low: 0, normal: 1, high: 2, critical: 3 }

export const priorityRank = (priority: Priority): number => ranks[priority]
