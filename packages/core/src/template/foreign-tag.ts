import { peekName } from './parse-session.js'
import type { ParseSession } from './parse-session.js'
import type { FailedTag } from './tag.js'

/** Handlebars' own tags that are left out on purpose, by the sign after `{{`. */
const refused: readonly (readonly [sign: string, message: string])[] = [
  ['{{', 'raw blocks are not supported: write \\{{ for a literal {{'],
  ['#>', 'partials are not supported'],
  ['>', 'partials are not supported'],
  ['#*', 'decorators are not supported'],
  ['*', 'decorators are not supported'],
  ['=', 'the signs {{ and }} cannot be changed: write \\{{ for a literal {{'],
]

/** Words of Go's templates that have no counterpart. */
const goWords: ReadonlySet<string> = new Set(['define', 'template', 'block', 'break', 'continue'])

const failed: FailedTag = { kind: 'failed', unbalanced: true }

/** Recognises what another template language means here and answers with the cure. */
export function foreignTag(session: ParseSession, start: number): FailedTag | undefined {
  const { source, at } = session
  for (const [sign, message] of refused) {
    if (!source.startsWith(sign, at)) continue
    session.report('not-supported', [start, at + sign.length], message)
    return failed
  }
  const from = at + (/^\s*/.exec(source.slice(at, at + 20))?.[0].length ?? 0)
  const word = peekName(session, from)
  if (!goWords.has(word) || !/^\s+[^\s=|]/.test(source.slice(from + word.length, from + word.length + 20))) return undefined
  session.report('not-supported', [start, from + word.length], `"{{${word}" is not supported`)
  return failed
}
