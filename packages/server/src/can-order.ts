import { isAdministrator, orderability } from '@pao/core'
import type { LoadedItem, Person } from '@pao/core'

/** Whether a person may order an item now, whatever the input, and why not. `reasons`: why nobody can. */
export const canOrder = (loaded: LoadedItem, person: Person, reasons: readonly string[], now: number) => {
  const answer = orderability(loaded, { teams: person.teams, administrator: isAdministrator(person), now })
  const own = answer.kind === 'not-orderable' ? answer.reasons : []
  const all = [...new Set([...reasons, ...own])]
  return { allowed: all.length === 0 && answer.kind !== 'hidden', reasons: all }
}
