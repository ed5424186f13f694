import type { AnyAction, Catalog, JsonObject } from '@pao/core'
import { createActionRegistry, createCatalog, defineAction } from '@pao/core'
import { fatal } from '@pao/core/action'

/** Id of the step that the action under test carries out. */
export const STEP = 'step'
export const ITEM = 'action-run'

/** What a document says of the step, as it would be written. */
export interface StepDocument {
  readonly config: JsonObject
  readonly fields: Readonly<Record<string, string | number | boolean>>
  readonly timeoutMs: number
  readonly retry?: JsonObject
  readonly laterStepFails: boolean
}

const nothing: AnyAction['config'] = {
  schema: { '~standard': { version: 1, vendor: 'pao-testing', validate: (value: unknown) => ({ value }) } }, jsonSchema: { type: 'object' },
}

/** A step behind the one under test that fails, so that what was made can be taken back. */
export const refusingAction = defineAction({
  type: 'pao-testing-refuse', version: '1.0.0', apiVersion: 1, summary: 'Fails', examples: [], config: nothing, output: nothing, templates: [], effect: 'none',
  plan: () => ({ summary: 'fails', changes: [] }),
  run: () => Promise.reject(fatal('REFUSED', 'this step fails so that the one before it can be taken back')),
})

const fieldOf = ([id, value]: readonly [string, string | number | boolean]): JsonObject => ({ id, name: id, type: typeof value, required: false })

const sourceOf = (action: AnyAction, { config, fields, timeoutMs, retry, laterStepFails }: StepDocument): string => {
  const refuse = (id: string): JsonObject => ({ id, type: refusingAction.type, config: {} })
  const step = { id: STEP, type: action.type, config, timeout: timeoutMs / 1_000, ...(retry === undefined ? {} : { retry }) }
  return JSON.stringify({
    version: '2.0', kind: 'CatalogItem',
    metadata: {
      id: ITEM, name: 'Action run', description: 'The one step of an action that is run by a test of its author.', version: '1.0.0', category: 'compute',
      owner: { team: 'platform', contact: 'platform@example.org' },
    },
    presentation: { form: { groups: [{ id: 'input', name: 'Input', fields: [{ id: 'pao_note', name: 'Note', type: 'string' }, ...Object.entries(fields).map(fieldOf)] }] } },
    fulfillment: { strategy: { mode: 'automatic' }, manual: { actions: [refuse('ticket')] }, automatic: { actions: [step, ...(laterStepFails ? [refuse('later')] : [])] } },
  })
}

const told = (what: string, found: readonly { readonly message: string; readonly path?: string }[]): Error =>
  new Error(`${what}: ${found.map(({ path = '', message }) => path === '' ? message : `${path}: ${message}`).join('; ')}`)

const load = (action: AnyAction, source: string, templateEnv: readonly string[]): Catalog => {
  const actions = createActionRegistry([action, refusingAction])
  if (actions.issues.length > 0) throw told(`the action ${action.type} cannot be registered`, actions.issues)
  const catalog = createCatalog([{ path: `${ITEM}.yaml`, source }], { profile: 'compat', actions, templateEnv })
  const item = catalog.get(ITEM)
  if (item === undefined || item.blockers.length > 0) throw told(`a document with this config of ${action.type} cannot be ordered`, item?.blockers ?? catalog.issues.filter(({ severity }) => severity === 'error'))
  return catalog
}

const known = new WeakMap<AnyAction, Map<string, Catalog>>()

/** A catalog of one item with one step of the action. Throws when the document cannot be ordered, with what was found in it. */
export const catalogOf = (action: AnyAction, document: StepDocument, templateEnv: readonly string[]): Catalog => {
  const source = sourceOf(action, document)
  const key = `${templateEnv.join()}\n${source}`
  const byKey = known.get(action) ?? new Map<string, Catalog>()
  known.set(action, byKey)
  const catalog = byKey.get(key) ?? load(action, source, templateEnv)
  byKey.set(key, catalog)
  return catalog
}
