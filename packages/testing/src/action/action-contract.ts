import type { AnyAction } from '@pao/core/action'
import type { Contract, CreateFixture } from '../contract.js'
import type { ActionCase, ActionWorld } from './action-world.js'
import { compensationRules } from './rules/compensation-rules.js'
import { declarationRules } from './rules/declaration-rules.js'
import { failureRules } from './rules/failure-rules.js'
import { planRules } from './rules/plan-rules.js'
import { recoveryRules } from './rules/recovery-rules.js'
import { secrecyRules } from './rules/secrecy-rules.js'
import { versionRules } from './rules/version-rules.js'
import type { Subject } from './subject.js'
import { subjectOf } from './subject.js'

export interface ActionContractOptions {
  readonly action: AnyAction
  /** Configs beside the action's own examples. At least one with `edited`, where the action makes something. */
  readonly cases?: readonly ActionCase[]
  /** Earlier versions of which steps may still be under way. Needed for any version but the first. */
  readonly previous?: readonly AnyAction[]
}

const rules = [...declarationRules, ...planRules, ...recoveryRules, ...failureRules, ...compensationRules, ...secrecyRules, ...versionRules]

/**
 * What every action must do, whatever its vendor does to it (spec: the contract kit). A case that says nothing about an action, for it has
 * no effect, makes no HTTP call or never waits, is shown as skipped, with that reason.
 */
export const actionContract = (options: ActionContractOptions): Contract<ActionWorld> => {
  const subjects = new WeakMap<CreateFixture<ActionWorld>, Subject>()
  const subjectFor = (create: CreateFixture<ActionWorld>): Subject => {
    const subject = subjects.get(create) ?? subjectOf(options, create)
    subjects.set(create, subject)
    return subject
  }
  return { port: 'Action', cases: rules.map(({ name, law, run }) => ({ name, law, run: (create) => run(subjectFor(create)) })) }
}
