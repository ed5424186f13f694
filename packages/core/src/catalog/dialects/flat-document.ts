import type { Findings } from '../conform.js'
import { type SourceNode, child } from '../source-node.js'

interface Change {
  /** Whether the document has what is to be changed. */
  readonly applies: (root: SourceNode, source: string) => boolean
  readonly what: string
}

const has = (...path: readonly string[]) => (root: SourceNode): boolean => path.reduce<SourceNode | undefined>(child, root) !== undefined

const holds = (pattern: RegExp) => (_: SourceNode, source: string): boolean => pattern.test(source)

/** What the dialect flat has and Schema v2.0 writes otherwise (catalog-format 1.9). */
const changes: readonly Change[] = [
  { applies: () => true, what: 'version: "2.0", kind, and name, owner, version and description under metadata with an id' },
  { applies: has('presentation', 'fields'), what: 'presentation.fields as a group of presentation.form.groups, each field with an id' },
  { applies: has('fulfillment', 'manual', 'template'), what: 'fulfillment.manual.template as config.ticket of a jira-ticket in fulfillment.manual.actions' },
  { applies: has('fulfillment', 'automatic', 'steps'), what: 'fulfillment.automatic.steps as fulfillment.automatic.actions' },
  { applies: has('bundle'), what: 'the items of bundle as components of a CatalogBundle, each with an exact item and its parameters as config' },
  { applies: has('bundle_fields'), what: 'bundle_fields as presentation.form.groups' },
  { applies: holds(/\{\{(?!-?\s*(fields|metadata|request|system|env|secrets|output)\b)/), what: '{{ x }} as {{fields.x}}' },
  { applies: holds(/\{%-?\s*(el)?if\b/), what: '{% if x %} … {% endif %} as {{#if fields.x}} … {{/if}}' },
  { applies: holds(/\{%-?\s*for\b/), what: '{% for x in xs %} … {% endfor %} as {{#each fields.xs as x}} … {{/each}}' },
  { applies: holds(/\{\{[^}]*\|\s*join\b/), what: '{{ xs | join(", ") }} as {{join(fields.xs, ", ")}}' },
]

const operation = 'it changes what was ordered before, which is not offered: leave it out of the catalog'

/** One issue for the whole document, which names what of it is to be changed. */
export const tellFlat = (findings: Findings, root: SourceNode, source: string): void => {
  const what = has('targets')(root) ? operation : `write ${changes.filter(({ applies }) => applies(root, source)).map((change) => change.what).join('; ')}`
  findings.add('dialect-not-supported', 'warning', [], root.start, `the document is written in the dialect flat, which is not read: ${what}`, { blocks: true })
}
