import type { Automaton, Placement } from '../position.js'
import { createStates } from './interned-states.js'

type Kind = 'body' | 'braces' | 'brackets' | 'parentheses' | 'interpolation' | 'directive' | 'text' | 'heredoc'

/** What is open around a place, innermost first. */
interface Frame {
  readonly kind: Kind
  /** What ends a heredoc. */
  readonly end: string
  readonly parent: Frame | undefined
  readonly id: string
}

/**
 * In code: `start` of a statement or member, where a value is `due`, in a `word`, `after` a value, `glued` to an expression, and within signs
 * and comments. In texts: `text`, behind signs that may begin an interpolation, in an escape; in a heredoc also where a `line` begins.
 */
type Mode =
  | 'start' | 'due' | 'word' | 'after' | 'glued' | 'slash' | 'less' | 'heredoc' | 'heredoc-name' | 'line-comment' | 'comment' | 'comment-*'
  | 'text' | 'text-$' | 'text-$$' | 'text-%' | 'text-%%' | 'escape' | 'line' | 'line-end'

export interface HclState {
  readonly frame: Frame
  readonly mode: Mode
  /** What is read of the name of a heredoc, of its end, or of an escape (what is still to come). */
  readonly text: string
  /** Where a comment stands. */
  readonly back?: Mode
}

const isSpace = (character: string): boolean => character === ' ' || character === '\t' || character === '\r'
const isWord = (character: string): boolean => /[\w-]/.test(character) || character > '\u007f'
const closers: Readonly<Partial<Record<string, readonly Kind[]>>> = { '}': ['braces', 'interpolation', 'directive'], ']': ['brackets'], ')': ['parentheses'] }
const openers: Readonly<Partial<Record<string, Kind>>> = { '{': 'braces', '[': 'brackets', '(': 'parentheses' }
const isTextFrame = ({ kind }: Frame): boolean => kind === 'text' || kind === 'heredoc'

type Advance = (state: HclState, character: string) => HclState | undefined

/** The lexical grammar of HCL 2 with its brackets. What an accepted template renders to is cut into the same tokens, whatever the values. */
export const createHclAutomaton = (): Automaton<HclState> => {
  const intern = createStates<HclState>(({ frame, mode, text, back }) => `${frame.id}|${mode}|${text}|${back ?? ''}`)
  const to = ({ frame }: HclState, mode: Mode, more: Partial<HclState> = {}): HclState => intern({ frame, text: '', ...more, mode })
  const push = ({ frame }: HclState, kind: Kind, mode: Mode, end = ''): HclState =>
    intern({ frame: { kind, end, parent: frame, id: `${frame.id}/${kind}${end}` }, mode, text: '' })
  const pop = (state: HclState): HclState | undefined => {
    const frame = state.frame.parent
    return frame && intern({ frame, mode: isTextFrame(frame) ? 'text' : 'after', text: '' })
  }
  const newLine = (state: HclState): HclState | undefined => {
    const { frame: { kind }, mode } = state
    if (kind === 'body' || kind === 'braces') return mode === 'due' ? undefined : to(state, 'start')
    return to(state, mode === 'due' || mode === 'start' ? mode : 'after')
  }
  const close = (state: HclState, character: string): HclState | undefined => (closers[character]?.includes(state.frame.kind) === true ? pop(state) : undefined)
  const inCode: Advance = (state, character) => {
    const { frame: { kind }, mode } = state
    if (character === '\n') return newLine(state)
    if (isSpace(character)) return mode === 'word' || mode === 'glued' ? to(state, 'after') : state
    if (mode === 'glued' && (isWord(character) || ['"', '{', '[', '(', '.', '<'].includes(character))) return undefined
    if (character in closers) return close(state, character)
    if (openers[character] !== undefined) return push(state, openers[character], kind === 'directive' || character === '{' ? 'start' : 'due')
    if (character === '"') return push(state, 'text', 'text')
    if (character === '#') return to(state, 'line-comment', { back: mode })
    if (character === '/') return to(state, 'slash', { back: mode })
    if (character === '<') return to(state, 'less', { back: mode })
    if (isWord(character)) return character === '-' && mode === 'due' ? to(state, 'due') : to(state, 'word')
    if (character === ',') return to(state, kind === 'braces' ? 'start' : 'due')
    if (character === '.' || character === '~') return to(state, character === '.' ? 'word' : mode)
    return /[=:?+*%&|!>]/.test(character) ? to(state, 'due') : undefined
  }
  const inText: Advance = (state, character) => {
    const { mode, frame: { kind } } = state
    const sign = mode[5]
    if (kind === 'text' && character === '"' && mode !== 'escape') return pop(state)
    if (kind === 'text' && (character === '\n' || character === '\r')) return undefined
    if (kind === 'heredoc' && character === '\n') return to(state, 'line')
    if (sign !== undefined && character === '{') return mode.length === 7 ? to(state, 'text') : push(state, sign === '$' ? 'interpolation' : 'directive', sign === '$' ? 'due' : 'start')
    if (character === '$' || character === '%') return sign !== character ? to(state, `text-${character}`) : mode.length === 6 ? to(state, `text-${character}${character}` as Mode) : undefined
    return kind === 'text' && character === '\\' ? to(state, 'escape') : to(state, 'text')
  }
  const inEscape: Advance = (state, character) => {
    const left = state.text === '' ? { u: 4, U: 8 }[character] : Number(state.text) - 1
    if (state.text === '' && left === undefined) return 'nrt"\\'.includes(character) ? to(state, 'text') : undefined
    if (state.text !== '' && !/[0-9a-f]/i.test(character)) return undefined
    return left === 0 ? to(state, 'text') : to(state, 'escape', { text: String(left) })
  }
  /** The line that ends a heredoc holds its name alone. */
  const inLine: Advance = (state, character) => {
    const { frame: { end }, text, mode } = state
    if (mode === 'line-end') {
      if (character === '\n' || character === '\r') {
        const parent = pop(state)
        return parent && (character === '\n' ? newLine(parent) : parent)
      }
      return isSpace(character) ? undefined : inText(to(state, 'text'), character)
    }
    if (text === '' && isSpace(character)) return state
    if (end.startsWith(text + character)) return text + character === end ? to(state, 'line-end') : to(state, 'line', { text: text + character })
    return inText(to(state, 'text'), character)
  }
  const inHeredocName: Advance = (state, character) => {
    if (state.mode === 'heredoc' && character === '-' && state.text === '') return to(state, 'heredoc', { text: '-' })
    if (state.mode === 'heredoc') return /[A-Za-z_]/.test(character) ? to(state, 'heredoc-name', { text: character }) : undefined
    if (/\w/.test(character)) return to(state, 'heredoc-name', { text: state.text + character })
    if (character === '\r') return state
    return character === '\n' ? push(state, 'heredoc', 'line', state.text) : undefined
  }
  const advances: Readonly<Record<Mode, Advance>> = {
    start: inCode, due: inCode, word: inCode, after: inCode, glued: inCode,
    slash: (state, character) => (character === '/' ? to(state, 'line-comment', { back: state.back ?? 'after' }) : character === '*' ? to(state, 'comment', { back: state.back ?? 'after' }) : state.back === 'due' || state.back === 'start' ? undefined : inCode(to(state, 'due'), character)),
    less: (state, character) => (character !== '<' ? (state.back === 'due' || state.back === 'start' ? undefined : inCode(to(state, 'due'), character)) : state.back === 'due' ? to(state, 'heredoc') : undefined),
    heredoc: inHeredocName, 'heredoc-name': inHeredocName,
    'line-comment': (state, character) => (character === '\n' ? inCode(to(state, state.back ?? 'after'), character) : state),
    comment: (state, character) => (character === '*' ? to(state, 'comment-*', { back: state.back ?? 'after' }) : state),
    'comment-*': (state, character) => (character === '/' ? to(state, state.back === 'word' || state.back === 'glued' ? 'after' : state.back ?? 'after') : character === '*' ? state : to(state, 'comment', { back: state.back ?? 'after' })),
    text: inText, 'text-$': inText, 'text-$$': inText, 'text-%': inText, 'text-%%': inText, escape: inEscape, line: inLine, 'line-end': inLine,
  }
  return {
    code: 'invalid-hcl',
    start: intern({ frame: { kind: 'body', end: '', parent: undefined, id: '' }, mode: 'start', text: '' }),
    advance: (state, character) => (/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/.test(character) ? undefined : advances[state.mode](state, character)),
    place: (state) => place(state, to),
    explain,
    unfinished: ({ frame, mode }) => (frame.kind !== 'body' ? `the HCL ends too early: ${nouns[frame.kind]} is not closed`
      : mode === 'due' || mode === 'slash' || mode === 'less' || mode.startsWith('heredoc') ? 'the HCL ends where a value is due' : mode.startsWith('comment') ? 'a comment is not closed' : undefined),
  }
}

const nouns: Readonly<Record<Kind, string>> = {
  body: 'the file', braces: 'a {', brackets: 'a [', parentheses: 'a (', interpolation: 'a ${', directive: 'a %{', text: 'a text in quotes', heredoc: 'a heredoc, or the line break behind it,',
}

function place(state: HclState, to: (state: HclState, mode: Mode) => HclState): Placement<HclState> {
  const { frame: { kind }, mode } = state
  if (mode.endsWith('$') || mode.endsWith('%')) return { problem: 'a $ or % right before a value could begin an interpolation', suggestion: kind === 'text' ? '\\u0024{{…}}' : '${"$"}{{…}}' }
  if (kind === 'text') return mode === 'text' ? { state, position: 'hcl:string' } : { problem: 'an escape of HCL cannot be put together from a value' }
  if (kind === 'heredoc') return { state: to(state, 'text'), position: 'hcl:heredoc' }
  if (mode.endsWith('comment') || mode.startsWith('comment')) return { problem: 'a value cannot stand in a comment: there is no safe way to write it' }
  if (kind === 'directive') return { problem: 'a value cannot stand in a %{ … } of HCL: write {{#if}} or {{#each}} around it' }
  if (mode === 'due') return { state: to(state, 'glued'), position: 'hcl:value' }
  return { problem: mode === 'start' ? 'a name of HCL cannot be made from a value: put quotes around it' : 'a value is not due here: put quotes around what belongs together', suggestion: '"{{…}}"' }
}

function explain({ frame: { kind }, mode }: HclState, character: string): string {
  const shown = JSON.stringify(character)
  if (mode === 'escape') return `${shown} is no escape of HCL`
  if (kind === 'text') return mode.startsWith('text-') ? 'write \\u0024 or \\u0025 for one of these signs' : `a text in quotes holds no ${shown}: write \\n, or a heredoc`
  if (kind === 'heredoc') return mode === 'line-end' ? 'nothing may stand behind the name that ends a heredoc' : 'write ${"$"} for one of these signs'
  if (mode === 'glued') return `a comma, a line break or an operator is expected behind a value, not ${shown}`
  if (mode === 'due' && character === '\n') return 'a value is due before the line ends'
  if (character in closers) return `${shown} closes nothing here`
  return `this is not HCL: ${shown}`
}
