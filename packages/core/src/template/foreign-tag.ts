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

/** Words that open or close a block in Go's templates, with what to write instead. */
const goWords: ReadonlyMap<string, string> = new Map([
  ['if', '{{#if …}}'], ['range', '{{#each … as item}}'], ['with', '{{#with …}}'], ['end', '{{/if}}'],
  ['define', ''], ['template', ''], ['block', ''], ['break', ''], ['continue', ''],
])

const failed: FailedTag = { kind: 'failed', unbalanced: true }

/** Recognises what another template language means here and answers with the cure. */
export function foreignTag(session: ParseSession, start: number): FailedTag | undefined {
  const { source, at } = session
  for (const [sign, message] of refused) {
    if (!source.startsWith(sign, at)) continue
    session.report('not-supported', [start, at + sign.length], message)
    return failed
  }
  if (source[at] === '-' && /\s/.test(source[at + 1] ?? '')) {
    session.report('not-supported', [start, at + 1], '"{{-" of Go is written "{{~" here', { suggestion: '{{~' })
    return failed
  }
  const from = at + (/^\s*/.exec(source.slice(at, at + 20))?.[0].length ?? 0)
  const word = peekName(session, from)
  const cure = goWords.get(word)
  if (cure === undefined || !/^(\s+[^\s=|]|\s*~?\}\})/.test(source.slice(from + word.length, from + word.length + 20))) return undefined
  if (word !== 'end' && /^\s*~?\}\}/.test(source.slice(from + word.length, from + word.length + 20))) return undefined
  session.report('not-supported', [start, from + word.length], `"{{${word}" is not read here`, cure === '' ? {} : { suggestion: cure })
  return failed
}
