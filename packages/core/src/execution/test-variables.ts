import type { AnyAction } from '../action/action.js'
import { pathText } from '../catalog/issue.js'
import type { CompiledStep, LoadedItem } from '../catalog/loaded-item.js'
import { olderPaths } from '../catalog/older-paths.js'
import { targetsOf } from '../catalog/template-targets.js'
import { formType, requestType, systemType, typeOfJson } from '../catalog/value-types.js'
import type { InputProblem } from '../form/input-problem.js'
import { type Instant, type Json, type JsonObject, isJsonObject } from '../json.js'
import type { Person } from '../request/person.js'
import { type CompiledConfig, type ConfigPath, compileConfig, renderConfig } from '../template/config.js'
import type { Environment } from '../template/environment.js'
import type { Target } from '../template/template.js'
import type { Generated, Variables } from '../template/variables.js'
import { MASK, masked } from './dry-run.js'
import { type PlacedTemplateIssue, type TestedTemplate, placeIssue, testTemplate } from './tested-template.js'
import { freezeVariables } from './variables.js'

/** What templates read in a test. Secrets are never among it: they are shown as a mask. */
export interface VariableSamples {
  readonly fields: JsonObject
  /** What actions would have given, by their id. */
  readonly output: JsonObject
  /** Values of process variables, by name. */
  readonly env: JsonObject
  readonly environment?: string
  /** Who would have asked. */
  readonly caller: Person
  readonly correlationId: string
  readonly at: Instant
}

/** A config, rendered with samples. */
export interface TestedConfig {
  /** Absent: it is of no step. */
  readonly step?: string
  readonly action?: string
  /** The config as the action would get it. Absent: a template fails. */
  readonly rendered?: Json
  /** Those that hold an expression, with their path in the config. */
  readonly templates: readonly (TestedTemplate & { readonly path: string })[]
  /** Why nothing could be rendered: the config cannot be read. */
  readonly issues: readonly (PlacedTemplateIssue & { readonly path: string })[]
}

export interface TestedVariables {
  /** What the form says of the sample fields; the test goes on with them as they are. */
  readonly fieldProblems: readonly InputProblem[]
  readonly configs: readonly TestedConfig[]
}

/** A config that is not one of the item's. */
export interface FreeConfig {
  readonly config: Json
  /** Whose config it is: decides how its values are written. Absent: every text is a template for `target`. */
  readonly action?: AnyAction
  /** Default `value`. */
  readonly target?: Target
}

const SAMPLE_ID = '00000000-0000-7000-8000-000000000000'

interface Sampling {
  readonly variables: Variables
  readonly generated: Generated
}

const samplingOf = (samples: VariableSamples, fields: JsonObject, metadata: JsonObject, secretNames: readonly string[]): Sampling => {
  const { caller, correlationId, at, environment, output, env } = samples
  const frozen = freezeVariables(SAMPLE_ID, {
    at, correlationId, priority: 'normal', requester: { id: caller.id, teams: caller.teams, roles: caller.roles, ...(caller.email === undefined ? {} : { email: caller.email }) },
    subject: { kind: 'item', id: '', version: '', definitionHash: '' }, ownerTeam: '', ...(environment === undefined ? {} : { environment }),
  }, metadata, env)
  return { variables: { ...frozen, fields, output, secrets: Object.fromEntries(secretNames.map((name) => [name, MASK])) }, generated: { seed: SAMPLE_ID, at } }
}

const secretsIn = ({ references }: CompiledConfig): readonly string[] => references.flatMap(({ scope, path: [name] }) => scope === 'secrets' && name !== undefined ? [name] : [])

const testConfig = (config: CompiledConfig, environment: Environment, { variables, generated }: Sampling): Omit<TestedConfig, 'step' | 'action'> => {
  const rendered = renderConfig(config, variables, generated)
  const templates = config.templates.filter(({ template }) => !template.constant)
    .map(({ path, template }) => ({ path: pathText(path), ...testTemplate(template, environment, variables, { ...generated, seed: JSON.stringify([generated.seed, path]) }) }))
  return { ...(rendered.ok ? { rendered: rendered.value } : {}), templates, issues: [] }
}

const environmentOf = (loaded: LoadedItem, env: JsonObject, before?: string): Environment => {
  const { item } = loaded
  const outputs = [...loaded.outputsIn(item.fulfillment.mode)]
  const index = outputs.findIndex(([id]) => id === before)
  return {
    fields: formType(item.form), metadata: typeOfJson(item.metadata), request: requestType(item.visibility.environments.length > 0), system: systemType,
    env: new Set(Object.keys(env)), secrets: 'any', secretsAllowed: true,
    output: new Map(outputs.map(([id, declared], at) => [id, index !== -1 && at >= index ? { ...declared, later: true } : declared])),
  }
}

/** Of a bundle's step the item and the id that the step has there. */
const ownerOf = (loaded: LoadedItem, id: string): { readonly item: LoadedItem; readonly step: string } => {
  const component = loaded.components?.find((one) => id.startsWith(`${one.id}.`))
  return component === undefined ? { item: loaded, step: id } : { item: component.item, step: id.slice(component.id.length + 1) }
}

const testStep = (loaded: LoadedItem, { definition, config, view }: CompiledStep, samples: VariableSamples, fields: JsonObject): TestedConfig => {
  const sampling = samplingOf(samples, fields, loaded.item.metadata, secretsIn(config))
  const variables = view?.variablesOf(sampling.variables, sampling.generated).variables ?? sampling.variables
  const owner = ownerOf(loaded, definition.id)
  return { step: definition.id, action: definition.action, ...testConfig(config, environmentOf(owner.item, samples.env, owner.step), { ...sampling, variables }) }
}

const stepsOf = (loaded: LoadedItem, step: string | undefined): readonly CompiledStep[] => {
  const { mode } = loaded.item.fulfillment
  const ids = step === undefined ? loaded.steps.map(({ definition }) => definition.id) : [step]
  return ids.flatMap((id) => loaded.stepOf(mode, id) ?? [])
}

const fieldsOf = (loaded: LoadedItem | undefined, given: JsonObject): Pick<TestedVariables, 'fieldProblems'> & { readonly fields: JsonObject } => {
  if (loaded === undefined) return { fields: given, fieldProblems: [] }
  const validated = loaded.validator.validate(given)
  const fields = masked(validated.ok ? validated.value : given, loaded.sealedFields)
  return { fields, fieldProblems: validated.ok ? [] : validated.problems }
}

/** Renders the configs of an item's steps in the mode that runs with samples; of one step where `step` names it. Calls and writes nothing. */
export const testItemVariables = (loaded: LoadedItem, samples: VariableSamples, step?: string): TestedVariables => {
  const { fields, fieldProblems } = fieldsOf(loaded, samples.fields)
  return { fieldProblems, configs: stepsOf(loaded, step).map((one) => testStep(loaded, one, samples, fields)) }
}

const freeEnvironment = ({ fields, output, env }: VariableSamples): Environment => ({
  fields: typeOfJson(fields), metadata: { kind: 'object', open: true }, request: requestType(true), system: systemType, env: new Set(Object.keys(env)), secrets: 'any', secretsAllowed: true,
  output: new Map(Object.entries(output).map(([id, value]) => [id, { type: typeOfJson(value) }])),
})

const targetsFor = ({ config, action, target = 'value' }: FreeConfig): ((path: ConfigPath) => Target | undefined) => {
  if (action === undefined || !isJsonObject(config)) return () => target
  const targets = targetsOf(action, config)
  return (path) => targets.target(path)
}

/** As `testItemVariables`, for a config or a text alone. `loaded`: the item whose form, metadata and outputs it may read. Throws what the action's `templates` throws. */
export const testConfigVariables = (free: FreeConfig, samples: VariableSamples, loaded?: LoadedItem): TestedVariables => {
  const { fields, fieldProblems } = fieldsOf(loaded, samples.fields)
  const environment = loaded === undefined ? freeEnvironment(samples) : environmentOf(loaded, samples.env)
  const spell = loaded === undefined ? undefined : olderPaths({ itemId: loaded.item.id, form: loaded.item.form, origins: loaded.origins, metadata: environment.metadata, output: environment.output })
  const { compiled, issues } = compileConfig(free.config, targetsFor(free), spell)
  const action = free.action === undefined ? {} : { action: free.action.type }
  if (compiled === undefined) {
    const text = (path: ConfigPath): string => {
      const found = path.reduce<unknown>((value, part) => typeof value === 'object' && value !== null ? (value as Readonly<Record<string | number, unknown>>)[part] : undefined, free.config)
      return typeof found === 'string' ? found : ''
    }
    return { fieldProblems, configs: [{ ...action, templates: [], issues: issues.map(({ path, ...issue }) => ({ path: pathText(path), ...placeIssue(text(path), issue) })) }] }
  }
  return { fieldProblems, configs: [{ ...action, ...testConfig(compiled, environment, samplingOf(samples, fields, loaded?.item.metadata ?? {}, secretsIn(compiled))) }] }
}
