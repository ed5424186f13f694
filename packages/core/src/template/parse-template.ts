import { addElse, addStatement, closeBlock, createBuilder, finish, openBlock } from './block-builder.js'
import type { BlockBuilder } from './block-builder.js'
import { createSession, placed } from './parse-session.js'
import type { ParseSession, Report } from './parse-session.js'
import type { MustacheStatement, Program } from './syntax.js'
import { readTag } from './tag-parser.js'
import type { MustacheTag, Tag } from './tag.js'

/**
 * Reads a template into Handlebars' tree, before whitespace control. Reads each character a bounded number of times and
 * keeps no recursion over blocks. With `keepBackslashes` a `\\` before a tag stays two backslashes, as JSON wants it.
 */
export function parseTemplate(source: string, keepBackslashes: boolean, report: Report): Program {
  const session = createSession(source, report)
  const builder = createBuilder(session)
  while (session.at < source.length) {
    if (!readContent(session, builder, keepBackslashes)) continue
    const start = session.at
    addTag(builder, start, readTag(session))
  }
  return finish(builder)
}

/** Adds the text up to the next tag. True when a tag begins where the session now stands. */
function readContent(session: ParseSession, builder: BlockBuilder, keepBackslashes: boolean): boolean {
  const { source } = session
  const start = session.at
  let next = nextTag(session, start)
  if (next < 0) next = source.length
  const slashes = next >= source.length || next === start || source[next - 1] !== '\\' ? 0 : next - 2 >= start && source[next - 2] === '\\' ? 2 : 1
  const drop = slashes === 1 || (slashes === 2 && !keepBackslashes) ? 1 : 0
  addContent(session, builder, start, next, next - drop)
  session.at = slashes === 1 ? readEscaped(session, builder, next) : next
  return slashes !== 1 && next < source.length
}

/** After `\{{`: the braces and everything up to the next tag are text, in a statement of their own, as in Handlebars. Answers the end. */
function readEscaped(session: ParseSession, builder: BlockBuilder, start: number): number {
  const { source } = session
  const next = source.indexOf('{{', start + 2)
  let end = next < 0 ? source.length : next
  for (let count = 0; next >= 0 && count < 2 && end > start + 2 && source[end - 1] === '\\'; count += 1) end -= 1
  addContent(session, builder, start, end, end)
  return end
}

/** What only a block, a comment or an else begins with: behind `{{{` the first brace is text. */
const afterBrace = /\{\{\{(?:[#/^!]|\s*else\b[^{}]*\}\}(?!\}))/y

function findBraces(source: string, from: number): number {
  const next = source.indexOf('{{', from)
  afterBrace.lastIndex = next
  return next >= 0 && source[next - 1] !== '\\' && afterBrace.test(source) ? next + 1 : next
}

/** The next `{{` that is not GitHub's `${{ … }}`. */
function nextTag(session: ParseSession, from: number): number {
  const { source, report } = session
  let next = findBraces(source, from)
  while (next > 0 && source[next - 1] === '$') {
    report('literal-dollar', [next - 1, next + 2], '"${{ … }}" stays as it is; to put $ before a value write {{concat(\'$\', …)}}', { severity: 'warning' })
    const close = source.indexOf('}}', next)
    next = close < 0 ? -1 : findBraces(source, close)
  }
  return next
}

function addContent(session: ParseSession, builder: BlockBuilder, start: number, end: number, valueEnd: number): void {
  if (valueEnd <= start) return
  const value = session.source.slice(start, valueEnd)
  addStatement(builder, { type: 'ContentStatement', original: value, value, ...placed(session, start, end) })
}

function addTag(builder: BlockBuilder, start: number, tag: Tag): void {
  const { session } = builder
  switch (tag.kind) {
    case 'mustache': return addMustache(builder, start, tag)
    case 'comment': return addStatement(builder, { type: 'CommentStatement', value: tag.text, strip: tag.strip, ...placed(session, ...tag.range) })
    case 'open': return openBlock(builder, tag)
    case 'else': return addElse(builder, tag)
    case 'close': {
      const block = closeBlock(builder, tag)
      if (block) addStatement(builder, block)
      return
    }
    case 'failed':
      builder.unbalanced ||= tag.unbalanced === true
  }
}

function addMustache(builder: BlockBuilder, start: number, tag: MustacheTag): void {
  const { session } = builder
  const { expression, escaped, strip, range } = tag
  // The first brace of `{{{x}}` is text.
  if (range[0] > start) addContent(session, builder, start, range[0], range[0])
  const call = expression.type === 'SubExpression'
  const statement: MustacheStatement = {
    type: 'MustacheStatement', path: call ? expression.path : expression, params: call ? expression.params : [], expression, escaped, strip,
    ...placed(session, ...range),
  }
  addStatement(builder, statement)
}
