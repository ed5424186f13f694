import type { TemplateStyle } from '../template/spelling.js'
import type { Findings } from './conform.js'
import type { Dialect } from './dialect.js'
import type { CompiledStep } from './loaded-item.js'
import { type ReadStep, placeIn } from './read-steps.js'
import { child } from './source-node.js'

const names: Readonly<Record<TemplateStyle, string>> = { handlebars: '{{fields.x}}', go: '{{.current.x}}', slashes: '{{input/x}}', older: 'names of an earlier format' }

/** In documents of the others, names of an earlier format stand beside `{{fields.x}}` as they should. */
const ofToday: ReadonlySet<Dialect> = new Set<Dialect>(['v2', 'cv1'])

/** Tells once, at the first template of another language than the first, that the templates of a document are written in several. */
export const tellMixture = (findings: Findings, dialect: Dialect, steps: readonly ReadStep[], compiled: readonly CompiledStep[]): void => {
  const templates = compiled.flatMap(({ definition, config }) => config.templates.map(({ path, template }) => ({ definition, path, styles: [...template.styles].filter((style) => style !== 'older' || ofToday.has(dialect)) })))
  const first = templates.find(({ styles }) => styles.length > 0)?.styles[0]
  const other = templates.find(({ styles }) => styles.some((style) => style !== first))
  const style = other?.styles.find((one) => one !== first)
  const step = steps.find(({ definition }) => definition === other?.definition)
  if (first === undefined || other === undefined || style === undefined || step === undefined) return
  findings.add('mixed-spellings', 'warning', [...step.path, 'config', ...other.path], placeIn(child(step.node, 'config'), other.path) ?? step.node.start, `this template is written as ${names[style]}, others of the document as ${names[first]}`)
}
