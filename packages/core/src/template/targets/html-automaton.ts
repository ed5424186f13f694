import type { Automaton, Placement } from '../position.js'
import { createStates } from './interned-states.js'

type Mode =
  | 'text' | 'text-&' | 'first' | 'raw' | 'raw-end' | 'open' | 'name' | 'in-tag' | 'attribute' | 'after-attribute' | 'equals' | 'double' | 'single' | 'double-&' | 'single-&' | 'bare' | 'after-value'
  | 'slash' | 'close' | 'close-name' | 'close-rest' | 'mark' | 'comment' | 'comment-' | 'comment--' | 'declaration'

/** How far a URL in an attribute is read: its beginning, a scheme or first segment, its host, the rest; `other`: a scheme that carries no address. */
type UrlPart = 'start' | 'scheme' | 'slash' | 'slashes' | 'host' | 'rest' | 'other'

export interface HtmlState {
  readonly mode: Mode
  /** The element whose tag is read, or whose raw text this is. */
  readonly element: string
  /** The attribute that is read. */
  readonly attribute: string
  /** What is read of a scheme, a mark or the end of a raw text. */
  readonly text: string
  readonly url: UrlPart
}

const isSpace = (character: string): boolean => /[ \n\r\t\f]/.test(character)

/** Their text is no markup, and character references mean nothing in it. */
const rawElements: ReadonlySet<string> = new Set(['script', 'style', 'xmp', 'iframe', 'noembed', 'noframes', 'noscript'])
/** Their text is no markup; character references are read. */
const textElements: ReadonlySet<string> = new Set(['title', 'textarea'])
/** Their first line break is dropped. */
const firstBreak: ReadonlySet<string> = new Set(['pre', 'textarea', 'listing'])
/** Other rules hold within them. */
const refusedElements: ReadonlySet<string> = new Set(['svg', 'math', 'plaintext', 'frameset'])

const urlAttributes: ReadonlySet<string> = new Set(['href', 'src', 'action', 'formaction', 'cite', 'poster', 'data', 'background', 'longdesc', 'manifest', 'codebase', 'xlink:href'])
/** Code, styles, documents within the document, and lists of URLs. */
const refusedAttribute = (name: string): boolean => name.startsWith('on') || ['style', 'srcdoc', 'srcset', 'imagesrcset', 'ping', 'http-equiv', 'content'].includes(name)

const schemes: ReadonlySet<string> = new Set(['http', 'https', 'mailto', 'tel'])

function urlStep(part: UrlPart, scheme: string, character: string): readonly [UrlPart, string] | undefined {
  switch (part) {
    case 'start': case 'scheme':
      if (character === ':') return schemes.has(scheme) ? [scheme === 'mailto' || scheme === 'tel' ? 'rest' : 'slash', ''] : scheme.includes('{') ? undefined : ['other', '']
      if (character === '/') return [part === 'start' ? 'slashes' : 'rest', '']
      if (character === '?' || character === '#') return ['rest', '']
      return ['scheme', scheme.length < 12 ? scheme + character.toLowerCase() : scheme]
    case 'slash': return character === '/' ? ['slashes', ''] : ['other', '']
    case 'slashes': return character === '/' ? ['host', ''] : ['rest', '']
    case 'host': return ['/', '?', '#'].includes(character) ? ['rest', ''] : ['host', '']
    case 'rest': case 'other': return [part, '']
  }
}

type Advance = (state: HtmlState, character: string) => HtmlState | undefined

/** HTML as browsers read it, without SVG and MathML. Finds what an expression stands in; a browser makes a document of any text. */
export const createHtmlAutomaton = (): Automaton<HtmlState> => {
  const intern = createStates<HtmlState>(({ mode, element, attribute, text, url }) => `${mode}|${element}|${attribute}|${text}|${url}`)
  const to = (state: HtmlState, mode: Mode, more: Partial<HtmlState> = {}): HtmlState => intern({ ...state, text: '', ...more, mode })
  const start = intern({ mode: 'text', element: '', attribute: '', text: '', url: 'start' })
  const ofText = (state: HtmlState): boolean => textElements.has(state.element)
  const behindTag = ({ element }: HtmlState): HtmlState | undefined => {
    if (refusedElements.has(element)) return undefined
    if (firstBreak.has(element)) return to(start, 'first', { element: textElements.has(element) ? element : '' })
    if (rawElements.has(element)) return to(start, 'raw', { element })
    return textElements.has(element) ? to(start, 'text', { element }) : start
  }
  const inText: Advance = (state, character) => {
    if (character === '<') return ofText(state) ? to(state, 'raw-end', { text: '<' }) : to(state, 'open')
    if (character === '&') return to(state, 'text-&')
    return state.mode === 'text-&' && /[#\w]/.test(character) ? state : to(state, 'text')
  }
  const inRaw: Advance = (state, character) => {
    const text = `${state.text}${character}`.toLowerCase()
    const end = `</${state.element}`
    const plain: Mode = ofText(state) ? 'text' : 'raw'
    if (state.text === end) {
      if (character === '>') return start
      return isSpace(character) || character === '/' ? to(start, 'close-rest') : to(state, plain)
    }
    if (end.startsWith(text)) return to(state, 'raw-end', { text })
    // A comment in a script may hide its end.
    if (state.element === 'script' && text === '<!') return undefined
    return character === '<' ? to(state, 'raw-end', { text: '<' }) : character === '&' && ofText(state) ? to(state, 'text-&') : to(state, plain)
  }
  const inTag: Advance = (state, character) => {
    if (character === '>') return behindTag(state)
    if (isSpace(character)) return to(state, 'in-tag')
    if (character === '/') return to(state, 'slash')
    if (state.mode === 'after-value' || character === '=' || character === '<' || character === '"' || character === "'") return undefined
    return to(state, 'attribute', { attribute: character.toLowerCase(), url: 'start' })
  }
  const afterName: Advance = (state, character) => {
    if (character === '=') return to(state, 'equals')
    if (isSpace(character)) return to(state, 'after-attribute')
    return inTag(to(state, 'in-tag'), character)
  }
  const inValue: Advance = (state, character) => {
    const quote = state.mode.startsWith('double') ? 'double' : 'single'
    if (character === (quote === 'double' ? '"' : "'")) return to(state, 'after-value')
    const step = urlAttributes.has(state.attribute) ? urlStep(state.url, state.text, character) : ([state.url, ''] as const)
    if (step === undefined) return undefined
    const [url, text] = step
    const reference = character === '&' || (state.mode.endsWith('&') && /[#\w]/.test(character))
    return to(state, reference ? `${quote}-&` : quote, { url, text })
  }
  const inMark: Advance = (state, character) => {
    const text = state.text + character
    if (text === '--') return to(state, 'comment', { text: '' })
    if (text === '-') return to(state, 'mark', { text })
    return /^[a-z]$/i.test(text) ? to(state, 'declaration') : undefined
  }
  const inComment: Advance = (state, character) => {
    if (state.mode === 'comment--' && character === '>') return start
    // `<!-->`, `<!--->` and `--!>` end a comment in other ways.
    if ((character === '>' && state.text === '') || (state.mode === 'comment--' && character === '!')) return undefined
    const text = character === '-' ? state.text : 'x'
    if (character === '-') return to(state, state.mode === 'comment' ? 'comment-' : 'comment--', { text })
    return to(state, 'comment', { text })
  }
  const advances: Readonly<Record<Mode, Advance>> = {
    text: inText, 'text-&': inText, first: (state, character) => (character === '\n' || character === '\r' ? to(state, 'text') : inText(to(state, 'text'), character)),
    raw: inRaw, 'raw-end': inRaw,
    open: (state, character) => {
      if (/[a-z]/i.test(character)) return to(state, 'name', { element: character.toLowerCase() })
      if (character === '/') return to(state, 'close')
      return character === '!' ? to(state, 'mark') : undefined
    },
    name: (state, character) => (isSpace(character) || character === '>' || character === '/' ? inTag(to(state, 'in-tag'), character) : character === '<' ? undefined : to(state, 'name', { element: state.element + character.toLowerCase() })),
    'in-tag': inTag, 'after-value': inTag,
    attribute: (state, character) => (isSpace(character) || ['=', '>', '/'].includes(character) ? afterName(state, character) : /["'<]/.test(character) ? undefined : to(state, 'attribute', { attribute: state.attribute + character.toLowerCase() })),
    'after-attribute': afterName,
    equals: (state, character) => {
      if (isSpace(character)) return state
      if (character === '"') return to(state, 'double')
      if (character === "'") return to(state, 'single')
      return /[<=`>]/.test(character) ? undefined : to(state, 'bare')
    },
    double: inValue, single: inValue, 'double-&': inValue, 'single-&': inValue,
    bare: (state, character) => (isSpace(character) ? to(state, 'in-tag') : character === '>' ? behindTag(state) : /["'<=`]/.test(character) ? undefined : state),
    slash: (state, character) => (character === '>' ? behindTag(state) : inTag(to(state, 'in-tag'), character)),
    close: (_, character) => (/[a-z]/i.test(character) ? to(start, 'close-name') : undefined),
    'close-name': (state, character) => (character === '>' ? start : isSpace(character) ? to(state, 'close-rest') : /[<"'=/]/.test(character) ? undefined : state),
    'close-rest': (state, character) => (character === '>' ? start : isSpace(character) ? state : undefined),
    mark: inMark, comment: inComment, 'comment-': inComment, 'comment--': inComment,
    declaration: (state, character) => (character === '>' ? start : /[<"']/.test(character) && state.text !== '' ? undefined : state),
  }
  return {
    code: 'invalid-html', start,
    advance: (state, character) => (character === '\u0000' ? undefined : advances[state.mode](state, character)),
    place: (state) => place(state, to),
    explain,
    unfinished: ({ mode, element }) => (['text', 'text-&', 'first'].includes(mode) && element === '' ? undefined : `the HTML ends too early: ${element === '' ? 'a tag or comment' : `<${element}>`} is not finished`),
  }
}

const ofUrl: Readonly<Record<UrlPart, Placement<UrlPart>>> = {
  // `{` marks a scheme that holds a value: no colon may make one of it.
  start: { state: 'scheme', position: 'html:url' },
  scheme: { state: 'scheme', position: 'html:url-part' },
  slash: { problem: 'the beginning of a link cannot be put together from a value: take the whole address as one value' },
  slashes: { problem: 'the beginning of a link cannot be put together from a value: take the whole address as one value' },
  host: { problem: 'the host of a link cannot be put together from a value: take the whole address as one value' },
  rest: { state: 'rest', position: 'html:url-part' },
  other: { problem: 'a value may stand in links that begin with http:, https:, mailto: or tel: only' },
}

function placeInValue(state: HtmlState, to: (state: HtmlState, mode: Mode, more?: Partial<HtmlState>) => HtmlState): Placement<HtmlState> {
  const { mode, attribute, url } = state
  if (mode.endsWith('&')) return { problem: 'a character reference cannot be put together from a value: write &amp; for the sign itself' }
  if (refusedAttribute(attribute)) return { problem: `a value cannot stand in the attribute ${attribute}: it is code, or another document`, suggestion: 'data-…="{{…}}"' }
  if (!urlAttributes.has(attribute)) return { state: to(state, mode), position: 'html:attribute' }
  const part = ofUrl[url]
  return 'problem' in part ? part : { state: to(state, mode, { url: part.state, text: part.state === 'scheme' ? '{' : '' }), position: part.position }
}

function place(state: HtmlState, to: (state: HtmlState, mode: Mode, more?: Partial<HtmlState>) => HtmlState): Placement<HtmlState> {
  const { mode, element } = state
  switch (mode) {
    case 'text': return { state: to(state, 'text'), position: 'html:text' }
    case 'first': return { state: to(state, 'text'), position: 'html:first' }
    case 'double': case 'single': case 'double-&': case 'single-&': return placeInValue(state, to)
    case 'text-&': return { problem: 'a character reference cannot be put together from a value: write &amp; for the sign itself' }
    case 'raw': case 'raw-end': return { problem: `a value cannot stand in <${element}>: there is no safe way to write it`, suggestion: 'data-…="{{…}}"' }
    case 'equals': case 'bare': return { problem: 'an attribute that holds a value needs quotes', suggestion: '"{{…}}"' }
    case 'mark': case 'comment': case 'comment-': case 'comment--': return { problem: 'a value cannot stand in an HTML comment: there is no safe way to write it' }
    case 'declaration': return { problem: 'a value cannot stand in a declaration' }
    default: return { problem: 'the name of an HTML element or attribute cannot be made from a value' }
  }
}

function explain({ mode, element }: HtmlState, character: string): string {
  if (refusedElements.has(element)) return `<${element}> is not read here: other rules hold within it`
  if (character === '\u0000') return 'HTML cannot hold NUL'
  if (mode === 'open' || mode === 'close') return `"<" that begins no tag must be written as &lt;, not ${JSON.stringify(character)}`
  if (mode === 'raw-end') return 'a comment in a script may hide its end: remove it'
  if (mode.startsWith('comment')) return 'this comment would end in another way than with -->'
  if (mode === 'double' || mode === 'single' || mode === 'double-&' || mode === 'single-&') return 'the scheme of a link cannot be put together from a value'
  return `a tag cannot hold ${JSON.stringify(character)} here`
}
