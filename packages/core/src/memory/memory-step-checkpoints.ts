import type { CheckpointScope, StepCheckpoints } from '../ports/step-checkpoints.js'
import { frozenCopy } from './frozen-copy.js'
import type { MemoryState } from './memory-state.js'
import { compoundKey, holdsClaim } from './memory-state.js'

const keyOf = ({ requestId, step, iteration, inputHash }: CheckpointScope): string => compoundKey(requestId, step, iteration, inputHash)

/** Port StepCheckpoints in memory. */
export const memoryStepCheckpoints = (state: MemoryState): StepCheckpoints => ({
  load: async (scope) => new Map(state.checkpoints.get(keyOf(scope))),
  save: async (scope, name, value, { owner, epoch }) => {
    if (!holdsClaim(state.rows.get(scope.requestId), owner, epoch)) return 'claim-lost'
    const saved = state.checkpoints.get(keyOf(scope)) ?? new Map()
    state.checkpoints.set(keyOf(scope), saved)
    if (!saved.has(name)) saved.set(name, frozenCopy(value))
    return 'saved'
  },
})
