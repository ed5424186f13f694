import { checkTemplate } from '../template/check-template.js'
import { compileTemplate } from '../template/compile-template.js'
import type { Environment } from '../template/environment.js'
import { positionInScalar } from '../template/scalar-position.js'
import type { Spell } from '../template/spelling.js'
import type { Findings } from './conform.js'
import type { DocumentPath } from './issue.js'
import { type SourceNode, child } from './source-node.js'

/** Parts of a document whose templates are read by nothing that runs yet. */
const places: readonly DocumentPath[] = [['fulfillment', 'notifications'], ['fulfillment', 'post_fulfillment'], ['fulfillment', 'prerequisites'], ['monitoring']]

/** Scopes that these parts have besides: what failed, who decides, and the bundle. Nothing is known of what they hold. */
const ownScopes: ReadonlySet<string> = new Set(['error', 'failure', 'bundle', 'components', 'approval'])
const OWN = '@own'

const withOwn = (spell: Spell): Spell => (path) => ownScopes.has(path.parts[0] ?? '') ? { scope: 'output', path: [OWN] } : spell(path)

/** Of the names that are read: what does not exist. How a value would be written there is not known yet. */
const ofNames: ReadonlySet<string> = new Set(['syntax', 'unknown-scope', 'unknown-field', 'unknown-action', 'unknown-output', 'unknown-name', 'unknown-function', 'unknown-block', 'env-not-allowed'])

type Check = (text: string, node: SourceNode & { readonly kind: 'scalar' }, path: DocumentPath) => void

const walk = (node: SourceNode | undefined, path: DocumentPath, check: Check): void => {
  if (node === undefined) return
  if (node.kind === 'list') for (const [index, item] of node.items.entries()) walk(item, [...path, index], check)
  else if (node.kind === 'object') for (const [name, entry] of node.entries) walk(entry.node, [...path, name], check)
  else if (typeof node.value === 'string' && node.value.includes('{{')) check(node.value, node, path)
}

/** Names in templates of notifications, monitoring and their like: warnings, since nothing of them stops a request. */
export const checkOtherTemplates = (findings: Findings, root: SourceNode, source: string, environment: Environment, spell: Spell): void => {
  const known: Environment = { ...environment, output: new Map([...environment.output, [OWN, { type: { kind: 'any' } }]]) }
  for (const at of places) {
    const place = at.reduce<SourceNode | undefined>((node, name) => child(node, String(name)), root)
    walk(place, at, (text, node, path) => {
      const { template, issues } = compileTemplate(text, 'text', withOwn(spell))
      for (const issue of [...issues, ...(template === undefined ? [] : checkTemplate(template, known))]) {
        if (!ofNames.has(issue.code)) continue
        findings.add(issue.code, 'warning', path, node.start + positionInScalar(source.slice(node.start, node.end), node.style, text, issue.offset), issue.message, { suggestion: issue.suggestion })
      }
    })
  }
}
