import type { Automaton, Placement } from '../position.js'
import { createStates } from './interned-states.js'

/** An open element. */
interface Element {
  readonly name: string
  readonly parent: Element | undefined
  /** Names of all that are open, from the root. */
  readonly id: string
}

type Mode =
  | 'outside' | 'text' | 'text-]' | 'text-]]' | 'open' | 'name' | 'in-tag' | 'after-value' | 'attribute' | 'equals' | 'quote' | 'double' | 'single' | 'slash'
  | 'close' | 'close-name' | 'close-end' | 'mark' | 'comment' | 'comment-' | 'comment--' | 'cdata' | 'cdata-]' | 'cdata-]]' | 'instruction' | 'instruction-?' | 'entity'

export interface XmlState {
  readonly element: Element | undefined
  readonly mode: Mode
  /** What is read of a name, a mark or an entity. */
  readonly text: string
  /** Names of the attributes of the tag that is read, each with a space behind it. */
  readonly attributes: string
  /** What an entity stands in. */
  readonly back?: Mode
  /** True when the root element was closed. */
  readonly done: boolean
}

const isSpace = (character: string): boolean => character === ' ' || character === '\n' || character === '\r' || character === '\t'
const isNameStart = (character: string): boolean => /[A-Za-z_]/.test(character)
const isName = (character: string): boolean => /[\w.:-]/.test(character)
/** What XML 1.0 cannot hold in any way. */
const isForbidden = (character: string): boolean => /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/.test(character)

const marks = ['--', '[CDATA[']
const entities: ReadonlySet<string> = new Set(['amp', 'lt', 'gt', 'quot', 'apos'])

/** A character that XML can hold, by its decimal or hexadecimal number. */
const isReference = (text: string): boolean => {
  const code = /^#x[0-9a-f]+$/i.test(text) ? Number.parseInt(text.slice(2), 16) : /^#\d+$/.test(text) ? Number(text.slice(1)) : Number.NaN
  return code === 9 || code === 10 || code === 13 || (code >= 0x20 && code <= 0xd7ff) || (code >= 0xe000 && code <= 0xfffd) || (code >= 0x10000 && code <= 0x10ffff)
}

type Advance = (state: XmlState, character: string) => XmlState | undefined

/** XML 1.0 without a document type. A template that this automaton accepts is well-formed on every way through it, but for attributes and prefixes that a loop repeats. */
export const createXmlAutomaton = (): Automaton<XmlState> => {
  const intern = createStates<XmlState>(({ element, mode, text, attributes, back, done }) => `${element?.id ?? ''}|${mode}|${text}|${attributes}|${back ?? ''}|${done}`)
  const to = (state: XmlState, mode: Mode, more: Partial<XmlState> = {}): XmlState => {
    const { back: _back, ...rest } = state
    return intern({ ...rest, text: '', ...more, mode })
  }
  /** Behind a tag, a comment and their like. */
  const resume = (state: XmlState, more: Partial<XmlState> = {}): XmlState => {
    const element = 'element' in more ? more.element : state.element
    return to(state, element === undefined ? 'outside' : 'text', { ...more, attributes: '' })
  }
  const openElement = (state: XmlState, name: string): XmlState =>
    resume(state, { element: { name, parent: state.element, id: `${state.element?.id ?? ''}/${name}` } })
  const closed = (state: XmlState, element: Element | undefined): XmlState => resume(state, { element, ...(element === undefined ? { done: true } : {}) })
  const inTag: Advance = (state, character) => {
    const [name = ''] = state.attributes.split(' ')
    if (character === '>') return openElement(state, name)
    if (character === '/') return to(state, 'slash')
    if (isSpace(character)) return to(state, 'in-tag')
    return state.mode === 'in-tag' && isNameStart(character) ? to(state, 'attribute', { text: character }) : undefined
  }
  const endOfAttribute: Advance = (state, character) => {
    const { text, attributes } = state
    if (attributes.split(' ').slice(1).includes(text)) return undefined
    if (character === '=') return to(state, 'quote', { attributes: `${attributes}${text} ` })
    return isSpace(character) ? to(state, 'equals', { text }) : undefined
  }
  const inText: Advance = (state, character) => {
    if (character === '<') return to(state, 'open')
    if (character === '&') return to(state, 'entity', { back: 'text' })
    if (character === ']') return to(state, state.mode === 'text' ? 'text-]' : 'text-]]')
    if (character === '>' && state.mode === 'text-]]') return undefined
    return state.mode === 'text' ? state : to(state, 'text')
  }
  const inValue: Advance = (state, character) => {
    if (character === (state.mode === 'double' ? '"' : "'")) return to(state, 'after-value')
    if (character === '&') return to(state, 'entity', { back: state.mode })
    return character === '<' ? undefined : state
  }
  const inEntity: Advance = (state, character) => {
    if (character !== ';') return /[#\w]/.test(character) && state.text.length < 10 ? intern({ ...state, text: state.text + character }) : undefined
    return entities.has(state.text) || isReference(state.text) ? to(state, state.back ?? 'text') : undefined
  }
  const opened: Advance = (state, character) => {
    if (character === '/') return state.element === undefined ? undefined : to(state, 'close')
    if (character === '!') return to(state, 'mark')
    if (character === '?') return to(state, 'instruction')
    return isNameStart(character) && !(state.element === undefined && state.done) ? to(state, 'name', { text: character }) : undefined
  }
  const inMark: Advance = (state, character) => {
    const text = state.text + character
    if (text === '--') return to(state, 'comment')
    if (text === '[CDATA[') return state.element === undefined ? undefined : to(state, 'cdata')
    return marks.some((mark) => mark.startsWith(text)) ? to(state, 'mark', { text }) : undefined
  }
  const closing: Advance = (state, character) => {
    const { text, element, mode } = state
    if (mode !== 'close-end' && isName(character)) return element?.name.startsWith(text + character) === true ? to(state, 'close-name', { text: text + character }) : undefined
    if (text !== element?.name) return undefined
    return character === '>' ? closed(state, element.parent) : isSpace(character) ? to(state, 'close-end', { text }) : undefined
  }
  /** Up to an end such as `-->`, whose signs but the last are counted in the mode. */
  const until = (first: Mode, sign: string, last: string, steps: readonly Mode[]): Advance => (state, character) => {
    const step = steps.indexOf(state.mode)
    if (step === steps.length - 1) {
      if (character === last) return resume(state)
      // Two hyphens stand in no comment.
      if (sign === '-') return undefined
      if (character === sign) return sign === ']' ? state : to(state, steps[0] ?? first)
      return to(state, first)
    }
    return character === sign ? to(state, steps[step + 1] ?? first) : to(state, first)
  }
  const inComment = until('comment', '-', '>', ['comment', 'comment-', 'comment--'])
  const inCdata = until('cdata', ']', '>', ['cdata', 'cdata-]', 'cdata-]]'])
  const inInstruction: Advance = (state, character) => {
    if (state.mode === 'instruction-?' && character === '>') return resume(state)
    return to(state, character === '?' ? 'instruction-?' : 'instruction')
  }
  const advances: Readonly<Record<Mode, Advance>> = {
    outside: (state, character) => (isSpace(character) ? state : character === '<' ? to(state, 'open') : undefined),
    text: inText, 'text-]': inText, 'text-]]': inText, open: opened, 'in-tag': inTag, 'after-value': inTag,
    name: (state, character) => (isName(character) ? to(state, 'name', { text: state.text + character }) : inTag(to(state, 'after-value', { attributes: `${state.text} ` }), character)),
    attribute: (state, character) => (isName(character) ? to(state, 'attribute', { text: state.text + character }) : endOfAttribute(state, character)),
    equals: endOfAttribute,
    quote: (state, character) => (isSpace(character) ? state : character === '"' ? to(state, 'double') : character === "'" ? to(state, 'single') : undefined),
    double: inValue, single: inValue, entity: inEntity, mark: inMark,
    slash: (state, character) => (character === '>' ? closed(state, state.element) : undefined),
    close: closing, 'close-name': closing, 'close-end': closing,
    comment: inComment, 'comment-': inComment, 'comment--': inComment, cdata: inCdata, 'cdata-]': inCdata, 'cdata-]]': inCdata,
    instruction: inInstruction, 'instruction-?': inInstruction,
  }
  return {
    code: 'invalid-xml',
    start: intern({ element: undefined, mode: 'outside', text: '', attributes: '', done: false }),
    advance: (state, character) => (isForbidden(character) ? undefined : advances[state.mode](state, character)),
    place: (state) => place(state, to),
    explain,
    unfinished: ({ mode, element, done }) => (mode === 'outside' && element === undefined && done ? undefined
      : element === undefined ? 'the XML has no root element, or it may come out empty' : `the XML ends too early: <${element.name}> is not closed`),
  }
}

function place(state: XmlState, to: (state: XmlState, mode: Mode) => XmlState): Placement<XmlState> {
  const { mode } = state
  if (mode === 'text' || mode === 'text-]' || mode === 'text-]]') return { state: to(state, 'text'), position: 'xml:text' }
  if (mode === 'double' || mode === 'single') return { state, position: 'xml:attribute' }
  if (mode === 'outside') return { problem: 'a value stands inside of the root element of XML' }
  if (mode === 'quote') return { problem: 'the value of an XML attribute needs quotes', suggestion: '"{{…}}"' }
  if (mode.startsWith('comment')) return { problem: 'a value cannot stand in an XML comment: there is no safe way to write it' }
  if (mode.startsWith('cdata')) return { problem: 'a value cannot stand in a CDATA section: write it as text, which is escaped', suggestion: '<name>{{…}}</name>' }
  if (mode.startsWith('instruction')) return { problem: 'a value cannot stand in a processing instruction' }
  if (mode === 'entity') return { problem: 'an XML entity cannot be put together from a value: write &amp; for the sign itself' }
  return { problem: 'the name of an XML element or attribute cannot be made from a value' }
}

function explain({ mode, element, text }: XmlState, character: string): string {
  const shown = JSON.stringify(character)
  if (isForbidden(character)) return `XML cannot hold ${shown}`
  if (mode === 'outside') return `outside of the root element of XML there is no text: ${shown}`
  if (mode === 'mark') return 'XML here may hold comments and CDATA, and no document type'
  if (mode === 'entity') return `"&${text}${character}" is no entity that XML has without a document type: write &amp; for the sign itself`
  if (mode.startsWith('comment')) return 'two hyphens cannot stand in an XML comment'
  if (mode.startsWith('close')) return `</${element?.name ?? ''}> is expected here`
  if (mode === 'attribute' || mode === 'equals') return `the XML attribute ${text} needs a value in quotes, once`
  if (mode === 'quote') return 'the value of an XML attribute needs quotes'
  return `this is not XML: ${shown}`
}
