/** Every way in which a plugin can be unfit. docs/reference/plugins.md describes each. */
export const pluginIssueCodes = [
  'plugin-not-found', 'plugin-import', 'plugin-missing-dependency', 'plugin-export', 'plugin-declaration', 'plugin-version', 'plugin-options',
  'plugin-duplicate', 'plugin-setup', 'plugin-action', 'plugin-catalog-source',
] as const

export type PluginIssueCode = (typeof pluginIssueCodes)[number]

/** Something wrong with a plugin, found when it is registered. Nothing of such a plugin is installed. */
export interface PluginIssue {
  readonly code: PluginIssueCode
  /** As the host calls it. */
  readonly plugin: string
  /** What is wrong, why, and what to do. It quotes no option. */
  readonly message: string
}
