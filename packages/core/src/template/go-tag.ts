import { isForbiddenName } from '../expression/member.js'
import { readExpression } from './expression-parser.js'
import { peekName, placed, skipSpace } from './parse-session.js'
import type { ParseSession } from './parse-session.js'
import type { PathExpression } from './syntax.js'
import { type Opening, readEnd } from './tag-end.js'
import type { Tag } from './tag.js'

const failed: Tag = { kind: 'failed', unbalanced: true }

/** Go's words for blocks, with Handlebars' names. */
const blocks: ReadonlyMap<string, string> = new Map([['if', 'if'], ['with', 'with'], ['range', 'each']])

/** How a block was opened, as its author wrote it. */
export const goWordOf = (name: string): string => name === 'each' ? 'range' : name

const opensBlock = /\s+[^\s=|~}]/y
const endsTag = /\s*[-~]?\}\}/y

const follows = (pattern: RegExp, source: string, at: number): boolean => {
  pattern.lastIndex = at
  return pattern.test(source)
}

/** `$x :=` and `$i, $x :=`: names of the element and of its key or index, in our order. */
const declaration = /(\$[A-Za-z_]\w*)(?:\s*,\s*(\$[A-Za-z_]\w*))?\s*:=\s*/y

const readDeclaration = (session: ParseSession): readonly string[] => {
  declaration.lastIndex = session.at
  const [whole = '', first, second] = declaration.exec(session.source) ?? []
  session.at += whole.length
  return first === undefined ? [] : second === undefined ? [first] : [second, first]
}

const readOpening = (session: ParseSession, opening: Opening, name: string, path: PathExpression): Tag => {
  skipSpace(session)
  const blockParams = name === 'each' ? readDeclaration(session) : []
  const forbidden = blockParams.find(isForbiddenName)
  if (forbidden !== undefined) session.report('forbidden-name', path.range, `"${forbidden}" cannot be the name of an element`)
  const subject = readExpression(session)
  const strip = subject && readEnd(session, opening)
  if (!strip) return failed
  return { kind: 'open', path, params: [subject], ...(blockParams.length > 0 && { blockParams }), inverted: false, go: true, range: [opening.start, session.at], strip }
}

/** `{{/* … *\/}}`. */
const readComment = (session: ParseSession, opening: Opening, from: number): Tag => {
  const end = session.source.indexOf('*/', from)
  if (end < 0) {
    session.report('syntax', [opening.start, from], 'this comment is not closed')
    session.at = session.source.length
    return { kind: 'failed' }
  }
  session.at = end + 2
  const strip = readEnd(session, opening)
  return strip ? { kind: 'comment', text: session.source.slice(from, end), range: [opening.start, session.at], strip } : { kind: 'failed' }
}

/**
 * Reads a tag of Go's templates: `{{if x}}`, `{{with x}}`, `{{range x}}`, `{{range $i, $x := xs}}`, `{{end}}` and comments. `undefined`
 * when it is none of them.
 */
export function readGoTag(session: ParseSession, opening: Opening): Tag | undefined {
  const { source } = session
  const start = session.at + (/^\s*/.exec(source.slice(session.at, session.at + 20))?.[0].length ?? 0)
  if (source.startsWith('/*', start)) return readComment(session, opening, start + 2)
  const word = peekName(session, start)
  const behind = start + word.length
  if (word === 'end' && follows(endsTag, source, behind)) {
    session.at = behind
    const strip = readEnd(session, opening)
    return strip ? { kind: 'close', range: [opening.start, session.at], strip } : failed
  }
  const name = blocks.get(word)
  if (name === undefined || !follows(opensBlock, source, behind)) return undefined
  session.at = behind
  return readOpening(session, opening, name, { type: 'PathExpression', data: false, depth: 0, parts: [name], original: name, ...placed(session, start) })
}
