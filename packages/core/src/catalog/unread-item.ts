import { createInputValidator } from '../form/input-validator.js'
import { formSchema } from '../form/form-schema.js'
import type { Form } from '../form/form.js'
import type { CatalogItem } from './catalog-item.js'
import type { ReadItem } from './read-item.js'
import { type SourceNode, child, objectOf, textOf, textsOf } from './source-node.js'

const noForm: Form = { layout: 'single-page', submitText: 'Submit', confirmationRequired: false, groups: [] }

const isId = (text: string | undefined): text is string => text !== undefined && /^[a-z][a-z0-9-]{2,62}[a-z0-9]$/.test(text)

/** A restriction stays one, however it is written: only `all` and an empty list are none. */
const teamsOf = (node: SourceNode | undefined): readonly string[] => {
  const alone = textOf(node)
  return alone === undefined ? textsOf(node) : alone === 'all' ? [] : [alone]
}

/**
 * What can be shown of a document that is recognised and not read: its id and name, who may see it, and nothing to order. `undefined`
 * when it has no id that can be used.
 */
export const unreadItem = (root: SourceNode): ReadItem | undefined => {
  const metadata = child(root, 'metadata') ?? child(root, 'header') ?? root
  const id = [textOf(child(metadata, 'id')), textOf(child(metadata, 'name'))].find(isId)
  if (id === undefined || root.kind !== 'object') return undefined
  const read = (name: string): string | undefined => textOf(child(metadata, name))
  const owner = child(metadata, 'owner')
  const category = read('category')
  const visibility = child(metadata, 'visibility')
  const item: CatalogItem = {
    id, name: read('name') ?? id, description: read('description') ?? '', version: read('version') ?? '0.0.0', ...(category === undefined ? {} : { category }),
    owner: { team: textOf(child(owner, 'team')) ?? textOf(owner) ?? '', jiraProject: 'PLATFORM' }, tags: textsOf(child(metadata, 'tags')),
    visibility: { environments: textsOf(child(visibility, 'environments')), teams: [...teamsOf(child(visibility, 'teams')), ...teamsOf(child(child(metadata, 'access'), 'allowedTeams'))] },
    metadata: metadata.kind === 'object' && metadata !== root ? objectOf(metadata) : {}, form: noForm,
    fulfillment: { mode: 'manual', priority: 'normal' }, lifecycle: { deprecated: false }, document: objectOf(root),
  }
  return { item, validator: createInputValidator(noForm), schema: () => formSchema(noForm), sealedFields: [], steps: [], stepsIn: () => [], stepOf: () => undefined, envOf: () => ({}), origins: new Map(), outputsIn: () => new Map() }
}
