import type { Automaton, Placement } from '../position.js'
import { createStates } from './interned-states.js'
import { type Level, type YamlMode, type YamlState, indentOf, isFlow, startOfYaml, within } from './yaml-state.js'

type Advance = (state: YamlState, character: string) => YamlState | undefined
type To = (state: YamlState, mode: YamlMode, more?: Partial<YamlState>) => YamlState

const endOfLine = (character: string): boolean => character === '\n'
const flowSigns = ',[]{}'
/** What no plain scalar begins with. */
const notPlain = '-?:,[]{}#&*!|>\'"%@`.'

/**
 * The parts of YAML 1.2 that people write in templates: block mappings and lists, flow collections, scalars on one line, literal and
 * folded texts, comments, tags and anchors, and several documents. Keys stand on one line. What it accepts is YAML on every way through the template,
 * but for keys that repeat.
 */
export const createYamlAutomaton = (): Automaton<YamlState> => {
  const intern = createStates<YamlState>(({ mode, level, column, role, awaits, flow, place: inside, text }) => `${mode}|${level?.id ?? ''}|${column}|${role}|${awaits}|${flow}|${inside}|${text}`)
  const to: To = (state, mode, more = {}) => intern({ ...state, text: '', ...more, mode })
  const newLine = (state: YamlState, awaits: boolean): YamlState => to(state, 'line', { column: 0, awaits, role: awaits ? 'node' : 'key', flow: '', place: 'block', text: state.text === 'tagged' ? 'tagged' : '' })

  // Blocks
  const push = (state: YamlState, kind: Level['kind'], indent: number): YamlState => ({ ...state, level: within(state.level, kind, indent) })
  /** A colon behind a key: its value follows. */
  const asKey = (state: YamlState): YamlState | undefined => {
    if (state.role === 'scalar' || state.text === 'value') return undefined
    return to(state.role === 'key' ? state : push(state, 'map', state.column), 'node', { role: 'scalar', text: '' })
  }
  const beginNode: Advance = (state, character) => {
    if (character === '"') return to(state, 'double')
    if (character === "'") return to(state, 'single')
    if (state.role === 'key') return notPlain.includes(character) ? undefined : to(state, 'plain')
    if (character === '[' || character === '{') return to(state, character === '[' ? 'flow-item-or-end' : 'flow-key-or-end', { flow: character, role: 'scalar', place: 'flow-value' })
    if (character === '|' || character === '>') return to(state, 'header', { text: character })
    if (character === '!') return state.text === 'tagged' ? undefined : to(state, 'tag')
    if (character === '-') return to(state, 'dash', { text: '-' })
    return notPlain.includes(character) ? undefined : to(state, 'plain')
  }
  /** A line whose first sign stands at this column: a value that is due, or the next member of a level. */
  const beginLine: Advance = (state, character) => {
    const { column, awaits, level } = state
    const indent = indentOf(level)
    if (awaits && column > indent) return beginNode({ ...state, role: 'node' }, character)
    if (awaits && level?.kind === 'map' && column === indent && character === '-') return to(state, 'dash', { role: 'node', text: 'list' })
    let found = level
    while (found && (found.indent > column || (found.indent === column && found.kind === 'list' && character !== '-'))) found = found.parent
    if (found?.indent !== column) return column === 0 && character === '-' ? to(state, 'dash', { role: 'key', text: 'mark' }) : undefined
    const there: YamlState = { ...state, level: found, role: 'key' }
    if (found.kind === 'map') return character === '-' ? (column === 0 ? to(there, 'dash', { text: 'mark' }) : undefined) : beginNode(there, character)
    return to(there, 'dash', { text: 'entry' })
  }
  const inLine: Advance = (state, character) => {
    if (character === ' ') return to(state, 'line', { column: state.column + 1, text: state.text })
    if (endOfLine(character)) return to(state, 'line', { column: 0, text: state.text })
    return character === '#' ? to(state, 'comment', { text: state.text }) : beginLine(state, character)
  }
  const inDash: Advance = (state, character) => {
    const { text, column, role } = state
    if (text === 'minus') return character === ' ' || endOfLine(character) || notPlain.includes(character) ? undefined : to(state, 'plain')
    if (character === '-') return column === 0 && (text === '-' || text === 'list' || text === 'entry' || text === 'mark') ? to(state, 'dashes', { text: '--' }) : undefined
    if (character === ' ' || endOfLine(character)) {
      if (text === 'mark') return undefined
      const list = role === 'node' && text !== 'entry' ? push(state, 'list', column) : state
      return endOfLine(character) ? newLine(list, true) : to(list, 'node', { column: column + 2, role: 'node' })
    }
    return role === 'key' || text === 'list' || notPlain.includes(character) ? undefined : to(state, 'plain')
  }
  const inDashes: Advance = (state, character) => {
    if (state.text === '--') return character === '-' ? to(state, 'dashes', { text: '---' }) : undefined
    return endOfLine(character) ? intern(startOfYaml) : character === ' ' ? state : undefined
  }
  const inNode: Advance = (state, character) => {
    if (character === ' ') return to(state, 'node', { column: state.column + 1, text: state.text })
    if (endOfLine(character)) return newLine(state, true)
    if (character === '#') return to(state, 'comment', { awaits: true, text: state.text })
    return character === '-' && state.role === 'scalar' ? to(state, 'dash', { text: 'minus' }) : beginNode(state, character)
  }
  const endScalar = (state: YamlState): YamlState | undefined => (state.role === 'key' ? undefined : newLine(state, false))
  const inPlain: Advance = (state, character) => {
    const { mode } = state
    if (mode === 'plain-:' && (character === ' ' || endOfLine(character))) {
      const key = asKey(state)
      return key && (endOfLine(character) ? newLine(key, true) : key)
    }
    if (endOfLine(character)) return endScalar(state)
    if (character === '#' && mode === 'plain-space') return state.role === 'key' ? undefined : to(state, 'comment', { awaits: false })
    return to(state, character === ' ' ? 'plain-space' : character === ':' ? 'plain-:' : 'plain')
  }

  // Quotes
  const endQuote = (state: YamlState): YamlState =>
    to(state, state.place === 'block' ? 'quoted' : state.place === 'flow-key' ? 'flow-colon' : 'flow-after', { text: state.text })
  const inDouble: Advance = (state, character) => {
    if (endOfLine(character)) return undefined
    if (character === '"') return endQuote(state)
    return character === '\\' ? to(state, 'escape', { text: state.text }) : state
  }
  const inEscape: Advance = (state, character) => {
    const digits = state.mode === 'escape' ? ({ x: 2, u: 4, U: 8 }[character] ?? 0) : Number(state.mode.slice(7)) - 1
    if (state.mode === 'escape' ? digits === 0 && !'0abtnvfre "/\\N_LP'.includes(character) : !/[0-9a-f]/i.test(character)) return undefined
    return to(state, digits === 0 ? 'double' : `escape-${digits}` as YamlMode, { text: state.text })
  }
  const inSingle: Advance = (state, character) => {
    if (state.mode === 'single-end') return character === "'" ? to(state, 'single') : advance(endQuote(state), character)
    return endOfLine(character) ? undefined : character === "'" ? to(state, 'single-end') : state
  }
  const afterQuote: Advance = (state, character) => {
    if (state.mode === 'quoted-:') {
      if (character !== ' ' && !endOfLine(character)) return undefined
      const key = asKey(state)
      return key && (endOfLine(character) ? newLine(key, true) : key)
    }
    if (endOfLine(character)) return endScalar(state)
    if (character === '#') return state.mode === 'quoted-space' && state.role !== 'key' ? to(state, 'comment', { awaits: false }) : undefined
    return character === ' ' ? to(state, 'quoted-space', { text: state.text }) : character === ':' ? to(state, 'quoted-:', { text: state.text }) : undefined
  }

  // Literal and folded texts
  const inHeader: Advance = (state, character) => {
    const { text, level } = state
    if (endOfLine(character)) {
      const digit = /\d/.exec(text)?.[0]
      return to(state, 'block-line', { column: 0, role: 'scalar', flow: digit === undefined ? '' : String(indentOf(level) + Number(digit)), text: text[0] ?? '|' })
    }
    if (character === ' ') return to(state, 'header-space', { text })
    if (state.mode === 'header-space') return character === '#' ? to(state, 'header-comment', { text }) : undefined
    const known = character === '+' || character === '-' ? !/[+-]/.test(text) : /[1-9]/.test(character) && !/\d/.test(text) && level !== undefined
    return known ? to(state, 'header', { text: text + character }) : undefined
  }
  /** `flow` holds the indentation of the text, empty until it is known. */
  const inBlockLine: Advance = (state, character) => {
    const { column, flow, text } = state
    if (endOfLine(character)) return flow === '' && column > 0 ? undefined : to(state, 'block-line', { column: 0, text })
    if (flow !== '' && column === Number(flow)) return to(state, 'block', { text })
    if (character === ' ') return to(state, 'block-line', { column: column + 1, text })
    if (flow === '' && column > Math.max(0, indentOf(state.level))) return to(state, 'block', { flow: String(column), text })
    return inLine(to(state, 'line', { awaits: false, role: 'key', flow: '' }), character)
  }

  // Flow collections
  const openFlow = (state: YamlState, character: string): YamlState => to(state, character === '[' ? 'flow-item-or-end' : 'flow-key-or-end', { flow: state.flow + character })
  const closeFlow = (state: YamlState, character: string): YamlState | undefined => {
    if (state.flow.at(-1) !== (character === ']' ? '[' : '{')) return undefined
    const flow = state.flow.slice(0, -1)
    return flow === '' ? to(state, 'quoted', { flow, role: 'scalar', place: 'block', text: 'value' }) : to(state, 'flow-after', { flow })
  }
  const afterFlowValue: Advance = (state, character) => {
    if (character === ',') return to(state, state.flow.endsWith('[') ? 'flow-item-or-end' : 'flow-key-or-end')
    return character === ']' || character === '}' ? closeFlow(state, character) : undefined
  }
  const beginFlow: Advance = (state, character) => {
    const inKey = state.mode === 'flow-key-or-end'
    if ((character === ']' || character === '}') && state.mode !== 'flow-value') return closeFlow(state, character)
    const at: YamlState = { ...state, place: inKey ? 'flow-key' : 'flow-value' }
    if (character === '"') return to(at, 'double')
    if (character === "'") return to(at, 'single')
    if (!inKey && (character === '[' || character === '{')) return openFlow(at, character)
    if (character === '-') return to(at, 'flow-dash')
    return notPlain.includes(character) ? undefined : to(at, 'flow-plain')
  }
  const inFlowPlain: Advance = (state, character) => {
    const { mode, place: inside } = state
    const ends = character === ' ' || flowSigns.includes(character) || endOfLine(character)
    if (mode === 'flow-plain-:' && ends) return inside === 'flow-key' ? advance(to(state, 'flow-value'), character) : undefined
    if (flowSigns.includes(character) || endOfLine(character)) return inside === 'flow-key' ? undefined : advance(to(state, 'flow-after'), character)
    if (character === '#' && mode === 'flow-plain-space') return undefined
    return to(state, character === ' ' ? 'flow-plain-space' : character === ':' ? 'flow-plain-:' : 'flow-plain')
  }
  const flowLine = (state: YamlState): YamlState => to(state, 'flow-line', { column: 0, text: state.mode })
  const inFlow = (next: Advance): Advance => (state, character) => (character === ' ' ? state : endOfLine(character) ? flowLine(state) : next(state, character))
  const inFlowLine: Advance = (state, character) => {
    if (character === ' ') return to(state, 'flow-line', { column: state.column + 1, text: state.text })
    if (endOfLine(character)) return to(state, 'flow-line', { column: 0, text: state.text })
    if (character === '#') return to(state, 'flow-comment', { text: state.text })
    return state.column > indentOf(state.level) && !(state.column === 0 && character === '-') ? advance(to(state, state.text as YamlMode), character) : undefined
  }

  const advances: Readonly<Record<YamlMode, Advance>> = {
    line: inLine, dash: inDash, dashes: inDashes, node: inNode, plain: inPlain, 'plain-space': inPlain, 'plain-:': inPlain,
    tag: (state, character) => (character === ' ' ? to(state, 'node', { role: 'scalar', text: 'tagged' }) : endOfLine(character) ? newLine({ ...state, text: 'tagged' }, true) : /[\w-]/.test(character) ? state : undefined),
    comment: (state, character) => (endOfLine(character) ? newLine(state, state.awaits) : state),
    double: inDouble, escape: inEscape, 'escape-1': inEscape, 'escape-2': inEscape, 'escape-3': inEscape, 'escape-4': inEscape, 'escape-5': inEscape, 'escape-6': inEscape, 'escape-7': inEscape, 'escape-8': inEscape,
    single: inSingle, 'single-end': inSingle, quoted: afterQuote, 'quoted-space': afterQuote, 'quoted-:': afterQuote,
    header: inHeader, 'header-space': inHeader, 'header-comment': (state, character) => (endOfLine(character) ? inHeader(state, character) : state),
    'block-line': inBlockLine, block: (state, character) => (endOfLine(character) ? to(state, 'block-line', { column: 0, text: state.text }) : state),
    'flow-item-or-end': inFlow(beginFlow), 'flow-key-or-end': inFlow(beginFlow), 'flow-value': inFlow(beginFlow), 'flow-after': inFlow(afterFlowValue),
    'flow-colon': inFlow((state, character) => (character === ':' ? to(state, 'flow-value') : undefined)),
    'flow-dash': (state, character) => (character === ' ' || endOfLine(character) || notPlain.includes(character) ? undefined : to(state, 'flow-plain')),
    'flow-plain': inFlowPlain, 'flow-plain-space': inFlowPlain, 'flow-plain-:': inFlowPlain, 'flow-line': inFlowLine,
    'flow-comment': (state, character) => (endOfLine(character) ? to(state, 'flow-line', { column: 0, text: state.text }) : state),
  }
  const advance: Advance = (state, character) => (/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\ufeff\ufffe\uffff]/.test(character) && !(character === '\t' && ['comment', 'block', 'double', 'plain'].includes(state.mode)) ? undefined : advances[state.mode](state, character))
  return { code: 'invalid-yaml', start: intern(startOfYaml), advance, place: (state) => place(state, to), explain, unfinished }
}

const quote = { problem: 'a value in the middle of an unquoted text could change its meaning: put quotes around the whole text', suggestion: '"…{{…}}…"' }
const keyNeedsQuotes = { problem: 'a key that holds a value needs quotes around it', suggestion: '"{{…}}": …' }

function place(state: YamlState, to: To): Placement<YamlState> {
  const { mode, role, column, awaits, flow, level } = state
  const whole = (): Placement<YamlState> => ({ state: to(state, 'quoted', { role: 'scalar', text: 'value' }), position: 'yaml:value' })
  switch (mode) {
    case 'line': return awaits && column > indentOf(level) ? whole() : keyNeedsQuotes
    case 'node': return whole()
    case 'double':
      if (state.place === 'block' && role === 'key') return { state, position: 'yaml:key' }
      // What is read as a text cannot become a key behind it: its length is not bounded.
      return state.place === 'flow-key' ? { state, position: 'yaml:key' } : { state: to(state, 'double', { text: 'value' }), position: 'yaml:string' }
    case 'single': case 'single-end': return { problem: 'a value in single quotes could not hold a line break: write double quotes', suggestion: '"{{…}}"' }
    case 'flow-item-or-end': case 'flow-value': return flow.endsWith('{') && mode !== 'flow-value' ? keyNeedsQuotes : { state: to(state, 'flow-after'), position: 'yaml:value' }
    case 'flow-key-or-end': return keyNeedsQuotes
    case 'flow-line': {
      const before = to(state, state.text as YamlMode)
      return column > indentOf(level) ? place(before, to) : { problem: 'this line must be indented deeper than the key that it belongs to' }
    }
    case 'block-line': case 'block': return placeInBlock(state, to)
    case 'comment': case 'flow-comment': case 'header-comment': return { problem: 'a value cannot stand in a comment: there is no safe way to write it' }
    case 'tag': return { problem: 'a value cannot stand in a tag' }
    case 'plain': case 'plain-space': case 'plain-:': case 'flow-plain': case 'flow-plain-space': case 'flow-plain-:': case 'dash': case 'flow-dash': return quote
    case 'flow-colon': return { problem: 'a colon is expected before this value' }
    case 'flow-after': return { problem: 'a comma is expected before this value' }
    case 'quoted': case 'quoted-space': case 'quoted-:': return { problem: 'nothing may stand beside a text in quotes, or a value: put quotes around what belongs together', suggestion: '"…{{…}}…"' }
    default: return { problem: 'an escape or sign of YAML cannot be put together from a value' }
  }
}

function placeInBlock(state: YamlState, to: To): Placement<YamlState> {
  const { mode, column, flow, text, level } = state
  if (text === '>') return { problem: 'a value in a folded text would lose its line breaks: write | instead of >', suggestion: '|' }
  if (mode === 'block' || (flow !== '' && column === Number(flow))) return { state: to(state, 'block', { text }), position: `yaml:block:${Number(flow)}` }
  if (flow === '' && column > Math.max(0, indentOf(level))) {
    return { problem: 'a text that begins with a value needs its indentation told: the value may begin with spaces', suggestion: `|${column - Math.max(0, indentOf(level))}` }
  }
  return { problem: flow === '' ? 'a text begins deeper than its key' : `this line is indented by ${column}, and its text by ${flow}` }
}

const noAnchors = 'anchors and aliases are not read in a template: write the value out'

function explain({ mode, column, role, text }: YamlState, character: string): string {
  const shown = JSON.stringify(character)
  if (character === '\t') return 'YAML is indented with spaces, not with tabs'
  if (/[\u0000-\u001f\u007f-\u009f]/.test(character) && !endOfLine(character)) return `YAML cannot hold ${shown}`
  if (mode === 'line' && '&*'.includes(character)) return noAnchors
  if (mode === 'line') return `no key and no list before this stands at an indentation of ${column}`
  if (endOfLine(character)) return role === 'key' && !isFlow(mode) ? 'a key is followed by a colon' : 'a text that goes on over several lines is written with |, or with \\n in double quotes'
  if (mode.startsWith('quoted') && text === 'value' && character === ' ') return 'a key that begins with a value stands behind another key'
  if (mode.startsWith('escape')) return `${shown} is no escape of YAML`
  if (mode === 'node' && '&*'.includes(character)) return noAnchors
  return `this is not YAML that a template may be: ${shown}`
}

function unfinished({ mode, role }: YamlState): string | undefined {
  if (['line', 'node', 'comment', 'block', 'block-line', 'header', 'header-space', 'header-comment', 'tag', 'dashes'].includes(mode)) return undefined
  if ((mode === 'plain-:' || mode === 'quoted-:') && role !== 'scalar') return undefined
  const scalar = ['plain', 'plain-space', 'quoted', 'quoted-space', 'single-end'].includes(mode)
  if (scalar && role !== 'key') return undefined
  return isFlow(mode) ? 'the YAML ends too early: a bracket is not closed' : role === 'key' ? 'the YAML ends within a key' : 'the YAML ends too early: a text is not closed'
}
