import { limits } from './limits.js'
import { placed } from './parse-session.js'
import type { ParseSession } from './parse-session.js'
import { assembleBlock } from './block-assembly.js'
import type { Clause, OpenBlock } from './block-assembly.js'
import { goWordOf } from './go-tag.js'
import { createSwitch, isSwitchPart, readSwitchPart } from './switch-block.js'
import type { BlockStatement, Program, Statement } from './syntax.js'
import type { CloseTag, ElseTag, OpenTag } from './tag.js'

/** Puts statements into the block that is open. The stack is a list: nesting never becomes recursion here. */
export interface BlockBuilder {
  readonly session: ParseSession
  readonly root: Statement[]
  readonly open: OpenBlock[]
  /** Branches of all blocks that are open: bounds every recursion over the tree. */
  links: number
  /** True after a tag that failed to open or close a block: what has no partner then is not reported again. */
  unbalanced: boolean
}

export const createBuilder = (session: ParseSession): BlockBuilder => ({ session, root: [], open: [], links: 0, unbalanced: false })

const bodyOf = (builder: BlockBuilder): Statement[] => builder.open.at(-1)?.current.body ?? builder.root

/** Adds a statement. Between the cases of a switch only white space and comments may stand. */
export function addStatement(builder: BlockBuilder, statement: Statement): void {
  const block = builder.open.at(-1)
  if (block?.between !== true) {
    bodyOf(builder).push(statement)
  } else if (statement.type !== 'CommentStatement' && !(statement.type === 'ContentStatement' && statement.original.trim() === '')) {
    builder.session.report('syntax', statement.range, 'this stands in a switch but in none of its cases')
  }
}

/** `{{#…}}` and `{{^…}}`. */
export function openBlock(builder: BlockBuilder, tag: OpenTag): void {
  const { session, open } = builder
  const top = open.at(-1)
  if (isSwitchPart(tag)) {
    if (readSwitchPart(session, top, tag) && top && top.clauses.length > 1) builder.links += 1
    return
  }
  if (top?.between === true) session.report('syntax', tag.range, 'this stands in a switch but in none of its cases')
  const clause: Clause = { ...tag, body: [] }
  builder.links += 1
  if (open.length >= limits.nesting || builder.links > limits.chain) session.report('limit', tag.range, `blocks nest deeper than ${limits.nesting}`)
  open.push(tag.path.original === 'switch' && !tag.inverted ? createSwitch(tag) : { tag, clauses: [clause], current: clause })
}

/** `{{else}}` and `{{else if x}}`. */
export function addElse(builder: BlockBuilder, tag: ElseTag): void {
  const { session, open } = builder
  const block = open.at(-1)
  if (!block) {
    if (!builder.unbalanced) session.report('syntax', tag.range, 'there is no block that this else belongs to')
    return
  }
  const clause: Clause = { ...tag, ...tag.head, body: [] }
  if (block.alternative) session.report('syntax', tag.range, 'nothing may follow the last else of a block')
  if (tag.head) addLink(builder, block, clause)
  else block.alternative = clause
  block.current = clause
  if (block.subject) block.between = false
}

function addLink(builder: BlockBuilder, block: OpenBlock, clause: Clause): void {
  const { session } = builder
  const name = clause.path?.original ?? ''
  if (block.subject) session.report('syntax', clause.range, 'a switch has {{#case}} and {{#default}}, not else if')
  else if (block.tag.inverted || !['if', 'unless'].includes(name)) session.report('not-supported', clause.range, `"else ${name}" is not supported here`, { suggestion: '{{else if …}}' })
  builder.links += 1
  if (builder.links > limits.chain) session.report('limit', clause.range, `more than ${limits.chain} branches`)
  block.clauses.push(clause)
}

const openingOf = ({ go, path: { original } }: OpenTag): string => go === true ? `{{${goWordOf(original)}}}` : `{{#${original}}}`
const closerOf = ({ go, path: { original } }: OpenTag): string => go === true ? '{{end}}' : `{{/${original}}}`
const closingOf = (name: string | undefined): string => name === undefined ? '{{end}}' : `{{/${name}}}`

/** `{{/…}}` or `{{end}}`. Answers the finished block, to be added to what is open now. */
export function closeBlock(builder: BlockBuilder, tag: CloseTag): BlockStatement | undefined {
  const { session, open } = builder
  const block = open.at(-1)
  if (block?.subject && (tag.original === 'case' || tag.original === 'default')) {
    if (block.between === true) session.report('syntax', tag.range, `there is no ${tag.original} to close`)
    block.between = true
    block.partClose = tag.strip
    return undefined
  }
  if (!block) {
    if (!builder.unbalanced) session.report('syntax', tag.range, `there is no block that ${closingOf(tag.original)} could close`)
    return undefined
  }
  open.pop()
  builder.links -= Math.max(1, block.clauses.length)
  const closes = tag.original === undefined ? block.tag.go === true : tag.original === block.tag.path.original
  if (!closes) session.report('syntax', tag.range, `${openingOf(block.tag)} is closed by ${closingOf(tag.original)}`, { suggestion: closerOf(block.tag) })
  if (block.clauses.length === 0) session.report('syntax', block.tag.range, 'a switch needs a case')
  return assembleBlock(session, block, tag)
}

/** Reports blocks that were never closed, and answers the whole template. */
export function finish(builder: BlockBuilder): Program {
  const { session, root, open } = builder
  for (const { tag } of open) session.report('syntax', tag.range, `${openingOf(tag)} is not closed`, { suggestion: closerOf(tag) })
  return programOf(session, root)
}

const programOf = (session: ParseSession, body: readonly Statement[]): Program => {
  const [first, last] = [body[0], body.at(-1)]
  return { type: 'Program', body, strip: {}, ...(first && last && { loc: placed(session, first.range[0], last.range[1]).loc }) }
}
