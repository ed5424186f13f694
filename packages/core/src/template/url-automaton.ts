import type { Automaton, Placement } from './position.js'
import type { Expression } from './syntax.js'

/** Parts of a URL, in order. `base`: right behind an env value that is the beginning of the URL. */
export type UrlState =
  | 'start' | 'scheme' | 'scheme-slash' | 'scheme-slashes' | 'authority' | 'base' | 'root' | 'path' | 'query'

const isHidden = (character: string): boolean => character <= ' ' || character === '\u007f'

const afterAuthority = (character: string): UrlState | undefined =>
  character === '/' ? 'path' : character === '?' || character === '#' ? 'query' : undefined

function advance(state: UrlState, character: string): UrlState | undefined {
  if (isHidden(character) || character === '\\') return undefined
  switch (state) {
    case 'start':
      if (character === '/') return 'root'
      return /[a-z]/i.test(character) ? 'scheme' : undefined
    case 'scheme': return character === ':' ? 'scheme-slash' : /[a-z0-9+.-]/i.test(character) ? 'scheme' : undefined
    case 'scheme-slash': return character === '/' ? 'scheme-slashes' : undefined
    case 'scheme-slashes': return character === '/' ? 'authority' : undefined
    case 'authority': return afterAuthority(character) ?? (character === '@' ? undefined : 'authority')
    case 'base': return afterAuthority(character)
    // `//host` would be a host of its own.
    case 'root': return character === '/' ? undefined : afterAuthority(character) ?? 'path'
    case 'path': return character === '?' || character === '#' ? 'query' : 'path'
    case 'query': return 'query'
  }
}

/** Values that the operator of this installation chose, or that the document spells out. */
function isTrusted(expression: Expression): boolean {
  if (expression.type === 'PathExpression') return ['env', 'environment'].includes(expression.parts[0] ?? '') && !expression.data && expression.depth === 0
  if (expression.type !== 'SubExpression') return true
  return ['default', 'coalesce', 'required', 'lower', 'trim'].includes(expression.path.original) && expression.params.every(isTrusted)
}

function place(state: UrlState, expression: Expression): Placement<UrlState> {
  switch (state) {
    case 'start':
      return isTrusted(expression)
        ? { state: 'base', position: 'url:base' }
        : { problem: 'a URL may begin with an env value only: where a call goes is not for the requester to say', suggestion: '{{env.…}}' }
    case 'authority':
      return isTrusted(expression) ? { state, position: 'url:host' } : { problem: 'the host of a URL may come from an env value only', suggestion: '{{env.…}}' }
    case 'root':
    case 'path': return { state: 'path', position: 'url:path' }
    case 'query': return { state, position: 'url:query' }
    case 'base': return { problem: 'a / is expected between the base of a URL and a value' }
    default: return { problem: 'the scheme of a URL cannot be put together from a value' }
  }
}

function explain(state: UrlState, character: string): string {
  if (isHidden(character) || character === '\\') return `a URL cannot hold ${JSON.stringify(character)}`
  if (state === 'base') return `a /, ? or # is expected behind the base of a URL, not "${character}"`
  if (state === 'root') return 'a URL cannot begin with //'
  if (state === 'authority') return 'user names and passwords do not belong into a URL: use authentication'
  return 'a URL begins with https://, with {{env.…}} or with /'
}

/** A URL that is absolute, begins with an env value, or is a path on a host known elsewhere. */
export const urlAutomaton: Automaton<UrlState> = {
  code: 'invalid-url', start: 'start', advance, place, explain,
  unfinished: (state) => ['start', 'scheme', 'scheme-slash', 'scheme-slashes'].includes(state) ? 'this is not a whole URL' : undefined,
}
