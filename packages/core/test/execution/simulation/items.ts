import { createActionRegistry } from '../../../src/catalog/action-registry.js'
import { type Catalog, createCatalog } from '../../../src/catalog/catalog.js'
import type { LoadedItem } from '../../../src/catalog/loaded-item.js'
import { declarations } from './actions.js'
import { type Random, randomOf } from './random.js'

/** A document of the simulation, as it is served. */
export interface SimulatedItem {
  readonly source: string
  readonly catalog: Catalog
  readonly loaded: LoadedItem
  readonly manual: boolean
  readonly password: boolean
  /** Whether a password or a secret is in what it sends. */
  readonly hasSecrets: boolean
}

export const ITEM_ID = 'test-item'
export const OWNER_TEAM = 'platform-team'

/** So many documents there are: few enough to be compiled once each, enough for what a document can say to meet in pairs. */
const ITEMS = 120

const stepOf = (random: Random, index: number, count: number, secret: boolean, password: boolean): string => {
  const type = random.pick(['look', 'put', 'make', 'make', 'make-final', 'choose'])
  const earlier = index > 0 && random.chance(0.4) ? `, after: "{{output.step-${index - 1}.made}}"` : ''
  const config = `text: "{{fields.name}}"${earlier}${secret ? ', auth: "{{secrets.TOKEN}}"' : ''}${password ? ', password: "{{fields.password}}"' : ''}`
  const retry = random.chance(0.5) ? `, retry: { attempts: ${1 + random.below(3)}, delay: 1, backoff: ${random.pick(['linear', 'exponential', 'fibonacci'])} }` : ''
  const condition = earlier === '' && random.chance(0.2) ? `, conditions: [{ field: name, operator: ${random.pick(['eq', 'ne'])}, value: key-0 }]` : ''
  const fallback = index + 1 < count && earlier === '' && random.chance(0.2) ? `, error_handling: { strategy: fallback, fallback_action: step-${index + 1} }` : ''
  const handling = fallback === '' && random.chance(0.15) ? ', error_handling: { strategy: continue }' : fallback
  return `      - { id: step-${index}, type: ${type}, config: { ${config} }, timeout: ${random.pick([4, 20, 20])}${retry}${condition}${handling} }`
}

const sourceOf = (index: number): string => {
  const random = randomOf(index + 7_000_000)
  const [manual, password, secret, deadline] = [random.chance(0.12), random.chance(0.25), random.chance(0.25), random.chance(0.25)]
  const count = 1 + random.below(3)
  const steps = Array.from({ length: count }, (_, step) => stepOf(random, step, count, secret, password)).join('\n')
  return `
version: "2.0"
kind: CatalogItem
metadata:
  id: ${ITEM_ID}
  name: Test Item
  description: An item that exists so that the engine has something to carry out in its simulation.
  version: 1.0.0
  category: compute
  owner: { team: ${OWNER_TEAM}, contact: platform@example.org }
presentation:
  form:
    groups:
      - id: basics
        name: Basics
        fields:
          - { id: name, name: Name, type: string, required: true }
${password ? '          - { id: password, name: Password, type: password, required: true }' : ''}
fulfillment:
  strategy: { mode: ${manual ? 'manual' : 'automatic'}${deadline ? ', timeout: 45 seconds' : ''} }
  manual:
    actions:
      - { id: ticket, type: ticket, config: { text: "{{fields.name}}" } }
  automatic:
    actions:
${steps}
`
}

const items = new Map<number, SimulatedItem>()

const createItem = (index: number): SimulatedItem => {
  const source = sourceOf(index)
  const catalog = createCatalog([{ path: `${ITEM_ID}.yaml`, source }], { profile: 'compat', actions: createActionRegistry(declarations), templateEnv: [] })
  const loaded = catalog.get(ITEM_ID)
  if (loaded === undefined || loaded.blockers.length > 0) throw new Error(`document ${index}: ${JSON.stringify(catalog.issues)}\n${source}`)
  return { source, catalog, loaded, manual: loaded.item.fulfillment.mode === 'manual', password: loaded.sealedFields.length > 0, hasSecrets: source.includes('password') || source.includes('secrets.') }
}

/** One of the documents; compiled when it is first asked for. */
export const itemOf = (wanted: number): SimulatedItem => {
  const index = wanted % ITEMS
  const item = items.get(index) ?? createItem(index)
  items.set(index, item)
  return item
}
