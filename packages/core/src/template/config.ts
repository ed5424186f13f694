import type { Json } from '../json.js'
import { isJsonObject } from '../json.js'
import { type SeenExpression, checkTemplate } from './check-template.js'
import { compileTemplate } from './compile-template.js'
import type { Environment } from './environment.js'
import { renderTemplate } from './render-template.js'
import type { TemplateIssue, TemplateIssueCode } from './template-issue.js'
import type { Spell } from './spelling.js'
import type { Reference, Target, Template } from './template.js'
import type { Generated, Variables } from './variables.js'

/** Keys and indexes from the root of a config to a value. */
export type ConfigPath = readonly (string | number)[]

/** A template's issue with the config path of the scalar that it stands in; `offset` counts within that scalar. */
export interface ConfigIssue extends TemplateIssue {
  readonly path: ConfigPath
}

/** A template and the config path of the scalar that it is. */
interface ConfigTemplate {
  readonly path: ConfigPath
  readonly template: Template
}

/** The shape of a config: constants are shared, everything else is built anew by each rendering. */
type ConfigNode =
  | { readonly constant: Json }
  | ConfigTemplate
  | { readonly items: readonly ConfigNode[] }
  | { readonly members: readonly (readonly [name: string, node: ConfigNode])[] }

/** A config whose strings were compiled. The value that `StepDefinition.config` carries. */
export interface CompiledConfig {
  /** Its templates, in the order of the document. */
  readonly templates: readonly ConfigTemplate[]
  /** Every static path that any of its templates reads, with the config path of the template. */
  readonly references: readonly (Reference & { readonly at: ConfigPath })[]
  /** True when nothing in it is a template. */
  readonly constant: boolean
  /** Made by `compileConfig`; not for others. */
  readonly root: ConfigNode
}

/** How a rendering of a whole config ended. */
export type RenderedConfig =
  | { readonly ok: true; readonly value: Json }
  | { readonly ok: false; readonly path: ConfigPath; readonly issue: TemplateIssue }

interface ConfigCompiler {
  readonly targets: (path: ConfigPath) => Target | undefined
  readonly spell: Spell | undefined
  readonly issues: ConfigIssue[]
  readonly templates: ConfigTemplate[]
}

/**
 * Compiles every string of a config for the target that `targets` names for its path. `undefined` means that no template may
 * stand there: `{{` in it is an issue. Keys are never templates. `spell` knows the paths of earlier formats. `compiled` is absent
 * when an issue is an error.
 */
export function compileConfig(
  config: Json,
  targets: (path: ConfigPath) => Target | undefined,
  spell?: Spell
): { readonly compiled?: CompiledConfig; readonly issues: readonly ConfigIssue[] } {
  const compiler: ConfigCompiler = { targets, spell, issues: [], templates: [] }
  const root = compileNode(compiler, config, [])
  const { issues, templates } = compiler
  if (issues.some((issue) => issue.severity === 'error')) return { issues }
  const references = templates.flatMap(({ path, template }) => template.references.map((reference) => ({ ...reference, at: path })))
  return { compiled: { templates, references, constant: templates.every(({ template }) => template.constant), root }, issues }
}

function compileNode(compiler: ConfigCompiler, value: Json, path: ConfigPath): ConfigNode {
  if (typeof value === 'string') return compileText(compiler, value, path)
  if (Array.isArray(value)) return compileList(compiler, value as readonly Json[], path)
  if (!isJsonObject(value)) return { constant: value }
  const members = Object.entries(value).map(([name, member]) => {
    if (name.includes('{{')) refuse(compiler, name, path, 'template-in-key', 'a key cannot be a template')
    return [name, compileNode(compiler, member, [...path, name])] as const
  })
  return members.every(([, node]) => 'constant' in node) ? { constant: value } : { members }
}

function compileList(compiler: ConfigCompiler, value: readonly Json[], path: ConfigPath): ConfigNode {
  const items = value.map((item, index) => compileNode(compiler, item, [...path, index]))
  return items.every((node) => 'constant' in node) ? { constant: value } : { items }
}

/** Signs of this template language, or of those that people take for it. */
const maybeTemplate = /\{\{|\$\{|\{%/

function compileText(compiler: ConfigCompiler, source: string, path: ConfigPath): ConfigNode {
  const target = compiler.targets(path)
  if (target === undefined) {
    if (source.includes('{{')) refuse(compiler, source, path, 'not-a-template', 'this setting takes no template')
    return { constant: source }
  }
  if ((target === 'value' || target === 'text') && !maybeTemplate.test(source)) return { constant: source }
  const { template, issues } = compileTemplate(source, target, compiler.spell)
  compiler.issues.push(...issues.map((issue) => ({ ...issue, path })))
  if (!template || (template.constant && !source.includes('{{'))) return { constant: source }
  const node: ConfigTemplate = { path, template }
  compiler.templates.push(node)
  return node
}

function refuse({ issues }: ConfigCompiler, source: string, path: ConfigPath, code: TemplateIssueCode, message: string): void {
  const offset = source.indexOf('{{')
  issues.push({ code, severity: 'error', message, offset, end: offset + 2, path })
}

/** `checkTemplate` for every template of a config. `secretsAllowed` narrows the environment's answer by path; `seen` is told of every expression. */
export function checkConfig(
  compiled: CompiledConfig,
  environment: Environment,
  secretsAllowed: (path: ConfigPath) => boolean = () => environment.secretsAllowed,
  seen?: (path: ConfigPath, expression: SeenExpression) => void
): readonly ConfigIssue[] {
  return compiled.templates.flatMap(({ path, template }) => {
    const allowed = environment.secretsAllowed && secretsAllowed(path)
    return checkTemplate(template, { ...environment, secretsAllowed: allowed }, seen && ((expression) => { seen(path, expression) })).map((issue) => ({ ...issue, path }))
  })
}

/** Renders every template of a config; stops at the first that fails. Constants are shared, not copied. */
export function renderConfig(compiled: CompiledConfig, variables: Variables, generated: Generated): RenderedConfig {
  return renderNode(compiled.root, variables, generated)
}

function renderNode(node: ConfigNode, variables: Variables, generated: Generated): RenderedConfig {
  if ('constant' in node) return { ok: true, value: node.constant }
  if ('template' in node) {
    const { path, template } = node
    // The path belongs to the seed: equal templates at two places generate different values.
    // It is made only where something is generated: most templates generate nothing.
    const rendered = renderTemplate(template, variables, { at: generated.at, get seed() { return JSON.stringify([generated.seed, path]) } })
    return rendered.ok ? rendered : { ...rendered, path }
  }
  const names = 'members' in node ? node.members.map(([name]) => name) : undefined
  const values: Json[] = []
  for (const child of 'members' in node ? node.members.map(([, member]) => member) : node.items) {
    const rendered = renderNode(child, variables, generated)
    if (!rendered.ok) return rendered
    values.push(rendered.value)
  }
  // `fromEntries` defines members and never calls a setter.
  return { ok: true, value: names ? Object.fromEntries(names.map((name, index) => [name, values[index] ?? null])) : values }
}
