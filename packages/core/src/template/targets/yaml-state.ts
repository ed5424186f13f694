/** A block mapping or list that is open, with the column of its keys or dashes. */
export interface Level {
  readonly kind: 'map' | 'list'
  readonly indent: number
  readonly parent: Level | undefined
  readonly id: string
}

export type YamlMode =
  | 'line' | 'dash' | 'dashes' | 'node' | 'plain' | 'plain-space' | 'plain-:' | 'tag' | 'comment'
  | 'double' | 'escape' | 'escape-1' | 'escape-2' | 'escape-3' | 'escape-4' | 'escape-5' | 'escape-6' | 'escape-7' | 'escape-8' | 'single' | 'single-end' | 'quoted' | 'quoted-space' | 'quoted-:'
  | 'header' | 'header-space' | 'header-comment' | 'block-line' | 'block'
  | 'flow-item-or-end' | 'flow-key-or-end' | 'flow-value' | 'flow-after' | 'flow-colon' | 'flow-dash' | 'flow-plain' | 'flow-plain-space' | 'flow-plain-:' | 'flow-line' | 'flow-comment'

export interface YamlState {
  readonly mode: YamlMode
  /** The innermost block that is open. */
  readonly level: Level | undefined
  /** Spaces at the beginning of the line, or where the node that is read begins. */
  readonly column: number
  /** `node`: a scalar, or the first key of a mapping. `scalar`: behind a key on its line. `key`: the next key of its mapping. */
  readonly role: 'node' | 'scalar' | 'key'
  /** True where the value of the key or dash before is still to come. */
  readonly awaits: boolean
  /** Brackets that are open; in a literal text its indentation. */
  readonly flow: string
  /** What a text in quotes stands for. */
  readonly place: 'block' | 'flow-key' | 'flow-value'
  /** What a mode remembers: signs of a header, a dash, `value` where an expression stands in what is read. */
  readonly text: string
}

export const startOfYaml: YamlState = { mode: 'line', level: undefined, column: 0, role: 'node', awaits: true, flow: '', place: 'block', text: '' }

export const indentOf = (level: Level | undefined): number => level?.indent ?? -1

export const within = (parent: Level | undefined, kind: Level['kind'], indent: number): Level => ({ kind, indent, parent, id: `${parent?.id ?? ''}/${kind}${indent}` })

export const isFlow = (mode: YamlMode): boolean => mode.startsWith('flow')
