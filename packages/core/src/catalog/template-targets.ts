import type { AnyAction, TemplateRule, TemplateTarget } from '../action/action.js'
import type { JsonObject } from '../json.js'
import type { ConfigPath } from '../template/config.js'

/** What an action says of its config's strings. */
export interface TemplateTargets {
  /** Undefined: the string takes no template. */
  target(path: ConfigPath): TemplateTarget | undefined
  secretsAllowed(path: ConfigPath): boolean
}

const fits = (parts: readonly string[], path: ConfigPath): boolean => {
  const open = parts.at(-1) === '**'
  const fixed = open ? parts.slice(0, -1) : parts
  if (open ? path.length <= fixed.length : path.length !== fixed.length) return false
  return fixed.every((part, index) => part === '*' || part === String(path[index]))
}

/** The first rule that fits a path decides. */
const byRules = (rules: readonly TemplateRule[]): TemplateTargets => {
  const split = rules.map((rule) => ({ rule, parts: rule.path.split('.') }))
  const find = (path: ConfigPath): TemplateRule | undefined => split.find(({ parts }) => fits(parts, path))?.rule
  return { target: (path) => find(path)?.target, secretsAllowed: (path) => find(path)?.secrets === true }
}

/** The targets of an action's config. Throws what the action throws. */
export const targetsOf = (action: AnyAction, config: JsonObject): TemplateTargets =>
  byRules(typeof action.templates === 'function' ? action.templates(config) : action.templates)

/** For a config whose action is not installed: its templates are read for what they name, as plain text. */
export const unknownTargets: TemplateTargets = { target: () => 'text', secretsAllowed: () => true }
