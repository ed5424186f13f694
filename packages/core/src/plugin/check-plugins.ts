import satisfies from 'semver/functions/satisfies.js'
import validVersion from 'semver/functions/valid.js'
import validRange from 'semver/ranges/valid.js'
import type { StandardIssue } from '../action/standard-schema.js'
import { CORE_VERSION } from '../core-version.js'
import { nearestName } from '../expression/nearest-name.js'
import type { AnyPlugin } from './plugin.js'
import type { PluginIssue, PluginIssueCode } from './plugin-issue.js'

/** A plugin as a host was given it. */
export interface PluginUse {
  /** What messages call it: where it was imported from, or its place in a configuration. */
  readonly label: string
  /** What was imported. Nothing of it is believed. */
  readonly plugin: unknown
  /** As configured. Default: none. */
  readonly options?: unknown
}

/** A plugin that keeps to the contract, with its options read. Nothing of what it provides has been called. */
export interface CheckedPlugin {
  readonly label: string
  readonly plugin: AnyPlugin
  readonly options: unknown
  /** Names that it may ask for. */
  readonly secrets: readonly string[]
}

type Members = Readonly<Record<string, unknown>>
interface Finding { readonly code: PluginIssueCode; readonly message: string }

const functions = ['secrets', 'actions', 'catalogSource']
const members = ['name', 'version', 'requires', 'options', ...functions]

const isObject = (value: unknown): value is Members => typeof value === 'object' && value !== null

const declaration = (message: string): Finding => ({ code: 'plugin-declaration', message })

/** First of all: a plugin for another version may have another shape. */
const versionFinding = ({ requires }: Members): Finding | undefined => {
  const range = isObject(requires) ? requires['@pao/core'] : undefined
  if (typeof range !== 'string' || range.trim() === '' || validRange(range) === null) {
    return declaration('it does not say which versions of @pao/core it is written for: declare requires: { \'@pao/core\': \'…\' } with a range such as \'^1.2.0\'')
  }
  if (satisfies(CORE_VERSION, range, { includePrerelease: true })) return undefined
  return { code: 'plugin-version', message: `it is written for @pao/core ${range}, and this program has ${CORE_VERSION}: install a version of the plugin that is made for ${CORE_VERSION}, or a program with @pao/core ${range}` }
}

const unknownMembers = (plugin: Members): readonly Finding[] => Object.keys(plugin).filter((name) => !members.includes(name)).map((name) => {
  const meant = nearestName(name, members)
  return declaration(`it has a member "${name}", which plugins do not have. ${meant === undefined ? `They have ${members.join(', ')}` : `Did you mean "${meant}"?`}`)
})

const standardOf = (value: Members): Members => (isObject(value['~standard']) ? value['~standard'] : {})

/** The schemas of some libraries are functions. */
const isStandardSchema = (value: unknown): boolean => (isObject(value) || typeof value === 'function') && typeof standardOf(value as Members)['validate'] === 'function'

const declarationFindings = (plugin: Members): readonly Finding[] => {
  const { name, version, options } = plugin
  const wrong = functions.filter((member) => plugin[member] !== undefined && typeof plugin[member] !== 'function')
  return [
    ...(typeof name === 'string' && name.trim() !== '' ? [] : [declaration('it has no name: declare the name of its package')]),
    ...(typeof version === 'string' && validVersion(version) !== null ? [] : [declaration('its version is not a semantic version such as \'1.0.0\'')]),
    ...(options === undefined || isStandardSchema(options) ? [] : [declaration('its options are not a Standard Schema (fromJsonSchema(…).schema makes one)')]),
    ...wrong.map((member) => declaration(`its ${member} is not a function of the context`)),
    ...unknownMembers(plugin),
    ...(plugin['actions'] === undefined && plugin['catalogSource'] === undefined ? [declaration('it provides nothing: declare actions or catalogSource')] : []),
  ]
}

const said = ({ message, path }: StandardIssue): string => {
  const place = (path ?? []).map((part) => String(typeof part === 'object' ? part.key : part)).join('.')
  return place === '' ? message : `${place}: ${message}`
}

const refusal = (message: string): { readonly finding: Finding } => ({ finding: { code: 'plugin-options', message } })

const readOptions = ({ options: schema }: AnyPlugin, given: unknown): { readonly options: unknown } | { readonly finding: Finding } => {
  if (schema === undefined) return given === undefined ? { options: undefined } : refusal('it takes no options: remove them')
  const answer = schema['~standard'].validate(given ?? {})
  if (answer instanceof Promise) {
    // It is never looked at, so its failure must not end the program.
    answer.catch(() => undefined)
    return refusal('the schema of its options does not answer synchronously: its author must correct it')
  }
  return answer.issues === undefined ? { options: answer.value } : refusal(`its options are not valid: ${answer.issues.map(said).join('; ')}`)
}

const secretNames = (plugin: AnyPlugin, options: unknown): readonly string[] => {
  const names: unknown = plugin.secrets?.(options) ?? []
  if (!Array.isArray(names) || names.some((name) => typeof name !== 'string')) throw new TypeError('secrets must give a list of names')
  return names as readonly string[]
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : 'it threw something that is not an error')

const checkPlugin = ({ label, plugin, options: given }: PluginUse): CheckedPlugin | readonly Finding[] => {
  if (!isObject(plugin)) return [{ code: 'plugin-export', message: 'what it exports is no plugin: export definePlugin({ … }) as default' }]
  const outdated = versionFinding(plugin)
  if (outdated !== undefined) return [outdated]
  const wrong = declarationFindings(plugin)
  if (wrong.length > 0) return wrong
  const declared = plugin as unknown as AnyPlugin
  try {
    const read = readOptions(declared, given)
    return 'finding' in read ? [read.finding] : { label, plugin: declared, options: read.options, secrets: secretNames(declared, read.options) }
  } catch (error) {
    return [{ code: 'plugin-options', message: `it cannot read its options: ${reasonOf(error)}` }]
  }
}

/** Checks plugins before anything of what they provide is called: the version range first, then the declaration, then the options. Total. */
export const checkPlugins = (uses: readonly PluginUse[]): { readonly plugins: readonly CheckedPlugin[]; readonly issues: readonly PluginIssue[] } => {
  const byName = new Map<string, CheckedPlugin>()
  const issues: PluginIssue[] = []
  for (const use of uses) {
    const checked = checkPlugin(use)
    if (!('plugin' in checked)) {
      issues.push(...checked.map((finding) => ({ ...finding, plugin: use.label })))
      continue
    }
    const first = byName.get(checked.plugin.name)
    if (first === undefined) byName.set(checked.plugin.name, checked)
    else issues.push({ code: 'plugin-duplicate', plugin: use.label, message: `the plugin ${checked.plugin.name} is given by ${first.label} already: remove one of the two` })
  }
  return { plugins: [...byName.values()], issues }
}
