import { sha256 } from '../../canonical-json.js'
import { nearestName } from '../../expression/nearest-name.js'
import type { ValueType } from '../../expression/value-type.js'
import type { JsonObject } from '../../json.js'
import { checkConfig, compileConfig } from '../../template/config.js'
import type { Environment, OutputDeclaration } from '../../template/environment.js'
import type { FulfillmentMode } from '../catalog-item.js'
import type { Issue } from '../issue.js'
import type { IssueCode } from '../issue-codes.js'
import { linePositions } from '../line-positions.js'
import type { CompiledStep, LoadedComponent, LoadedItem, PlannableStep } from '../loaded-item.js'
import { olderPaths } from '../older-paths.js'
import { formType, requestType, systemType, typeOfJson } from '../value-types.js'
import { bindFields } from './bind-fields.js'
import type { BundleDefinition, ComponentDefinition } from './bundle-definition.js'
import { joinSources } from './bundle-source.js'
import { bundleValidator } from './bundle-validator.js'
import { type ComponentView, createComponentView } from './component-view.js'
import { ticketLinks } from './ticket-links.js'

/** A bundle with its items, or why it cannot be served. */
export interface LinkedBundle {
  readonly item?: LoadedItem
  readonly issues: readonly Issue[]
}

interface Linking {
  readonly bundle: LoadedItem
  readonly definition: BundleDefinition
  readonly env: ReadonlySet<string>
  tell(component: ComponentDefinition, code: IssueCode, severity: Issue['severity'] | 'blocks', message: string, suggestion?: string): void
}

interface Part extends LoadedComponent {
  readonly definition: ComponentDefinition
}

const prefixed = (component: string, id: string): string => `${component}.${id}`

/** The items of the components; those that there are not, or that cannot be ordered, are told. */
const partsOf = ({ definition, tell }: Linking, items: ReadonlyMap<string, LoadedItem>): readonly Part[] => definition.components.flatMap((component) => {
  const item = items.get(component.itemId)
  if (item === undefined) {
    const near = nearestName(component.itemId, items.keys())
    tell(component, 'unknown-item', 'error', `there is no catalog item ${component.itemId}${near === undefined ? '' : `: did you mean ${near}?`}`, near)
    return []
  }
  if (item.kind === 'CatalogBundle') {
    tell(component, 'unknown-item', 'error', `${component.itemId} is a bundle: a bundle is made of items`)
    return []
  }
  const [blocker] = item.blockers
  if (blocker !== undefined) tell(component, 'component-blocked', 'blocks', `${component.itemId} cannot be ordered: ${blocker.message}`)
  const mode: FulfillmentMode = definition.mode === 'manual' ? 'manual' : item.item.fulfillment.mode
  if (item.stepsIn(mode).length === 0) tell(component, 'component-blocked', 'blocks', `${component.itemId} has no ${mode} actions`)
  return [{ id: component.id, item, dependsOn: component.dependsOn, mode, definition: component }]
})

/** Everything that a component depends on, by way of others too. */
const reachable = (parts: readonly Part[], id: string): ReadonlySet<string> => {
  const found = new Set<string>()
  const open = [id]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const other of parts.find((part) => part.id === next)?.dependsOn ?? []) {
      if (!found.has(other)) open.push(other)
      found.add(other)
    }
  }
  return found
}

/** Outputs of all components' steps by their full ids; those of the component itself and of the ones behind it come later. */
const outputsAt = (parts: readonly Part[], index: number): ReadonlyMap<string, OutputDeclaration> => new Map(parts.flatMap(({ id, item, mode }, place) =>
  [...item.outputsIn(mode)].map(([step, declared]) => [prefixed(id, step), { ...declared, ...(place >= index ? { later: true } : {}) }] as const)))

const tellUndeclared = ({ tell }: Linking, parts: readonly Part[], part: Part, read: readonly string[]): void => {
  const before = reachable(parts, part.id)
  for (const component of new Set(read.map((step) => step.slice(0, step.indexOf('.'))))) {
    if (component !== part.id && !before.has(component)) tell(part.definition, 'component-not-depended', 'warning', `${part.id} reads outputs of ${component} without depending on it`, component)
  }
}

const viewOf = (linking: Linking, parts: readonly Part[], index: number, part: Part): ComponentView | undefined => {
  const { bundle, env, tell } = linking
  const bound = bindFields(bundle, part.definition, part.item)
  for (const { code, message } of bound.problems) tell(part.definition, code, 'error', message)
  const items: JsonObject = Object.fromEntries(parts.map(({ item: { item } }) => [item.id, item.metadata]))
  const metadata: ValueType = typeOfJson({ ...items, ...bundle.item.metadata })
  const output = outputsAt(parts, index)
  const spell = olderPaths({ itemId: bundle.item.id, form: bundle.item.form, origins: bundle.origins, metadata, output })
  const { compiled, issues } = compileConfig(bound.config, () => 'value', spell)
  const environment: Environment = {
    fields: formType(bundle.item.form), metadata, request: requestType([bundle, ...parts.map(({ item }) => item)].some(({ item }) => item.visibility.environments.length > 0)), system: systemType, env, secrets: 'any', output, secretsAllowed: false,
  }
  for (const { code, severity, message, path, suggestion } of [...issues, ...compiled === undefined ? [] : checkConfig(compiled, environment)]) {
    const [field = '', ...below] = path
    const origin = part.item.origins.get(String(field))
    tell(part.definition, code, code === 'env-not-allowed' ? 'blocks' : severity, `config.${[...origin === undefined ? [field] : [origin.group, origin.id], ...below].join('.')}: ${message}`, suggestion)
  }
  if (compiled === undefined) return undefined
  tellUndeclared(linking, parts, part, compiled.references.flatMap(({ scope, path: [step] }) => scope === 'output' && step !== undefined ? [step] : []))
  const read = new Set(compiled.references.flatMap(({ scope, path: [name] }) => scope === 'metadata' && name !== undefined ? [name] : []))
  const shared = Object.fromEntries(Object.entries(items).filter(([id]) => read.has(id)))
  return createComponentView({ component: part.id, metadata: part.item.item.metadata, shared, from: bound.from, defaults: bound.defaults, config: compiled })
}

/** A step that depends on none of its own list waits for everything that its component depends on, or for the bundle's own steps. */
const plannable = (part: Part, parts: readonly Part[], own: readonly string[]) => (step: PlannableStep): PlannableStep => {
  const { definition } = step
  const { id, dependsOn, onFailure } = definition
  const before = parts.filter((other) => part.dependsOn.includes(other.id)).flatMap((other) => other.item.stepsIn(other.mode).map((one) => prefixed(other.id, one.definition.id)))
  return {
    ...step, component: part.id,
    definition: {
      ...definition, id: prefixed(part.id, id), dependsOn: dependsOn.length > 0 ? dependsOn.map((one) => prefixed(part.id, one)) : before.length > 0 ? before : own,
      onFailure: typeof onFailure === 'object' ? { fallback: prefixed(part.id, onFailure.fallback) } : onFailure,
    },
  }
}

/** What a rollback would leave behind is told of each component; where it would leave everything, it is none, which is told once. */
const tellRollback = ({ definition, tell }: Linking, parts: readonly Part[]): void => {
  if (definition.onFailure === 'keep') return
  const takesBack = parts.some(({ item, mode }) => item.stepsIn(mode).some(({ compensable }) => compensable))
  const lasting = parts.flatMap(({ id, item, mode, definition: component }) => {
    const steps = item.stepsIn(mode).filter(({ compensable, effect }) => !compensable && effect !== 'none').map((step) => prefixed(id, step.definition.id))
    return steps.length === 0 ? [] : [{ component, steps }]
  })
  const [first] = lasting
  if (takesBack) for (const { component, steps } of lasting) tell(component, 'rollback-incomplete', 'warning', `no action takes back what these steps make, so that a person must after a failure: ${steps.join(', ')}`)
  else if (first !== undefined) tell(first.component, 'rollback-incomplete', 'blocks', 'a rollback would take nothing back, for no action of the components can: write error_handling: stop')
}

/** The bundle's own steps, then those of its components. */
const stepsOf = (bundle: LoadedItem, parts: readonly Part[]): readonly PlannableStep[] => {
  const own = bundle.steps.map(({ definition }) => definition.id)
  return [...bundle.steps, ...parts.flatMap((part) => part.item.stepsIn(part.mode).map(plannable(part, parts, own)))]
}

const modeOf = (parts: readonly Part[]): Pick<LoadedItem['item']['fulfillment'], 'mode' | 'modeReason'> => {
  const reasons = parts.flatMap(({ id, mode, item: { item: { fulfillment } } }) => mode === 'manual' && fulfillment.modeReason !== undefined ? [`${id} is ${fulfillment.modeReason}`] : [])
  return { mode: parts.every(({ mode }) => mode === 'manual') ? 'manual' : 'automatic', ...(reasons.length === 0 ? {} : { modeReason: reasons.join('; ') }) }
}

const stepReader = ({ bundle, definition: { linkType } }: Linking, parts: readonly Part[], views: ReadonlyMap<string, ComponentView>, steps: readonly PlannableStep[]): LoadedItem['stepOf'] => (mode, id) => {
  if (!id.includes('.')) return bundle.stepOf(mode, id)
  const component = id.slice(0, id.indexOf('.'))
  const part = parts.find((one) => one.id === component)
  const [step, view] = [part?.item.stepOf(part.mode, id.slice(component.length + 1)), views.get(component)]
  const planned = steps.find(({ definition }) => definition.id === id)
  if (part === undefined || step === undefined || view === undefined || planned === undefined) return undefined
  const addition = ticketLinks(part, parts, { linkType, parent: bundle.steps[0]?.definition.id })(planned)
  return { definition: planned.definition, config: step.config, view, ...(addition === undefined ? {} : { addition }) } satisfies CompiledStep
}

const linkedItem = (linking: Linking, parts: readonly Part[], views: ReadonlyMap<string, ComponentView>, issues: readonly Issue[]): LoadedItem => {
  const { bundle } = linking
  const steps = stepsOf(bundle, parts)
  const running = modeOf(parts)
  const source = joinSources(bundle.source, [...new Map(parts.map(({ item }) => [item.item.id, item])).values()])
  const all = [...bundle.issues, ...issues]
  return {
    ...bundle, source, hash: sha256(source), item: { ...bundle.item, fulfillment: { ...bundle.item.fulfillment, ...running } },
    issues: all, blockers: all.filter(({ blocks }) => blocks === true), validator: bundleValidator(bundle, parts, views),
    components: parts.map(({ definition: _, ...component }) => component), steps, stepsIn: () => steps, stepOf: stepReader(linking, parts, views, steps),
    envOf: (env: JsonObject) => ({ ...bundle.envOf(env), ...Object.assign({}, ...parts.map(({ item }) => item.envOf(env))) as JsonObject, ...Object.fromEntries([...views.values()].flatMap((view) => view.envNames).flatMap((name) => Object.hasOwn(env, name) ? [[name, env[name] ?? null]] : [])) }),
  }
}

/**
 * Joins a bundle with its items: each component's fields get their source, its steps their place in one list (`<component>.<step>`), and what
 * does not fit is told. An error keeps the bundle from being served. `env`: names of process variables that templates may read.
 */
export const linkBundle = (bundle: LoadedItem, items: ReadonlyMap<string, LoadedItem>, env: readonly string[]): LinkedBundle => {
  const { bundle: definition } = bundle
  if (definition === undefined) return { item: bundle, issues: [] }
  const issues: Issue[] = []
  const position = linePositions(bundle.source)
  const tell: Linking['tell'] = (component, code, severity, message, suggestion) => {
    const blocks = severity === 'blocks'
    issues.push({
      code, severity: blocks ? 'warning' : severity, path: `components[${component.place}]`, file: bundle.path, ...position(component.offset),
      message: blocks ? `${message}; the item is not orderable` : message, ...(suggestion === undefined ? {} : { suggestion }), ...(blocks ? { blocks } : {}),
    })
  }
  const linking: Linking = { bundle, definition, env: new Set(env), tell }
  const parts = partsOf(linking, items)
  tellRollback(linking, parts)
  const views = new Map(parts.flatMap((part, index) => {
    const view = viewOf(linking, parts, index, part)
    return view === undefined ? [] : [[part.id, view] as const]
  }))
  if (issues.some(({ severity }) => severity === 'error')) return { issues }
  return { item: linkedItem(linking, parts, views, issues), issues }
}
