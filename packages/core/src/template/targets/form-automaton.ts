import type { Automaton, Placement } from '../position.js'

/** Parts of `name=value&name=value`; `-1` and `-2`: hexadecimal digits of a percent sign that are still to come. `end`: behind the last line. */
export type FormState = 'start' | 'key' | 'key-2' | 'key-1' | 'value' | 'value-2' | 'value-1' | 'end'

const isHex = (character: string): boolean => /[0-9a-f]/i.test(character)

function advance(state: FormState, character: string): FormState | undefined {
  if (character === '\n' || character === '\r') return ['start', 'key', 'value', 'end'].includes(state) ? 'end' : undefined
  if (state === 'end' || character <= ' ' || character > '~') return undefined
  switch (state) {
    case 'key-2': case 'value-2': return isHex(character) ? (state === 'key-2' ? 'key-1' : 'value-1') : undefined
    case 'key-1': case 'value-1': return isHex(character) ? (state === 'key-1' ? 'key' : 'value') : undefined
    default: break
  }
  if (character === '&') return 'start'
  if (state === 'value') return character === '%' ? 'value-2' : 'value'
  return character === '=' ? 'value' : character === '%' ? 'key-2' : 'key'
}

function place(state: FormState): Placement<FormState> {
  switch (state) {
    case 'start': case 'key': return { state: 'key', position: 'form:key' }
    case 'value': return { state, position: 'form:value' }
    case 'end': return { problem: 'a form stands on one line: name=value&name=value' }
    default: return { problem: 'a percent sequence cannot be put together from a value' }
  }
}

function explain(state: FormState, character: string): string {
  if (state.endsWith('1') || state.endsWith('2')) return 'a % in a form is followed by two hexadecimal digits: write %25 for the sign itself'
  if (state === 'end' || character === '\n' || character === '\r') return 'a form stands on one line: name=value&name=value'
  return `${JSON.stringify(character)} must be percent-encoded in a form`
}

/** `application/x-www-form-urlencoded`, as `URLSearchParams` reads it. Line breaks may end it. */
export const formAutomaton: Automaton<FormState> = {
  code: 'invalid-form', start: 'start', advance, place, explain,
  unfinished: (state) => (state.endsWith('1') || state.endsWith('2') ? 'a percent sequence is not finished' : undefined),
}
