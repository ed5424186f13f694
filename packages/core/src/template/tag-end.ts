import { describeUnexpected } from './expression-parser.js'
import { skipSpace } from './parse-session.js'
import type { ParseSession } from './parse-session.js'
import type { StripFlags } from './syntax.js'

/** How a tag that is being read began. */
export interface Opening {
  readonly start: number
  readonly stripBefore: boolean
}

/** The length of what strips white space before `}}`: `~`, or Go's `-` behind a space. */
const stripLength = ({ source }: ParseSession, at: number): number =>
  source[at] === '~' || (source[at] === '-' && /\s/.test(source[at - 1] ?? '')) ? 1 : 0

/** The end of a tag. `undefined` after reporting what stands there instead. */
export function readEnd(session: ParseSession, { start, stripBefore }: Opening, close: '}}' | '}}}' = '}}'): StripFlags | undefined {
  skipSpace(session)
  const { source, at } = session
  const from = at + (close === '}}}' && source[at] === '}' ? 1 : 0)
  const strip = stripLength(session, from)
  if (from - at === close.length - 2 && source.startsWith('}}', from + strip)) {
    session.at = from + strip + 2
    return { open: stripBefore, close: strip === 1 }
  }
  if (source.indexOf('}}', at) < 0) {
    session.report('syntax', [start, start + 2], 'this {{ is not closed', { suggestion: '\\{{' })
    return undefined
  }
  const [message, foreign] = describeUnexpected(session)
  return session.report(foreign ? 'not-supported' : 'syntax', [at, at + 1], message)
}
