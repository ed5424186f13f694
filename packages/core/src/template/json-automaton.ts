import type { Automaton, Placement } from './position.js'

/** What is open around a place, innermost first. */
interface Stack {
  readonly kind: 'document' | 'object' | 'array'
  readonly parent: Stack | undefined
  readonly states: Map<Mode, JsonState>
  object?: Stack
  array?: Stack
}

/** Where in a value, a text or a word a place is. Words and escapes carry what is still to come. */
type Mode =
  | 'value' | 'value-or-end' | 'key' | 'key-or-end' | 'colon' | 'after' | 'string' | 'key-string' | `${'' | 'key-'}escape:${number}`
  | 'minus' | 'zero' | 'digits' | 'point' | 'fraction' | 'exponent' | 'exponent-sign' | 'exponent-digits' | `word:${string}`

export interface JsonState {
  readonly stack: Stack
  readonly mode: Mode
}

const numberEnds: ReadonlySet<Mode> = new Set<Mode>(['zero', 'digits', 'fraction', 'exponent-digits'])
const isSpace = (character: string): boolean => character === ' ' || character === '\n' || character === '\r' || character === '\t'
const isDigit = (character: string): boolean => character >= '0' && character <= '9'

function stateOf(stack: Stack, mode: Mode): JsonState {
  let state = stack.states.get(mode)
  if (!state) stack.states.set(mode, (state = { stack, mode }))
  return state
}

const within = (parent: Stack, kind: 'object' | 'array'): Stack => (parent[kind] ??= { kind, parent, states: new Map() })

const openers: ReadonlyMap<string, (stack: Stack) => JsonState> = new Map(Object.entries<(stack: Stack) => JsonState>({
  '{': (stack) => stateOf(within(stack, 'object'), 'key-or-end'),
  '[': (stack) => stateOf(within(stack, 'array'), 'value-or-end'),
  '"': (stack) => stateOf(stack, 'string'),
  '-': (stack) => stateOf(stack, 'minus'),
  '0': (stack) => stateOf(stack, 'zero'),
  t: (stack) => stateOf(stack, 'word:rue'),
  f: (stack) => stateOf(stack, 'word:alse'),
  n: (stack) => stateOf(stack, 'word:ull'),
}))

function beginValue(stack: Stack, character: string): JsonState | undefined {
  if (character >= '1' && character <= '9') return stateOf(stack, 'digits')
  return openers.get(character)?.(stack)
}

function afterValue(stack: Stack, character: string): JsonState | undefined {
  if (isSpace(character)) return stateOf(stack, 'after')
  if (character === ',' && stack.kind !== 'document') return stateOf(stack, stack.kind === 'object' ? 'key' : 'value')
  if (stack.parent && character === (stack.kind === 'object' ? '}' : ']')) return stateOf(stack.parent, 'after')
  return undefined
}

function inNumber(stack: Stack, mode: Mode, character: string): JsonState | undefined {
  const to = (next: Mode): JsonState => stateOf(stack, next)
  if (isDigit(character)) {
    if (mode === 'minus') return to(character === '0' ? 'zero' : 'digits')
    if (mode === 'point') return to('fraction')
    if (mode === 'exponent' || mode === 'exponent-sign') return to('exponent-digits')
    return mode === 'zero' ? undefined : to(mode)
  }
  if (character === '.' && (mode === 'zero' || mode === 'digits')) return to('point')
  if ((character === 'e' || character === 'E') && numberEnds.has(mode) && mode !== 'exponent-digits') return to('exponent')
  if ((character === '+' || character === '-') && mode === 'exponent') return to('exponent-sign')
  return numberEnds.has(mode) ? afterValue(stack, character) : undefined
}

function inString(state: JsonState, character: string): JsonState | undefined {
  const { stack, mode } = state
  if (character === '"') return stateOf(stack, mode === 'string' ? 'after' : 'colon')
  if (character === '\\') return stateOf(stack, mode === 'string' ? 'escape:0' : 'key-escape:0')
  return character < ' ' ? undefined : state
}

/** After a backslash (0), or with so many hex digits to come. */
function inEscape(stack: Stack, mode: Mode, character: string): JsonState | undefined {
  const key = mode.startsWith('key-')
  const left = Number(mode.slice(mode.indexOf(':') + 1))
  const back = (): JsonState => stateOf(stack, key ? 'key-string' : 'string')
  if (left === 0) {
    if (character === 'u') return stateOf(stack, key ? 'key-escape:4' : 'escape:4')
    return '"\\/bfnrt'.includes(character) ? back() : undefined
  }
  if (!/[0-9a-fA-F]/.test(character)) return undefined
  return left === 1 ? back() : stateOf(stack, `${key ? 'key-' : ''}escape:${left - 1}`)
}

function advance(state: JsonState, character: string): JsonState | undefined {
  const { stack, mode } = state
  switch (mode) {
    case 'string':
    case 'key-string': return inString(state, character)
    case 'value': return isSpace(character) ? state : beginValue(stack, character)
    case 'value-or-end':
      if (isSpace(character)) return state
      return character === ']' && stack.parent ? stateOf(stack.parent, 'after') : beginValue(stack, character)
    case 'key':
    case 'key-or-end':
      if (isSpace(character)) return state
      if (character === '"') return stateOf(stack, 'key-string')
      return character === '}' && mode === 'key-or-end' && stack.parent ? stateOf(stack.parent, 'after') : undefined
    case 'colon': return isSpace(character) ? state : character === ':' ? stateOf(stack, 'value') : undefined
    case 'after': return afterValue(stack, character)
    default: break
  }
  if (mode.startsWith('word:')) {
    if (character !== mode[5]) return undefined
    return stateOf(stack, mode.length === 6 ? 'after' : `word:${mode.slice(6)}`)
  }
  return mode.includes('escape:') ? inEscape(stack, mode, character) : inNumber(stack, mode, character)
}

function place(state: JsonState): Placement<JsonState> {
  const { stack, mode } = state
  switch (mode) {
    case 'string': return { state, position: 'json:string' }
    case 'key-string': return { state, position: 'json:key' }
    case 'value':
    case 'value-or-end': return { state: stateOf(stack, 'after'), position: 'json:value' }
    case 'key':
    case 'key-or-end': return { problem: 'a key of a JSON object needs quotes around it', suggestion: '"{{…}}"' }
    case 'colon': return { problem: 'a colon is expected before this value' }
    case 'after': return { problem: 'a comma is expected before this value, or quotes around what belongs together' }
    default:
      return mode.includes('escape')
        ? { problem: 'a JSON escape cannot be put together from a value' }
        : { problem: 'a number or word cannot be put together from a value: put quotes around it' }
  }
}

const expectations: Readonly<Partial<Record<Mode, string>>> = {
  value: 'a value', 'value-or-end': 'a value or ]', key: 'a key in quotes', 'key-or-end': 'a key in quotes or }', colon: 'a colon',
}

const closing = { document: 'the end', object: 'a comma or }', array: 'a comma or ]' } as const

function explain({ mode, stack }: JsonState, character: string): string {
  const shown = JSON.stringify(character)
  if (mode === 'string' || mode === 'key-string') return `a line break or control character in a JSON text must be escaped, not ${shown}`
  if (mode.includes('escape')) return `${shown} is not a JSON escape`
  if (character === "'" || character === '/' || character === '#') return `JSON has no ${character === "'" ? 'single quotes' : 'comments'}: ${shown}`
  const expected = expectations[mode] ?? (mode === 'after' ? closing[stack.kind] : 'the rest of a number or word')
  return `this is not JSON: ${expected} is expected, not ${shown}`
}

function unfinished({ mode, stack }: JsonState): string | undefined {
  if (stack.kind === 'document' && (mode === 'after' || numberEnds.has(mode))) return undefined
  if (stack.kind === 'document' && mode === 'value') return 'a JSON value is expected, and the template may come out empty'
  return `the JSON ends too early: ${stack.kind === 'document' ? 'a value' : stack.kind === 'object' ? 'an object' : 'a list'} is not closed`
}

/** JSON as `JSON.parse` reads it. A template that this automaton accepts on every way through it always parses. */
export const createJsonAutomaton = (): Automaton<JsonState> => ({
  code: 'invalid-json', start: stateOf({ kind: 'document', parent: undefined, states: new Map() }, 'value'), advance, place, explain, unfinished,
})
