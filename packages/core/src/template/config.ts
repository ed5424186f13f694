import type { Json } from '../json.js'
import type { Environment } from './environment.js'
import type { TemplateIssue } from './template-issue.js'
import type { Reference, Target } from './template.js'
import type { Generated, Variables } from './variables.js'

/** Keys and indexes from the root of a config to a value. */
export type ConfigPath = readonly (string | number)[]

/** A template's issue with the config path of the scalar that it stands in; `offset` counts within that scalar. */
export interface ConfigIssue extends TemplateIssue {
  readonly path: ConfigPath
}

/** A config whose strings were compiled. The value that `StepDefinition.config` carries. */
export interface CompiledConfig {
  /** Every static path that any of its templates reads, with the config path of the template. */
  readonly references: readonly (Reference & { readonly at: ConfigPath })[]
  /** True when nothing in it is a template. */
  readonly constant: boolean
}

/** How a rendering of a whole config ended. */
export type RenderedConfig =
  | { readonly ok: true; readonly value: Json }
  | { readonly ok: false; readonly path: ConfigPath; readonly issue: TemplateIssue }

/**
 * Compiles every string of a config for the target that `targets` names for its path. `undefined` means that no template may
 * stand there: `{{` in it is an issue. Keys are never templates. `compiled` is absent when an issue is an error.
 */
export declare function compileConfig(
  config: Json,
  targets: (path: ConfigPath) => Target | undefined
): { readonly compiled?: CompiledConfig; readonly issues: readonly ConfigIssue[] }

/** `checkTemplate` for every template of a config. `secretsAllowed` narrows the environment's answer by path. */
export declare function checkConfig(
  compiled: CompiledConfig,
  environment: Environment,
  secretsAllowed?: (path: ConfigPath) => boolean
): readonly ConfigIssue[]

/** Renders every template of a config; stops at the first that fails. Constants are shared, not copied. */
export declare function renderConfig(compiled: CompiledConfig, variables: Variables, generated: Generated): RenderedConfig
