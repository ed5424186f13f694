import { decide } from './loop-flags.js'
import type { LoopFlags } from './loop-flags.js'
import type { Report } from './parse-session.js'
import type { Automaton, Position } from './position.js'
import type { BlockStatement, ContentStatement, MustacheStatement, Program, Statement } from './syntax.js'

/** Different states at one place: more than this and the branches cannot be meant. */
const mostStates = 32

/** Few, each once: a list is faster than a set. */
type States<State> = readonly State[]

/** What a statement led to from one state, under one kind of loop flags. */
interface Walked<State> {
  readonly from: State
  readonly turn: number
  readonly to: States<State>
}

interface Search<State> {
  readonly automaton: Automaton<State>
  readonly report: Report
  readonly positions: Map<MustacheStatement, Position>
  /** Results by statement, state and loop flags: what was seen once is never walked again, which keeps nested loops linear. */
  readonly known: Map<Statement, Walked<State>[]>
  /** Set when the states at one place became too many. */
  exhausted: boolean
}

/**
 * Runs the target's automaton over every way through the template at once, and finds what each expression stands in. Sound:
 * when it reports no error, every rendering is a text that the automaton accepts, whatever the values. Branches are united,
 * a loop is zero turns, or one, or a first, any number of middle ones and a last.
 */
export function findPositions<State>(program: Program, automaton: Automaton<State>, end: number, report: Report): ReadonlyMap<MustacheStatement, Position> {
  const search: Search<State> = { automaton, report, positions: new Map(), known: new Map(), exhausted: false }
  for (const state of runBody(search, program, [automaton.start], undefined)) {
    const problem = automaton.unfinished(state)
    if (problem !== undefined) report(automaton.code, [Math.max(0, end - 1), end], problem)
  }
  return search.positions
}

function runBody<State>(search: Search<State>, program: Program | undefined, from: States<State>, flags: LoopFlags | undefined): States<State> {
  let states = from
  for (const statement of program?.body ?? []) {
    const [only] = states
    const next = states.length === 1 && only !== undefined ? runStatement(search, statement, only, flags) : union(...states.map((state) => runStatement(search, statement, state, flags)))
    if (next.length > mostStates && !search.exhausted) {
      search.exhausted = true
      search.report(search.automaton.code, statement.range, 'the branches before this end in too many different places of the target')
    }
    states = search.exhausted ? [] : next
  }
  return states
}

function runStatement<State>(search: Search<State>, statement: Statement, state: State, flags: LoopFlags | undefined): States<State> {
  let walked = search.known.get(statement)
  if (!walked) search.known.set(statement, (walked = []))
  // Only blocks look at the flags.
  const turn = flags && statement.type === 'BlockStatement' ? 1 + (flags.first ? 1 : 0) + (flags.last ? 2 : 0) : 0
  const known = walked.find((each) => each.from === state && each.turn === turn)
  if (known) return known.to
  const to = runOne(search, statement, state, flags)
  walked.push({ from: state, turn, to })
  return to
}

function runOne<State>(search: Search<State>, statement: Statement, state: State, flags: LoopFlags | undefined): States<State> {
  switch (statement.type) {
    case 'CommentStatement': return [state]
    case 'ContentStatement': return runContent(search, statement, state)
    case 'MustacheStatement': return runMustache(search, statement, state)
    case 'BlockStatement': return runBlock(search, statement, state, flags)
  }
}

function runContent<State>(search: Search<State>, statement: ContentStatement, from: State): States<State> {
  const { automaton, report } = search
  let state = from
  for (let index = 0; index < statement.value.length; index += 1) {
    const character = statement.value[index] as string
    const next = automaton.advance(state, character)
    if (next === undefined) {
      const offset = sourceOffset(statement, index)
      report(automaton.code, [offset, offset + 1], automaton.explain(state, character))
      return []
    }
    state = next
  }
  return [state]
}

/** Whitespace control takes white space at either end, so the rest keeps its order. */
function sourceOffset(statement: ContentStatement, index: number): number {
  const taken = statement.original.length - statement.original.trimStart().length - (statement.value.length - statement.value.trimStart().length)
  return statement.range[0] + Math.max(0, taken) + index
}

function runMustache<State>(search: Search<State>, statement: MustacheStatement, state: State): States<State> {
  const placement = search.automaton.place(state, statement.expression)
  if ('problem' in placement) {
    search.report('position', statement.range, placement.problem, placement.suggestion === undefined ? {} : { suggestion: placement.suggestion })
    return []
  }
  const before = search.positions.get(statement)
  if (before !== undefined && before !== placement.position) {
    search.report('position', statement.range, `this stands in different places (${before}, ${placement.position}) depending on the branches before it`)
    return []
  }
  search.positions.set(statement, placement.position)
  return [placement.state]
}

const union = <State>(...lists: States<State>[]): States<State> => [...new Set(lists.flat() as State[])]

function runBlock<State>(search: Search<State>, block: BlockStatement, state: State, flags: LoopFlags | undefined): States<State> {
  const from = [state]
  const name = block.path.original
  if (name === 'each') return runEach(search, block, from, flags)
  if (name !== 'if' && name !== 'unless' && name !== 'with') return runSection(search, block, from, flags)
  const truth = name === 'with' ? undefined : decide(block.params[0], flags)
  const holds = name === 'unless' && truth !== undefined ? !truth : truth
  return union(
    holds === false ? [] : runBody(search, block.program, from, flags),
    holds === true ? [] : runBody(search, block.inverse, from, flags)
  )
}

function runEach<State>(search: Search<State>, block: BlockStatement, from: States<State>, flags: LoopFlags | undefined): States<State> {
  const turn = (states: States<State>, first: boolean, last: boolean): States<State> => runBody(search, block.program, states, { first, last })
  const middle = repeat(turn(from, true, false), (states) => turn(states, false, false))
  return union(runBody(search, block.inverse, from, flags), turn(from, true, true), turn(middle, false, true))
}

/** A section may be a loop, a look into an object, or a condition: any number of turns, with flags that nobody knows. */
const runSection = <State>(search: Search<State>, block: BlockStatement, from: States<State>, flags: LoopFlags | undefined): States<State> =>
  union(runBody(search, block.inverse, from, flags), repeat(runBody(search, block.program, from, undefined), (states) => runBody(search, block.program, states, undefined)))

/** All states that any number of further turns leads to. */
function repeat<State>(from: States<State>, turn: (states: States<State>) => States<State>): States<State> {
  let states = from
  for (let size = -1; size !== states.length && states.length <= mostStates; ) {
    size = states.length
    states = union(states, turn(states))
  }
  return states
}
