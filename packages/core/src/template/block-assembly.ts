import { placed } from './parse-session.js'
import type { ParseSession } from './parse-session.js'
import type { BlockStatement, Expression, PathExpression, Program, Range, Statement, StripFlags } from './syntax.js'
import type { CloseTag, OpenTag } from './tag.js'

/** One branch of a block: its tag and what follows it. The last `else` has no path. */
export interface Clause {
  readonly path?: PathExpression
  readonly params?: readonly Expression[]
  readonly blockParams?: readonly string[]
  readonly range: Range
  readonly strip: StripFlags
  readonly body: Statement[]
}

/** A block whose closing tag has not been read. */
export interface OpenBlock {
  readonly tag: OpenTag
  readonly clauses: Clause[]
  alternative?: Clause
  /** Where statements go now. */
  current: Clause
  /** Of a switch: what the cases are compared with. */
  readonly subject?: Expression
  /** Of a switch: true where no case is open. */
  between?: boolean
  /** Of a switch: the flags of the last `{{/case}}`, if one was written. */
  partClose?: StripFlags
}

const locOf = (session: ParseSession, body: readonly Statement[]): Pick<Program, 'loc'> => {
  const [first, last] = [body[0], body.at(-1)]
  return first && last ? { loc: session.locate(first.range[0], last.range[1]) } : {}
}

const programOf = (session: ParseSession, clause: Clause): Program => ({
  type: 'Program', body: clause.body, strip: {}, ...locOf(session, clause.body),
  ...(clause.blockParams && { blockParams: clause.blockParams }),
})

const endOf = (clause: Clause): number => clause.body.at(-1)?.range[1] ?? clause.range[1]

interface Inverse {
  readonly program: Program
  readonly strip: StripFlags
  readonly end: number
}

/** Folds `else if` branches from the last to the first, the way Handlebars' grammar does. */
function foldInverse(session: ParseSession, block: OpenBlock, close: CloseTag): Inverse | undefined {
  const { alternative, clauses } = block
  let inverse: Inverse | undefined = alternative && { program: programOf(session, alternative), strip: alternative.strip, end: endOf(alternative) }
  for (let index = clauses.length - 1; index > 0; index -= 1) {
    const clause = clauses[index] as Clause
    const own = programOf(session, clause)
    const end = Math.max(endOf(clause), inverse?.end ?? 0)
    const link: BlockStatement = {
      ...blockOf(clause, own, inverse), closeStrip: index === 1 ? close.strip : clause.strip, ...placed(session, clause.range[0], end),
    }
    const loc = own.loc ?? link.loc
    inverse = { program: { type: 'Program', body: [link], strip: {}, loc, chained: true }, strip: clause.strip, end }
  }
  return inverse
}

const blockOf = (clause: Clause, program: Program, inverse: Inverse | undefined) => ({
  type: 'BlockStatement' as const, path: clause.path as PathExpression, params: clause.params ?? [], program,
  ...(inverse && { inverse: inverse.program, inverseStrip: inverse.strip }), openStrip: clause.strip,
})

/** The finished block as Handlebars would have it. `{{^x}}` swaps its two branches. */
export function assembleBlock(session: ParseSession, block: OpenBlock, close: CloseTag): BlockStatement | undefined {
  const [first] = block.clauses
  if (!first?.path) return undefined
  const closing = block.partClose && block.between === true ? { ...close, strip: { open: block.partClose.open, close: close.strip.close } } : close
  const inverse = foldInverse(session, block, closing)
  const program = programOf(session, first)
  const statement = { ...blockOf(first, program, inverse), closeStrip: closing.strip, ...(block.tag.go && { go: block.tag.go }), ...placed(session, block.tag.range[0], close.range[1]) }
  if (!block.tag.inverted) return statement
  const { program: own, inverse: other, ...rest } = statement
  return { ...rest, inverse: own, ...(other && { program: other }) }
}
