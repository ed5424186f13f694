import type { InputValidator } from '../form/input-validator.js'
import type { JsonObject } from '../json.js'
import type { CompiledConfig } from '../template/config.js'
import type { OutputDeclaration } from '../template/environment.js'
import type { BundleDefinition } from './bundle/bundle-definition.js'
import type { ComponentView } from './bundle/component-view.js'
import type { CatalogItem, FulfillmentMode } from './catalog-item.js'
import type { Dialect } from './dialect.js'
import type { FieldOrigins } from './dialects/field-origins.js'
import type { Issue } from './issue.js'
import type { StepDefinition } from './step-definition.js'

/** A step with its templates compiled. */
export interface CompiledStep {
  readonly definition: StepDefinition
  readonly config: CompiledConfig
  /** Of a bundle's step: what its component's item sees of the request. */
  readonly view?: ComponentView
  /** What a bundle adds to the config, with the variables of the whole bundle. */
  readonly addition?: CompiledConfig
}

/** A component of a bundle with the item that it stands for. */
export interface LoadedComponent {
  readonly id: string
  readonly item: LoadedItem
  readonly dependsOn: readonly string[]
  /** How it is carried out. */
  readonly mode: FulfillmentMode
}

/** An item as it is served: what the document says, compiled. Immutable. */
export interface LoadedItem {
  readonly item: CatalogItem
  readonly kind: 'CatalogItem' | 'CatalogBundle'
  readonly sourceDialect: Dialect
  /** SHA-256 of the source, hex: the definition that requests are pinned to. */
  readonly hash: string
  /** Path inside the catalog, with `/`. */
  readonly path: string
  /** The document; of a linked bundle, with those of its items behind it. */
  readonly source: string
  /** Warnings of the document, those that block among them. */
  readonly issues: readonly Issue[]
  /** Why the item is shown and cannot be ordered. Empty: it can. */
  readonly blockers: readonly Issue[]
  readonly validator: InputValidator
  /** JSON Schema 2020-12 of the form. */
  readonly schema: () => JsonObject
  /** Ids of the fields whose values are encrypted. */
  readonly sealedFields: readonly string[]
  /** Of a bundle: what it says of its components. */
  readonly bundle?: BundleDefinition
  /** Of a bundle that was linked with its items: its components, in the order in which they are carried out. */
  readonly components?: readonly LoadedComponent[]
  /** The steps of the mode that runs, in the order in which they run, with what is known of their actions. */
  readonly steps: readonly PlannableStep[]
  /** Those of either mode. */
  stepsIn(mode: FulfillmentMode): readonly PlannableStep[]
  /** A step of either mode. Undefined when there is none, or its action is not installed. */
  stepOf(mode: FulfillmentMode, id: string): CompiledStep | undefined
  /** What the steps of a mode give to later ones, by id, in the order in which they run. */
  outputsIn(mode: FulfillmentMode): ReadonlyMap<string, OutputDeclaration>
  /** Fields that their author calls otherwise. */
  readonly origins: FieldOrigins
  /** Of these process variables, those that the mode that runs reads. */
  envOf(env: JsonObject): JsonObject
}

/** What a plan needs to know of a step beside its definition. */
export interface PlannableStep {
  /** Of a bundle's step: the id of its component. */
  readonly component?: string
  readonly definition: StepDefinition
  readonly effect: 'none' | 'idempotent' | 'create' | 'by-config'
  readonly compensable: boolean
}
