import { createInputValidator } from '../form/input-validator.js'
import { formSchema } from '../form/form-schema.js'
import type { Form } from '../form/form.js'
import { sealedFields } from '../form/sealed-fields.js'
import type { JsonObject } from '../json.js'
import type { ActionRegistry } from './action-registry.js'
import type { CatalogItem, Fulfillment, FulfillmentMode, Lifecycle } from './catalog-item.js'
import { checkDataSources } from './check-data-sources.js'
import { checkHealthChecks } from './check-health-checks.js'
import { compileSteps } from './compile-steps.js'
import { checkOtherTemplates } from './check-other-templates.js'
import { checkInlineSecrets } from './inline-secrets.js'
import { olderPaths } from './older-paths.js'
import type { Dialect } from './dialect.js'
import type { FieldOrigins } from './dialects/field-origins.js'
import type { OtherItem } from './other-items.js'
import type { Findings } from './conform.js'
import type { CompiledStep, LoadedItem } from './loaded-item.js'
import { itemStages } from './metadata-shape.js'
import { readForm } from './read-form.js'
import { checkMetadata, readOwner, readTeams, secondsOf } from './read-metadata.js'
import { type ReadSteps, milliseconds, plannable, readSteps } from './read-steps.js'
import { tellMixture } from './mixed-spellings.js'
import { type RunningMode, runningMode } from './running-mode.js'
import { type ObjectNode, type SourceNode, child, flagOf, objectOf, textOf, textsOf } from './source-node.js'
import { formType, requestType, systemType, typeOfJson } from './value-types.js'

/** The part of a LoadedItem that the document's content gives. */
export type ReadItem = Pick<LoadedItem, 'item' | 'validator' | 'schema' | 'sealedFields' | 'steps' | 'stepsIn' | 'stepOf' | 'envOf' | 'origins' | 'outputsIn'> & {
  /** Documents whose metadata its templates read. Absent: none. */
  readonly reads?: readonly OtherItem[]
}

export interface ReadItemOptions {
  readonly source: string
  readonly actions: ActionRegistry
  readonly templateEnv: readonly string[]
  readonly origins: FieldOrigins
  readonly dialect: Dialect
  /** By the ids of their items. Default: none. */
  readonly others?: ReadonlyMap<string, OtherItem>
}

const noOthers: ReadonlyMap<string, OtherItem> = new Map()

/** The metadata of other items that is read, by their ids: what stands in the document itself wins. */
const metadataOf = (own: JsonObject, others: Iterable<readonly [string, OtherItem]>): JsonObject =>
  ({ ...Object.fromEntries([...others].map(([id, { metadata }]) => [id, metadata])), ...own })

/** Of other items those that templates read. */
const readOthers = (own: JsonObject, others: ReadonlyMap<string, OtherItem>, steps: Iterable<CompiledStep>): readonly (readonly [string, OtherItem])[] => {
  if (others.size === 0) return []
  const names = new Set([...steps].flatMap(({ config }) => config.references.flatMap(({ scope, path: [name] }) => scope === 'metadata' && name !== undefined ? [name] : [])))
  return [...others].filter(([id]) => names.has(id) && !Object.hasOwn(own, id))
}

const withText = (node: SourceNode | undefined, names: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(names).flatMap(([member, name]) => textOf(child(node, name)) === undefined ? [] : [[member, textOf(child(node, name)) ?? '']]))

const lifecycleOf = (root: SourceNode): Lifecycle => {
  const deprecation = child(child(root, 'lifecycle'), 'deprecation')
  return {
    deprecated: flagOf(child(deprecation, 'deprecated')) ?? textOf(child(child(root, 'metadata'), 'stage')) === 'deprecated',
    ...withText(deprecation, { since: 'since', sunsetDate: 'sunset_date', migrationPath: 'migration_path', replacement: 'replacement_service' }),
  }
}

const definitionsOf = ({ steps }: ReadSteps): readonly CompiledStep['definition'][] => steps.map(({ definition }) => definition)

const fulfillmentOf = (node: SourceNode | undefined, running: RunningMode, read: Readonly<Record<FulfillmentMode, ReadSteps>>): Fulfillment => {
  const strategy = child(node, 'strategy')
  const manual = child(node, 'manual')
  const estimatedSeconds = secondsOf(manual, 'estimated_time')
  const timeoutMs = milliseconds(child(strategy, 'timeout'))
  return {
    ...running, priority: (textOf(child(strategy, 'priority')) ?? 'normal') as Fulfillment['priority'],
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    ...(manual === undefined ? {} : { manual: {
      ...withText(manual, { description: 'description', instructions: 'instructions' }),
      ...(estimatedSeconds === undefined ? {} : { estimatedSeconds }), steps: definitionsOf(read.manual),
    } }),
    ...(child(node, 'automatic') === undefined ? {} : { automatic: { steps: definitionsOf(read.automatic) } }),
  }
}

export const itemOf = (findings: Findings, root: ObjectNode, form: Form, fulfillment: Fulfillment): CatalogItem => {
  const metadata = child(root, 'metadata')
  const category = textOf(child(metadata, 'category'))
  const stage = itemStages.find((one) => one === textOf(child(metadata, 'stage')))
  const provisioningSeconds = secondsOf(child(metadata, 'sla'), 'provisioning_time')
  return {
    id: textOf(child(metadata, 'id')) ?? '', name: textOf(child(metadata, 'name')) ?? '', description: textOf(child(metadata, 'description')) ?? '',
    version: textOf(child(metadata, 'version')) ?? '', ...(category === undefined ? {} : { category }), owner: readOwner(metadata), tags: textsOf(child(metadata, 'tags')),
    visibility: { environments: textsOf(child(child(metadata, 'visibility'), 'environments')), teams: readTeams(findings, metadata) },
    ...(provisioningSeconds === undefined ? {} : { provisioningSeconds }),
    metadata: metadata?.kind === 'object' ? objectOf(metadata) : {}, form, fulfillment, lifecycle: lifecycleOf(root), ...(stage === undefined ? {} : { stage }), document: objectOf(root),
  }
}

/** Of the values at hand those whose names the templates read. */
export const envReader = (steps: Iterable<CompiledStep>): LoadedItem['envOf'] => {
  const names = new Set([...steps].flatMap(({ config }) => config.references.flatMap(({ scope, path }) => scope === 'env' && path[0] !== undefined ? [path[0]] : [])))
  return (env: JsonObject) => Object.fromEntries(Object.entries(env).filter(([name]) => names.has(name)))
}

/** Makes an item of a canonical document of Schema v2.0, with everything that is wrong with it as findings. */
export const readItem = (findings: Findings, root: ObjectNode, { source, actions, templateEnv, origins, dialect, others = noOthers }: ReadItemOptions): ReadItem => {
  checkMetadata(findings, root)
  checkInlineSecrets(findings, root, source)
  const form = readForm(findings, child(root, 'presentation'))
  const fulfillment = child(root, 'fulfillment')
  const running = runningMode(findings, fulfillment, actions)
  const reading = { findings, actions, form }
  const read = { manual: readSteps(reading, fulfillment, 'manual'), automatic: readSteps(reading, fulfillment, 'automatic') }
  const item = itemOf(findings, root, form, fulfillmentOf(fulfillment, running, read))
  const surroundings = {
    findings, source, actions, itemId: item.id, form, origins, fields: formType(form), metadata: typeOfJson(metadataOf(item.metadata, others)), env: new Set(templateEnv),
    request: requestType(item.visibility.environments.length > 0), system: systemType,
  }
  checkHealthChecks(findings, root)
  checkDataSources({ findings, source, metadata: surroundings.metadata, env: surroundings.env }, child(root, 'presentation'), form)
  const compiled = { manual: compileSteps(surroundings, read.manual.steps), automatic: compileSteps(surroundings, read.automatic.steps) }
  const output = new Map([...compiled.manual.outputs, ...compiled.automatic.outputs])
  checkOtherTemplates(findings, root, source, { ...surroundings, output, secrets: 'any', secretsAllowed: true }, olderPaths({ ...surroundings, output }))
  const reads = readOthers(item.metadata, others, [...compiled.manual.steps.values(), ...compiled.automatic.steps.values()])
  const plannables = { manual: read.manual.steps.map(plannable), automatic: read.automatic.steps.map(plannable) }
  tellMixture(findings, dialect, [...read.manual.steps, ...read.automatic.steps], [...compiled.manual.steps.values(), ...compiled.automatic.steps.values()])
  return {
    item: reads.length === 0 ? item : { ...item, metadata: metadataOf(item.metadata, reads) }, ...(reads.length === 0 ? {} : { reads: reads.map(([, other]) => other) }), validator: createInputValidator(form), schema: () => formSchema(form), sealedFields: sealedFields(form),
    steps: plannables[running.mode],
    stepsIn: (mode) => plannables[mode],
    stepOf: (mode, id) => compiled[mode].steps.get(id),
    outputsIn: (mode) => compiled[mode].outputs,
    origins,
    envOf: envReader(compiled[running.mode].steps.values()),
  }
}
