import { isForbiddenName } from '../expression/member.js'
import { readExpression } from './expression-parser.js'
import { foreignTag } from './foreign-tag.js'
import { readGoTag } from './go-tag.js'
import { readPath } from './path-parser.js'
import { isScopeName } from './resolve-path.js'
import { peekName, skipSpace } from './parse-session.js'
import type { ParseSession } from './parse-session.js'
import type { Expression, PathExpression } from './syntax.js'
import { type Opening, readEnd } from './tag-end.js'
import type { FailedTag, Tag, TagHead } from './tag.js'

const failed: FailedTag = { kind: 'failed' }

/** `~`, or Go's `-` before a space. */
const beginsStripping = (source: string, at: number): boolean => source[at] === '~' || (source[at] === '-' && /\s/.test(source[at + 1] ?? ''))

/** Reads the tag that begins here with `{{`. The session stands behind it afterwards. */
export function readTag(session: ParseSession): Tag {
  const start = session.at
  const stripBefore = beginsStripping(session.source, start + 2)
  session.at = start + (stripBefore ? 3 : 2)
  const tag = readBody(session, { start, stripBefore })
  if (tag.kind === 'failed') skipTag(session)
  return tag
}

/** Goes behind the next `}}`, from where reading failed: never back, so that reading stays linear. */
function skipTag(session: ParseSession): void {
  const end = session.source.indexOf('}}', session.at)
  session.at = end < 0 ? session.source.length : end + 2
}

function readBody(session: ParseSession, opening: Opening): Tag {
  const other = foreignTag(session, opening.start) ?? readGoTag(session, opening)
  if (other) return other
  switch (session.source[session.at]) {
    case '!': return readComment(session, opening)
    case '#': return readOpen(session, opening, false)
    case '/': return readClose(session, opening)
    case '^': return readInverse(session, opening)
    case '{': return readMustache(session, opening, 'triple')
    case '&': return readMustache(session, opening, 'ampersand')
    default: return /^\s*else(?![^\s~}])/.test(session.source.slice(session.at, session.at + 40)) ? readElse(session, opening) : readMustache(session, opening, 'plain')
  }
}

function readComment(session: ParseSession, { start, stripBefore }: Opening): Tag {
  const { source } = session
  const dashed = source.startsWith('--', session.at + 1)
  const end = dashed ? findDashedEnd(source, session.at + 1) : source.indexOf('}}', session.at)
  if (end < 0) {
    session.report('syntax', [start, start + 3], 'this comment is not closed')
    session.at = source.length
    return failed
  }
  session.at = end + 2
  const raw = source.slice(start, session.at)
  const negated = dashed ? null : /^\{\{~?!\s*([a-z]+)\.[^\s]+\s*~?\}\}$/.exec(raw)
  if (negated && isScopeName(negated[1] ?? '')) {
    session.report('negated-comment', [start, session.at], '{{! begins a comment: nothing is written here', { severity: 'warning', suggestion: '{{not …}}' })
  }
  return {
    kind: 'comment', text: raw.replace(/^\{\{~?!-?-?/, '').replace(/-?-?~?\}\}$/, ''), range: [start, session.at],
    strip: { open: stripBefore, close: source[end - 1] === '~' },
  }
}

/** Where the `}}` of `--}}` or `--~}}` stands. */
function findDashedEnd(source: string, from: number): number {
  for (let at = source.indexOf('--', from); at >= 0; at = source.indexOf('--', at + 1)) {
    const close = source[at + 2] === '~' ? at + 3 : at + 2
    if (source.startsWith('}}', close)) return close
  }
  return -1
}

function readMustache(session: ParseSession, opening: Opening, form: 'plain' | 'triple' | 'ampersand'): Tag {
  if (form !== 'plain') session.at += 1
  skipSpace(session)
  if (session.source.startsWith('}}', session.at)) {
    session.report('syntax', [opening.start, session.at + 2], 'a value is expected between {{ and }}')
    return failed
  }
  const expression = readExpression(session)
  if (!expression) return failed
  skipSpace(session)
  const triple = form === 'triple' && /^\}~?\}\}/.test(session.source.slice(session.at, session.at + 4))
  const strip = readEnd(session, opening, triple ? '}}}' : '}}')
  if (!strip) return failed
  // `{{{x}}` is a brace of the text and a plain tag: the caller takes the brace.
  const start = form === 'triple' && !triple ? opening.start + 1 : opening.start
  return { kind: 'mustache', expression, escaped: form === 'plain' || start > opening.start, range: [start, session.at], strip }
}

const blockWords: ReadonlySet<string> = new Set(['if', 'unless', 'each', 'with', 'switch', 'case', 'default'])

/** Blocks whose head is a list of values instead of one expression. */
const takesList = (name: string): boolean => name === 'case'

function readHead(session: ParseSession): TagHead | undefined {
  skipSpace(session)
  const start = session.at
  const path = readPath(session)
  if (!path) return undefined
  if (!blockWords.has(path.original)) return readSectionHead(session, path)
  const params = takesList(path.original) ? readList(session) : readOne(session)
  if (!params) return undefined
  if (params.length === 0 && path.original !== 'default') {
    return session.report('syntax', [start, session.at], `#${path.original} needs a value`)
  }
  const blockParams = readBlockParams(session)
  return blockParams && { path, params, ...(blockParams.length > 0 && { blockParams }) }
}

function readSectionHead(session: ParseSession, path: PathExpression): TagHead | undefined {
  const blockParams = readBlockParams(session)
  skipSpace(session)
  if (blockParams && /^~?\}\}/.test(session.source.slice(session.at, session.at + 3))) {
    return { path, params: [], ...(blockParams.length > 0 && { blockParams }) }
  }
  return session.report('unknown-block', path.range, `there is no block "${path.original}": blocks are if, unless, each, with and switch`)
}

function readOne(session: ParseSession): readonly Expression[] | undefined {
  skipSpace(session)
  if (/^~?\}\}/.test(session.source.slice(session.at, session.at + 3))) return []
  const expression = readExpression(session)
  return expression && [expression]
}

/** Values with spaces or commas between them. */
function readList(session: ParseSession): readonly Expression[] | undefined {
  const values: Expression[] = []
  for (;;) {
    skipSpace(session)
    if (/^~?\}\}/.test(session.source.slice(session.at, session.at + 3))) return values
    const value = readExpression(session)
    if (!value) return undefined
    values.push(value)
    skipSpace(session)
    if (session.source[session.at] === ',') session.at += 1
  }
}

const asBars = /as\s+\|([^|{}]*)\|/y
const asNames = /as\s+([^\s,|{}~]+)(?:\s*,\s*([^\s,|{}~]+))?/y

/** `as x`, `as x, i` or Handlebars' `as |x i|`. An empty list where none is given. */
function readBlockParams(session: ParseSession): readonly string[] | undefined {
  skipSpace(session)
  if (peekName(session) !== 'as') return []
  const start = session.at
  for (const [pattern, names] of [[asBars, (found: RegExpExecArray) => (found[1] ?? '').trim().split(/\s+/)], [asNames, (found: RegExpExecArray) => [found[1] ?? '', found[2] ?? '']]] as const) {
    pattern.lastIndex = start
    const found = pattern.exec(session.source)
    if (!found) continue
    session.at = pattern.lastIndex
    const list = names(found).filter(Boolean)
    const taken = list.find((name) => isScopeName(name) || isForbiddenName(name))
    if (taken !== undefined) return session.report('forbidden-name', [start, session.at], `"${taken}" cannot be the name of an element`)
    if (list.length > 0 && list.length <= 2) return list
  }
  return session.report('syntax', [start, start + 2], 'one or two names are expected after "as"')
}

function readOpen(session: ParseSession, opening: Opening, inverted: boolean): Tag {
  session.at += 1
  const head = readHead(session)
  const strip = head && readEnd(session, opening)
  return strip ? { kind: 'open', ...head, inverted, range: [opening.start, session.at], strip } : { ...failed, unbalanced: true }
}

function readInverse(session: ParseSession, opening: Opening): Tag {
  if (/^\^\s*~?\}\}/.test(session.source.slice(session.at, session.at + 40))) {
    session.at += 1
    const strip = readEnd(session, opening)
    return strip ? { kind: 'else', range: [opening.start, session.at], strip } : failed
  }
  return readOpen(session, opening, true)
}

function readElse(session: ParseSession, opening: Opening): Tag {
  skipSpace(session)
  session.at += 'else'.length
  skipSpace(session)
  if (/^~?\}\}/.test(session.source.slice(session.at, session.at + 3))) {
    const strip = readEnd(session, opening)
    return strip ? { kind: 'else', range: [opening.start, session.at], strip } : failed
  }
  const head = readHead(session)
  const strip = head && readEnd(session, opening)
  return strip ? { kind: 'else', head, range: [opening.start, session.at], strip } : failed
}

function readClose(session: ParseSession, opening: Opening): Tag {
  session.at += 1
  skipSpace(session)
  const path = readPath(session)
  const strip = path && readEnd(session, opening)
  return strip ? { kind: 'close', original: path.original, range: [opening.start, session.at], strip } : failed
}
