import { isForbiddenName } from '../expression/member.js'
import { peekName, placed } from './parse-session.js'
import type { ParseSession } from './parse-session.js'
import type { PathExpression } from './syntax.js'

interface PathDraft {
  depth: number
  readonly parts: string[]
  spelling?: 'slashes' | 'leading-dot'
  fromThis: boolean
}

const refuse = (session: ParseSession, message: string, suggestion?: string): false => {
  session.report('syntax', [session.at, session.at + 1], message, suggestion === undefined ? {} : { suggestion })
  return false
}

/** `[any text]` after a dot, as in Handlebars. */
function readLiteralSegment(session: ParseSession, draft: PathDraft): boolean {
  const { source } = session
  let end = source.indexOf(']', session.at)
  while (end > 0 && source[end - 1] === '\\') end = source.indexOf(']', end + 1)
  if (end < 0) {
    refuse(session, 'this [ is not closed')
    session.at = source.length
    return false
  }
  draft.parts.push(source.slice(session.at + 1, end).replace(/\\([\\\]])/g, '$1'))
  session.at = end + 1
  return true
}

function readSegment(session: ParseSession, draft: PathDraft): boolean {
  const { source, at } = session
  if (source[at] === '[') return readLiteralSegment(session, draft)
  if (source.startsWith('..', at) && draft.parts.length === 0) {
    draft.depth += 1
    session.at += 2
    return true
  }
  const name = source[at] === '.' ? '.' : peekName(session)
  if (source.startsWith('{{', at)) return refuse(session, 'an expression does not stand inside another: write the name itself')
  if (name === '') return refuse(session, at < source.length ? `a name is expected before "${source[at]}"` : 'a name is expected')
  if ((name === '.' || name === 'this') && draft.parts.length > 0) return refuse(session, `"${name}" can only begin a path`)
  session.at += name.length
  if (name === '.' || name === 'this') draft.fromThis = true
  else draft.parts.push(name)
  return true
}

const index = /\[\s*(?:(\d+)|"([^"\]]*)"|'([^'\]]*)')\s*\]/y

/** `[0]` or `["name"]` right after a segment. */
function readIndexes(session: ParseSession, draft: PathDraft): boolean {
  while (session.source[session.at] === '[') {
    index.lastIndex = session.at
    const found = index.exec(session.source)
    if (!found) return refuse(session, 'only a number or a quoted name may stand in [ ]: for anything else use lookup(list, index)')
    draft.parts.push(found[1] ?? found[2] ?? found[3] ?? '')
    session.at = index.lastIndex
  }
  return true
}

/** Moves over a separator when a segment follows. */
function readSeparator(session: ParseSession, draft: PathDraft): boolean {
  const { source, at } = session
  const separator = source[at]
  if (separator !== '.' && separator !== '/') return false
  if (separator === '/' && (/\s/.test(source[at + 1] ?? ' ') || source[at + 1] === '}')) return false
  if (separator === '/' && draft.parts.length > 0) draft.spelling = 'slashes'
  session.at += 1
  return true
}

function readSegments(session: ParseSession, draft: PathDraft): boolean {
  do {
    if (!readSegment(session, draft) || !readIndexes(session, draft)) return false
  } while (readSeparator(session, draft))
  return true
}

/**
 * Reads a path: `fields.name`, `a[0]`, `this.x`, `../x`, `@index`, `a.[odd name]`, and, to be answered clearly later,
 * `.current.x` and `fields/x`. `undefined` after reporting why it is none.
 */
export function readPath(session: ParseSession): PathExpression | undefined {
  const start = session.at
  const data = session.source[start] === '@'
  const draft: PathDraft = { depth: 0, parts: [], fromThis: false }
  if (data) session.at += 1
  if (!data && session.source[start] === '.' && (peekName(session, start + 1) !== '' || session.source[start + 1] === '[')) {
    draft.spelling = 'leading-dot'
    session.at += 1
  }
  if (!readSegments(session, draft)) return undefined
  const forbidden = draft.parts.find(isForbiddenName)
  if (forbidden !== undefined) {
    return session.report('forbidden-name', [start, session.at], `"${forbidden}" is not a name that a template may read`)
  }
  const written = session.source.slice(start, session.at)
  // Handlebars drops the brackets of a literal segment here.
  const original = written.includes('[') ? written.replace(/(^|[./])\[([^\]]*)\]/g, '$1$2') : written
  return {
    type: 'PathExpression', data, depth: draft.depth, parts: draft.parts, original, ...placed(session, start),
    ...(draft.spelling && { spelling: draft.spelling }), ...(draft.fromThis && { fromThis: true }),
  }
}
