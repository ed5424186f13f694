import type { AnyAction } from '../action/action.js'
import type { HttpClient } from '../action/http.js'
import { createActionRegistry } from '../catalog/action-registry.js'
import { PaoError } from '../errors.js'
import type { CatalogSource } from '../ports/catalog-source.js'
import type { Clock } from '../ports/clock.js'
import type { Logger } from '../ports/logger.js'
import type { SecretSource } from '../ports/secret-source.js'
import type { CheckedPlugin } from './check-plugins.js'
import type { PluginContext } from './plugin.js'
import type { PluginIssue, PluginIssueCode } from './plugin-issue.js'

/** What a program shares with its plugins. */
export interface PluginHost {
  readonly logger: Logger
  readonly http: HttpClient
  readonly clock: Clock
  readonly secrets: SecretSource
  /** The program's own actions, whose names no plugin may take. Default: none. */
  readonly actions?: readonly AnyAction[]
}

/** What the plugins provide. */
export interface InstalledPlugins {
  /** Of the plugins only, in their order. */
  readonly actions: readonly AnyAction[]
  /** Absent: no plugin has one. */
  readonly catalogSource?: CatalogSource
  readonly issues: readonly PluginIssue[]
}

const namedLogger = (logger: Logger, plugin: string): Logger => ({
  debug: (fields, message) => { logger.debug({ ...fields, plugin }, message) },
  info: (fields, message) => { logger.info({ ...fields, plugin }, message) },
  warn: (fields, message) => { logger.warn({ ...fields, plugin }, message) },
  error: (fields, message) => { logger.error({ ...fields, plugin }, message) },
})

const contextOf = ({ plugin: { name }, options, secrets }: CheckedPlugin, host: PluginHost): PluginContext<unknown> => ({
  options,
  logger: namedLogger(host.logger, name),
  http: host.http,
  clock: host.clock,
  secret: async (wanted) => {
    if (!secrets.includes(wanted)) throw new PaoError('SECRET_NOT_DECLARED', `The plugin ${name} asked for the secret ${wanted}, which it does not declare`)
    const value = await host.secrets.get(wanted)
    if (value === undefined) throw new PaoError('SECRET_UNAVAILABLE', `There is no secret ${wanted}, which the plugin ${name} asks for`)
    return value
  },
})

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : 'something that is not an error')

const isSource = (value: unknown): value is CatalogSource => {
  const { description, read, watch } = (value ?? {}) as { readonly [member: string]: unknown }
  return typeof description === 'string' && typeof read === 'function' && (watch === undefined || typeof watch === 'function')
}

type Found = (code: PluginIssueCode, message: string) => undefined

/** Calls what a plugin provides. Whatever it throws is told of the plugin, and ends nothing else. */
const provided = <Value>(found: Found, member: string, provide: () => Value): Value | undefined => {
  try {
    return provide()
  } catch (error) {
    return found('plugin-setup', `its ${member} failed: ${reasonOf(error)}`)
  }
}

interface Registered {
  /** The program's and the plugins', as far as they were taken. */
  readonly actions: AnyAction[]
  readonly owners: Map<string, string>
}

const register = ({ actions, owners }: Registered, given: readonly AnyAction[], label: string, found: Found): void => {
  for (const action of given) {
    const [issue] = createActionRegistry([...actions, action]).issues
    if (issue === undefined) {
      actions.push(action)
      for (const name of [action.type, ...action.aliases ?? []]) owners.set(name, label)
      continue
    }
    const taken = issue.code === 'action-duplicate' ? [action.type, ...action.aliases ?? []].find((name) => owners.has(name)) : undefined
    found('plugin-action', taken === undefined
      ? `its action is not fit (${issue.code}): ${issue.message}`
      : `its action ${action.type} takes the name ${taken}, which ${owners.get(taken) ?? 'this program'} has (${issue.code}): remove one of the two plugins, or have its author choose another name`)
  }
}

/**
 * Calls what plugins provide and registers it beside the program's own. Whatever is unfit is told and left out; a host that was asked for a plugin
 * should not go on without it.
 */
export const setUpPlugins = (plugins: readonly CheckedPlugin[], host: PluginHost): InstalledPlugins => {
  const issues: PluginIssue[] = []
  const own = host.actions ?? []
  const registered: Registered = { actions: [...own], owners: new Map(own.flatMap((action) => [action.type, ...action.aliases ?? []].map((name) => [name, 'this program'] as const))) }
  let source: { readonly value: CatalogSource; readonly label: string } | undefined
  for (const checked of plugins) {
    const { label, plugin } = checked
    const context = contextOf(checked, host)
    const found: Found = (code, message) => {
      issues.push({ code, plugin: label, message })
      return undefined
    }
    const given: unknown = provided(found, 'actions', () => plugin.actions?.(context) ?? [])
    if (Array.isArray(given)) register(registered, given as readonly AnyAction[], label, found)
    else if (given !== undefined) found('plugin-setup', 'its actions give no list')
    if (plugin.catalogSource === undefined) continue
    const value: unknown = provided(found, 'catalogSource', () => plugin.catalogSource?.(context) ?? null)
    if (value === undefined) continue
    if (!isSource(value)) found('plugin-setup', 'its catalogSource gives nothing that has a description and can be read')
    else if (source !== undefined) found('plugin-catalog-source', `it gives a catalog source, and so does ${source.label}: keep one of them`)
    else source = { value, label }
  }
  return { actions: registered.actions.slice(own.length), ...(source === undefined ? {} : { catalogSource: source.value }), issues }
}
