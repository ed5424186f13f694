import type { JsonObject } from '../../json.js'
import type { FulfillmentMode } from '../catalog-item.js'

/** One item of a bundle. */
export interface ComponentDefinition {
  /** Unique in the bundle. */
  readonly id: string
  /** Id of the catalog item. */
  readonly itemId: string
  /** Ids of components that must have ended before. */
  readonly dependsOn: readonly string[]
  /**
   * Values for the item's fields, by field id or by group and field id, templates unrendered. A field that is not here takes the value of
   * the bundle's field of the same name, else its own default.
   */
  readonly config: JsonObject
  /** Index in the document. */
  readonly place: number
  /** Characters from the start of the source. */
  readonly offset: number
}

/** What a CatalogBundle says beside what an item says (catalog-format 2.2). */
export interface BundleDefinition {
  /** In the order in which they are carried out. */
  readonly components: readonly ComponentDefinition[]
  /** `manual`: every component is a ticket. `automatic`: each is carried out as its item is. */
  readonly mode: FulfillmentMode
  /** Name of the Jira link from a component's ticket to those that depend on it. Absent: none are linked. */
  readonly linkType?: string
  /** What becomes of components that were finished when one fails: they stay (`keep`), or what their actions can take back is (`compensate`). */
  readonly onFailure: 'keep' | 'compensate'
}
