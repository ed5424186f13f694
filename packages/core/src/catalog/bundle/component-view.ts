import type { JsonObject } from '../../json.js'
import { isJsonObject } from '../../json.js'
import { type CompiledConfig, type RenderedConfig, renderConfig } from '../../template/config.js'
import type { Generated, Variables } from '../../template/variables.js'

/** The variables of a bundle's request as the item of one component sees them. */
export interface ComponentView {
  readonly component: string
  /** Fields of the item by their id: the field of the bundle that has their value. */
  readonly from: ReadonlyMap<string, string>
  /** Process variables that the component's `config` reads. */
  readonly envNames: readonly string[]
  /** Whether the component's `config` reads what earlier components give. */
  readonly readsOutput: boolean
  /** Fields of the bundle that a field of the item is made of. */
  sourcesOf(field: string): readonly string[]
  /** `failure`: a value of the component's `config` cannot be rendered; its field is missing then. */
  variablesOf(whole: Variables, generated: Generated): { readonly variables: Variables; readonly failure?: Extract<RenderedConfig, { readonly ok: false }> }
}

/** What a component's fields are made of. */
export interface ComponentBinding {
  readonly component: string
  readonly metadata: JsonObject
  /** Metadata of the bundle's items that `config` reads, by their ids. */
  readonly shared: JsonObject
  /** Fields of the item by their id: the field of the bundle that has their value. */
  readonly from: ReadonlyMap<string, string>
  /** Defaults of the item for fields that nothing gives. */
  readonly defaults: JsonObject
  /** `config` by field id, compiled. */
  readonly config: CompiledConfig
}

const ownOutputs = (component: string, output: JsonObject): JsonObject => {
  const prefix = `${component}.`
  return Object.fromEntries(Object.entries(output).flatMap(([id, value]) => id.startsWith(prefix) ? [[id.slice(prefix.length), value]] : []))
}

const givenFields = ({ from }: ComponentBinding, fields: JsonObject): JsonObject =>
  Object.fromEntries([...from].flatMap(([id, source]) => Object.hasOwn(fields, source) ? [[id, fields[source] ?? null]] : []))

export const createComponentView = (binding: ComponentBinding): ComponentView => ({
  component: binding.component,
  from: binding.from,
  envNames: binding.config.references.flatMap(({ scope, path: [name] }) => scope === 'env' && name !== undefined ? [name] : []),
  readsOutput: binding.config.references.some(({ scope }) => scope === 'output'),
  sourcesOf: (field) => {
    const source = binding.from.get(field)
    const read = binding.config.references.filter(({ scope, at }) => scope === 'fields' && at[0] === field).flatMap(({ path }) => path[0] ?? [])
    return source === undefined ? read : [source, ...read]
  },
  variablesOf: (whole, generated) => {
    const rendered = renderConfig(binding.config, { ...whole, metadata: { ...binding.shared, ...whole.metadata } }, { ...generated, seed: JSON.stringify([generated.seed, binding.component]) })
    const fields = { ...binding.defaults, ...givenFields(binding, whole.fields), ...(rendered.ok && isJsonObject(rendered.value) ? rendered.value : {}) }
    const variables = { ...whole, fields, metadata: binding.metadata, output: { ...whole.output, ...ownOutputs(binding.component, whole.output) } }
    return rendered.ok ? { variables } : { variables, failure: rendered }
  },
})
