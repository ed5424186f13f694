import type { AnyAction } from '../action/action.js'
import type { ComponentView } from '../catalog/bundle/component-view.js'
import type { Condition } from '../expression/condition.js'
import type { CompiledConfig } from '../template/config.js'

/** What the engine needs of a document to run one of its steps. */
export interface Blueprint {
  readonly action: AnyAction
  readonly config: CompiledConfig
  /** Of a bundle's step: what its component's item sees of the request. */
  readonly view?: ComponentView
  /** Of a bundle's step: what the bundle adds to the config, with the variables of the whole bundle. */
  readonly addition?: CompiledConfig
  /** All must hold, else the step is skipped. */
  readonly conditions: readonly Condition[]
  /** Secrets that its templates read. */
  readonly secretNames: readonly string[]
  /** Ids of password fields that its templates read. */
  readonly sealedFields: readonly string[]
}

/** The steps of the definition that a request is pinned to. Undefined for one that it does not have, or whose action is not installed. */
export type Blueprints = (step: string) => Blueprint | undefined
