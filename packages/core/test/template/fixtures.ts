import type { Json, JsonObject } from '../../src/json.js'
import type { ValueType } from '../../src/expression/value-type.js'
import { compileTemplate } from '../../src/template/compile-template.js'
import { renderTemplate } from '../../src/template/render-template.js'
import type { Environment } from '../../src/template/environment.js'
import type { Target } from '../../src/template/template.js'
import type { Variables } from '../../src/template/variables.js'

export const generated = { seed: 'request-1/step', at: Date.UTC(2025, 9, 1, 10) } as const

export const variables = (parts: Partial<Record<keyof Variables, JsonObject>> = {}): Variables =>
  ({ fields: {}, metadata: {}, request: {}, system: {}, env: {}, secrets: {}, output: {}, ...parts })

export const object = (properties: Readonly<Record<string, ValueType>>): ValueType => ({ kind: 'object', properties: new Map(Object.entries(properties)) })

export const environment = (parts: Partial<Environment> = {}): Environment => ({
  fields: object({}), metadata: object({}), request: object({}), system: object({}), env: new Set(), secrets: 'any', output: new Map(), secretsAllowed: false, ...parts,
})

/** Compiles without an error, or says which one. */
export function compiled(source: string, target: Target = 'text') {
  const { template, issues } = compileTemplate(source, target)
  if (!template) throw new Error(`${source}: ${issues.map((issue) => `${issue.code} ${issue.message}`).join('; ')}`)
  return template
}

/** The rendered value, or the code that rendering failed with. */
export function render(source: string, parts: Partial<Record<keyof Variables, JsonObject>> = {}, target: Target = 'text'): Json | { readonly failed: string } {
  const result = renderTemplate(compiled(source, target), variables(parts), generated)
  return result.ok ? result.value : { failed: result.issue.code }
}

/** Codes of compiling alone, warnings in brackets. */
export const codesOf = (source: string, target: Target = 'text'): string[] =>
  compileTemplate(source, target).issues.map((issue) => (issue.severity === 'warning' ? `(${issue.code})` : issue.code))
