import type { Json } from '../json.js'

/** Names the checkpoints of one step's work. A changed input finds no earlier checkpoint. */
export interface CheckpointScope {
  readonly requestId: string
  readonly step: string
  readonly iteration: number
  readonly inputHash: string
}

/** `absent` keeps an `undefined` apart from a `null`. */
export type CheckpointValue = { readonly value: Json } | { readonly absent: true }

/**
 * Port StepCheckpoints: results of named work inside a step. Laws:
 * 1. What `save` answered `saved` for is found by `load`, also after a crash; falsy values and absence survive.
 * 2. `save` under an epoch or owner that is not current writes nothing and answers `claim-lost`.
 * 3. The first value of a name stays: a second save of it changes nothing and answers `saved`.
 */
export interface StepCheckpoints {
  load(scope: CheckpointScope): Promise<ReadonlyMap<string, CheckpointValue>>
  save(
    scope: CheckpointScope, name: string, value: CheckpointValue, claim: { readonly owner: string; readonly epoch: number },
  ): Promise<'saved' | 'claim-lost'>
}
