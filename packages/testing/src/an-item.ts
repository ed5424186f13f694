import type { CatalogFile } from '@pao/core'
import type { JsonObject } from '@pao/core/action'

/** A step as a document writes it. */
export interface ItemStep {
  readonly id: string
  /** Type of the action. */
  readonly type: string
  /** Default: empty. */
  readonly config?: JsonObject
  readonly [member: string]: unknown
}

/** What an item is made of, where it matters to a test. */
export interface ItemTraits {
  /** Default: `test-item`. */
  readonly id?: string
  /** Default: `1.0.0`. */
  readonly version?: string
  /** Of the form, as a document writes them. Default: an optional `name`. */
  readonly fields?: readonly JsonObject[]
  /** In the order in which they run. At least one. */
  readonly steps: readonly [ItemStep, ...ItemStep[]]
  /** Members of the document that stand in place of those made here, for example `{ lifecycle: … }`. */
  readonly more?: JsonObject
}

/** The file of a valid item that runs automatically. The first step stands for the ticket of manual mode, which each document needs. */
export const anItem = ({ id = 'test-item', version = '1.0.0', fields = [{ id: 'name', name: 'Name', type: 'string' }], steps, more = {} }: ItemTraits): CatalogFile => {
  const [{ type, config = {} }] = steps
  const actions = steps.map((step) => ({ config: {}, ...step }))
  const document = {
    version: '2.0',
    kind: 'CatalogItem',
    metadata: {
      id, version, name: `Item ${id}`, description: 'An item that exists so that a test has something to order and to carry out.', category: 'compute',
      owner: { team: 'platform-team', contact: 'platform@example.org' },
    },
    presentation: { form: { groups: [{ id: 'basics', name: 'Basics', fields }] } },
    fulfillment: { strategy: { mode: 'automatic' }, manual: { actions: [{ id: 'ticket', type, config }] }, automatic: { actions } },
    ...more,
  }
  // JSON is YAML.
  return { path: `${id}.yaml`, source: `${JSON.stringify(document, null, 2)}\n` }
}
