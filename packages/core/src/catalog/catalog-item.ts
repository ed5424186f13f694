import type { Form } from '../form/form.js'
import type { JsonObject } from '../json.js'
import type { StepDefinition } from './step-definition.js'

export type FulfillmentMode = 'manual' | 'automatic'

export interface Owner {
  readonly team: string
  readonly contact?: string
  readonly escalation?: string
  /** Project of tickets about the item. Default PLATFORM. */
  readonly jiraProject: string
}

/** How an item is carried out. */
export interface Fulfillment {
  /** The mode that runs. */
  readonly mode: FulfillmentMode
  /** Why it is not the mode that the document asks for. Absent when it is. */
  readonly modeReason?: string
  readonly priority: 'low' | 'normal' | 'high' | 'critical'
  /** Milliseconds for the whole request. Absent: none. */
  readonly timeoutMs?: number
  readonly manual?: {
    readonly description?: string
    readonly instructions?: string
    /** The longer end of `estimated_time`. */
    readonly estimatedSeconds?: number
    readonly steps: readonly StepDefinition[]
  }
  readonly automatic?: { readonly steps: readonly StepDefinition[] }
}

/** Where an item stands in its life. A draft and an archived one are shown to the owning team and administrators alone, and cannot be ordered. */
export type Stage = 'draft' | 'preview' | 'ga' | 'deprecated' | 'archived'

export interface Lifecycle {
  /** Said by `deprecation.deprecated` or by the stage. */
  readonly deprecated: boolean
  /** ISO date, or date and time with offset: since when it is deprecated. */
  readonly since?: string
  /** ISO date, or date and time with offset. From then on the item is not orderable. */
  readonly sunsetDate?: string
  readonly migrationPath?: string
  /** Id of the item to take instead. */
  readonly replacement?: string
}

/** What a developer may ask for. Plain data, so that it can be stored and sent. */
export interface CatalogItem {
  readonly id: string
  readonly name: string
  readonly description: string
  readonly version: string
  /** Absent only where the document is not read (an older dialect). */
  readonly category?: string
  readonly owner: Owner
  readonly tags: readonly string[]
  readonly visibility: {
    /** Where it is orderable. Empty: everywhere, and a request names none. */
    readonly environments: readonly string[]
    /** Who may see and order it, beside the owning team. Empty: everybody. */
    readonly teams: readonly string[]
  }
  /** `sla.provisioning_time`, the longer end. */
  readonly provisioningSeconds?: number
  /** The whole block with the author's own constants: what templates read as `metadata`. */
  readonly metadata: JsonObject
  readonly form: Form
  readonly fulfillment: Fulfillment
  readonly lifecycle: Lifecycle
  /** Absent: ga. */
  readonly stage?: Stage
  /** The document in canonical names, for readers. */
  readonly document: JsonObject
}
