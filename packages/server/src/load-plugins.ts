import { dirname } from 'node:path'
import { checkPlugins } from '@pao/core/plugin'
import type { CheckedPlugin, PluginIssue, PluginUse } from '@pao/core/plugin'
import type { PluginEntry } from './config-file.js'
import { importPlugin } from './import-plugin.js'
import { locatePlugin } from './locate-plugin.js'
import { StartProblems } from './start-problems.js'

const labelOf = ({ uses, at }: PluginEntry): string => `${uses} (${at})`

/** One line for people. */
export const pluginProblem = ({ code, plugin, message }: PluginIssue): string => `Plugin ${plugin}: ${message.replaceAll(/\s*\n\s*/g, ' ').replace(/\.$/, '')}. [${code}]`

const load = async (entry: PluginEntry, directory: string): Promise<PluginUse | PluginIssue> => {
  const located = locatePlugin(entry.uses, directory)
  const found = 'url' in located ? await importPlugin(located.url, (url) => import(url) as Promise<unknown>) : located
  const label = labelOf(entry)
  return 'code' in found ? { ...found, plugin: label } : { label, plugin: found.plugin, ...(entry.with === undefined ? {} : { options: entry.with }) }
}

/**
 * Imports the configured plugins and checks them; nothing that they provide is called yet. Throws StartProblems with everything that is wrong: a
 * server without a plugin that somebody asked for would refuse orders that it should carry out.
 */
export const loadPlugins = async ({ plugins, configFile }: { readonly plugins: readonly PluginEntry[]; readonly configFile?: string }): Promise<readonly CheckedPlugin[]> => {
  if (configFile === undefined) return []
  const directory = dirname(configFile)
  const uses: PluginUse[] = []
  const issues: PluginIssue[] = []
  // One after the other: which of two came first does not depend on chance.
  for (const entry of plugins) {
    const loaded = await load(entry, directory)
    if ('code' in loaded) issues.push(loaded)
    else uses.push(loaded)
  }
  const checked = checkPlugins(uses)
  const problems = [...issues, ...checked.issues].map(pluginProblem)
  if (problems.length > 0) throw new StartProblems(problems)
  return checked.plugins
}
