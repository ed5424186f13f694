import type { Clause, OpenBlock } from './block-assembly.js'
import { limits } from './limits.js'
import type { ParseSession } from './parse-session.js'
import { heightOf } from './syntax.js'
import type { Expression, PathExpression, StripFlags, SubExpression } from './syntax.js'
import type { OpenTag } from './tag.js'

/** True for `{{#case …}}` and `{{#default}}`. */
export const isSwitchPart = (tag: OpenTag): boolean => !tag.inverted && ['case', 'default'].includes(tag.path.original)

/**
 * `{{#switch e}}` becomes a chain of `if e == case`. The tag of the switch and that of its first case count as one opening
 * tag, `{{/case}}` and the next `{{#case}}` as one `else`, so that white space is treated as in any other block.
 */
export function createSwitch(tag: OpenTag): OpenBlock {
  const outside: Clause = { range: tag.range, strip: tag.strip, body: [] }
  return { tag, clauses: [], current: outside, between: true, ...(tag.params[0] && { subject: tag.params[0] }) }
}

/** Begins a case, closing the one before if its closing tag was left out. True when a branch was added. */
export function readSwitchPart(session: ParseSession, block: OpenBlock | undefined, tag: OpenTag): boolean {
  const name = tag.path.original
  if (!block?.subject) {
    session.report('unknown-block', tag.range, `{{#${name}}} belongs directly into {{#switch}}`)
    return false
  }
  if (block.alternative) session.report('syntax', tag.range, 'nothing may follow the default of a switch')
  const strip: StripFlags = { open: openingStrip(block, tag), close: tag.strip.close }
  const clause: Clause = { range: tag.range, strip, body: [] }
  block.between = false
  if (name === 'default') {
    block.alternative = block.current = clause
    return false
  }
  if (block.clauses.length >= limits.chain) session.report('limit', tag.range, `more than ${limits.chain} cases`)
  const branch: Clause = { ...clause, path: { ...tag.path, parts: ['if'], original: 'if' }, params: [testOf(block.subject, tag)] }
  block.clauses.push(branch)
  block.current = branch
  return true
}

const openingStrip = (block: OpenBlock, tag: OpenTag): boolean =>
  (block.clauses.length === 0 ? block.tag.strip.open : block.partClose?.open) ?? tag.strip.open

function testOf(subject: Expression, tag: OpenTag): SubExpression {
  const call = (name: string, params: readonly Expression[]): SubExpression => {
    const path: PathExpression = { ...tag.path, parts: [name], original: name }
    return { type: 'SubExpression', path, params, height: 1 + Math.max(...params.map(heightOf)), loc: tag.path.loc, range: tag.range }
  }
  return tag.params.map((value) => call('==', [subject, value])).reduce((left, right) => call('||', [left, right]))
}
