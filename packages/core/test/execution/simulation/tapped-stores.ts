import type { MemoryStores } from '../../../src/memory/index.js'
import type { MemoryState } from '../../../src/memory/memory-state.js'
import type { Claims } from '../../../src/ports/claims.js'
import type { Commit, Committed, RequestStore, Submitted } from '../../../src/ports/request-store.js'
import type { Grant, Write } from './evidence.js'

/** Writes down what reaches the stores, and what it changes there. */
export interface Tap {
  readonly requests: RequestStore
  readonly claims: Claims
  readonly writes: Write[]
  readonly grants: Grant[]
}

export const tapStores = (stores: MemoryStores, state: MemoryState, sequence: () => number, reached: (what: string) => void): Tap => {
  const writes: Write[] = []
  const grants: Grant[] = []

  const written = async <Answer extends Committed | Submitted>(kind: Write['kind'], commit: Commit, write: () => Promise<Answer>): Promise<Answer> => {
    const { id } = commit.after
    const before = state.rows.get(id)
    const [history, logs] = [state.history.get(id)?.length ?? 0, state.logs.get(id)?.length ?? 0]
    const place = writes.length
    const number = sequence()
    const answering = write()
    // Memory writes at once; nothing else comes between here.
    const after = state.rows.get(id)
    const grown = { history: (state.history.get(id)?.length ?? 0) - history, logs: (state.logs.get(id)?.length ?? 0) - logs }
    writes.push(undefined as never)
    const answer = await answering
    writes[place] = { sequence: number, kind, commit, answer, grown, ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) }
    reached(answer.kind)
    if (kind === 'submit' && answer.kind === 'accepted' && answer.epoch !== undefined && before === undefined) {
      grants.push({ sequence: number, requestId: id, epoch: answer.epoch, owner: commit.owner, held: false })
    }
    return answer
  }

  const granting = (source: 'claimDue' | 'claimLost'): Claims['claimDue'] => async (options) => {
    const before = [...state.rows.values()]
    const now = state.clock.now()
    const found = await stores.claims[source](options)
    for (const { requestId, epoch } of found) {
      const claim = before.find(({ stored }) => stored.request.id === requestId)?.claim
      grants.push({ sequence: sequence(), requestId, epoch, owner: options.owner, held: claim !== undefined && claim.until >= now })
      if (source === 'claimLost') reached('takeover')
    }
    return found
  }

  return {
    writes, grants,
    requests: {
      ...stores.requests,
      submit: (commit, key) => written('submit', commit, () => stores.requests.submit(commit, key)),
      commit: (commit) => written('commit', commit, () => stores.requests.commit(commit)),
    },
    claims: { ...stores.claims, claimDue: granting('claimDue'), claimLost: granting('claimLost') },
  }
}
