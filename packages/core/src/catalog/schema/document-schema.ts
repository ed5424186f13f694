import type { AnyAction } from '../../action/action.js'
import type { JsonObject } from '../../json.js'
import { isJsonObject } from '../../json.js'
import type { ActionRegistry } from '../action-registry.js'
import { bundleShape } from '../bundle/bundle-shape.js'
import type { Shape } from '../document-shape.js'
import { stepShape } from '../fulfillment-shape.js'
import { itemShape } from '../item-shape.js'
import { conditionShape } from '../presentation-shape.js'
import { configSchema } from './config-schema.js'
import { type Draft, drafts } from './draft.js'
import { type ShapeNames, inlineSchema } from './shape-schema.js'

const namedShapes: ReadonlyMap<Shape, string> = new Map<Shape, string>([[stepShape, 'step'], [conditionShape, 'condition']])

const namesFor = (draft: Draft): ShapeNames => ({
  of: (shape) => {
    const name = namedShapes.get(shape)
    return name === undefined ? undefined : { name, ref: `#/${draft.definitions}/${name}` }
  },
})

const nameOf = ({ type }: AnyAction): string => `config-of-${type}`

const choiceOf = (action: AnyAction, draft: Draft): JsonObject => ({
  if: { properties: { type: { enum: [action.type, ...action.aliases ?? []] } }, required: ['type'] },
  then: { properties: { config: { $ref: `#/${draft.definitions}/${nameOf(action)}` } } },
})

/** A step with the config of each installed action under its type. Other types are allowed: their action may be installed elsewhere. */
const stepSchema = (actions: readonly AnyAction[], draft: Draft): JsonObject => {
  const step = inlineSchema(stepShape, 'step', namesFor(draft))
  const properties = isJsonObject(step['properties']) ? step['properties'] : {}
  const type = isJsonObject(properties['type']) ? properties['type'] : {}
  const { type: _, ...texts } = type
  return {
    ...step, properties: { ...properties, type: { ...texts, anyOf: [{ enum: actions.map((action) => action.type) }, { type: 'string' }] } },
    ...(actions.length === 0 ? {} : { allOf: actions.map((action) => choiceOf(action, draft)) }),
  }
}

const titles = { CatalogItem: 'Catalog item', CatalogBundle: 'Catalog bundle' } as const

/**
 * The JSON Schema of documents of Schema v2.0, for editors and other tools: made of the shapes that documents are read with, and of the config
 * schemas of the installed actions. It knows the canonical names alone, and refuses what profile strict refuses by shape. What needs more than
 * one place of a document to be seen, such as a field that a template reads, only the validation tells.
 */
export const documentSchema = (kind: 'CatalogItem' | 'CatalogBundle', registry: Pick<ActionRegistry, 'types' | 'get'>, draftName: Draft['name'] = '2020-12'): JsonObject => {
  const draft = drafts[draftName]
  const names = namesFor(draft)
  const actions = kind === 'CatalogBundle' ? [] : registry.types.flatMap((type) => registry.get(type) ?? [])
  return {
    $schema: draft.uri, title: titles[kind], description: `A ${kind} of Schema v2.0.`,
    ...inlineSchema(kind === 'CatalogItem' ? itemShape : bundleShape, 'document', names),
    [draft.definitions]: {
      condition: inlineSchema(conditionShape, 'condition', names),
      ...(kind === 'CatalogBundle' ? {} : { step: stepSchema(actions, draft) }),
      ...Object.fromEntries(actions.map((action) => [nameOf(action), configSchema(action, draft, `#/${draft.definitions}/${nameOf(action)}`)])),
    },
  }
}
