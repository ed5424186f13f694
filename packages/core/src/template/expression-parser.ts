import { limits } from './limits.js'
import { readPath } from './path-parser.js'
import { peekName, placed, skipSpace } from './parse-session.js'
import type { ParseSession } from './parse-session.js'
import { heightOf } from './syntax.js'
import type { Expression, Literal, PathExpression, SubExpression } from './syntax.js'

type Read = Expression | undefined

/** Signs between two operands, loosest first. A pipe and `!` bind tighter. */
const precedences: ReadonlyMap<string, number> = new Map([
  ['||', 1], ['&&', 2], ['==', 3], ['!=', 3], ['>=', 4], ['<=', 4], ['>', 4], ['<', 4], ['includes', 4],
])
const signs = ['||', '&&', '==', '!=', '>=', '<=', '>', '<']

/** Words that never begin an operand: they belong to the sentence around it, or to another language. */
const reserved: ReadonlySet<string> = new Set(['includes', 'as', '-', '?', ':', ':='])

const number = /-?\d+(?:\.\d+)?(?![^\s!"#%-,./;->@[-^`{-~]|[./[])/y

/** Reads one expression with everything that belongs to it. `undefined` after reporting what is wrong. */
export function readExpression(session: ParseSession): Read {
  return readBinary(session, 1)
}

function readBinary(session: ParseSession, least: number): Read {
  const start = session.at
  let left = readUnary(session)
  while (left) {
    skipSpace(session)
    const sign = peekSign(session)
    const precedence = precedences.get(sign)
    if (precedence === undefined || precedence < least) return left
    const path = readName(session, sign)
    const right = readBinary(session, precedence + 1)
    left = right && makeCall(session, start, path, [left, right], right.range[1])
  }
  return left
}

const peekSign = (session: ParseSession): string =>
  signs.find((sign) => session.source.startsWith(sign, session.at)) ?? (peekName(session) === 'includes' ? 'includes' : '')

function readUnary(session: ParseSession): Read {
  skipSpace(session)
  const start = session.at
  if (session.source[start] !== '!' || session.source[start + 1] === '=') return readPiped(session)
  const path = readName(session, '!')
  const operand = nested(session, () => readUnary(session))
  return operand && makeCall(session, start, path, [operand], operand.range[1])
}

function readPiped(session: ParseSession): Read {
  skipSpace(session)
  const start = session.at
  let left = readSpaceCall(session)
  while (left) {
    skipSpace(session)
    if (session.source[session.at] !== '|' || session.source[session.at + 1] === '|') return left
    session.at += 1
    skipSpace(session)
    const name = peekName(session)
    if (name === '') return session.report('syntax', [session.at, session.at + 1], 'a function is expected after |')
    const path = readName(session, name)
    const inParentheses = session.source[session.at] === '('
    const rest = inParentheses ? readArguments(session) : readOperands(session)
    left = rest && makeCall(session, start, path, [left, ...rest], inParentheses ? session.at : endOf(path, rest))
  }
  return left
}

/** An operand, or a call whose arguments follow with spaces: `json request.data`. */
function readSpaceCall(session: ParseSession): Read {
  const start = session.at
  const first = readPrimary(session)
  if (first?.type !== 'PathExpression' || !isSimpleName(first)) return first
  const operands = readOperands(session)
  if (!operands) return undefined
  return operands.length === 0 ? first : makeCall(session, start, first, operands, endOf(first, operands))
}

const isSimpleName = (path: PathExpression): boolean =>
  !path.data && path.depth === 0 && path.parts.length === 1 && path.spelling === undefined && path.fromThis !== true

/** Operands with spaces between them, up to something that is none. */
function readOperands(session: ParseSession): Expression[] | undefined {
  const operands: Expression[] = []
  for (;;) {
    const before = session.at
    skipSpace(session)
    if (session.at === before || !beginsOperand(session)) return operands
    if (isNamedArgument(session)) {
      return session.report('not-supported', [session.at, session.at + 1], 'named arguments are not supported: give them by position')
    }
    const operand = readPrimary(session)
    if (!operand) return undefined
    operands.push(operand)
  }
}

function beginsOperand(session: ParseSession): boolean {
  const sign = session.source[session.at]
  if (sign !== undefined && '"\'(@.['.includes(sign)) return true
  const name = peekName(session)
  return name !== '' && !reserved.has(name)
}

function isNamedArgument(session: ParseSession): boolean {
  const after = session.at + peekName(session).length
  return after > session.at && session.source[after] === '=' && session.source[after + 1] !== '='
}

function readPrimary(session: ParseSession): Read {
  const { source, at } = session
  const sign = source[at]
  if (sign === '(') return readParentheses(session)
  if (sign === '"' || sign === "'") return readString(session, sign)
  number.lastIndex = at
  const digits = number.exec(source)?.[0]
  if (digits !== undefined) {
    session.at += digits.length
    return { type: 'NumberLiteral', value: Number(digits), original: Number(digits), ...placed(session, at) }
  }
  return readWord(session) ?? readPathOrCall(session)
}

/** `true`, `false`, `null`, `undefined` standing alone. */
function readWord(session: ParseSession): Literal | undefined {
  const start = session.at
  const name = peekName(session)
  if (!['true', 'false', 'null', 'undefined'].includes(name) || './[('.includes(session.source[start + name.length] ?? ' ')) return undefined
  session.at += name.length
  if (name === 'null') return { type: 'NullLiteral', value: null, original: null, ...placed(session, start) }
  if (name === 'undefined') return { type: 'UndefinedLiteral', ...placed(session, start) }
  return { type: 'BooleanLiteral', value: name === 'true', original: name === 'true', ...placed(session, start) }
}

function readPathOrCall(session: ParseSession): Read {
  const start = session.at
  const name = peekName(session)
  if (reserved.has(name) && name !== 'includes') return session.report('syntax', [start, start + name.length], `a value is expected before "${name}"`)
  const path = readPath(session)
  if (!path || session.source[session.at] !== '(') return path
  if (!isSimpleName(path)) return session.report('unknown-function', path.range, `"${path.original}" is not a function`)
  const args = readArguments(session)
  return args && makeCall(session, start, path, args, session.at)
}

/** A text between quotes. As in Handlebars a backslash hides a quote and nothing else. */
function readString(session: ParseSession, quote: string): Read {
  const { source, at } = session
  let end = source.indexOf(quote, at + 1)
  while (end > 0 && source[end - 1] === '\\') end = source.indexOf(quote, end + 1)
  if (end < 0) {
    session.at = source.length
    return session.report('syntax', [at, source.length], `this ${quote} is not closed`)
  }
  session.at = end + 1
  const value = source.slice(at + 1, end).replaceAll(`\\${quote}`, quote)
  return { type: 'StringLiteral', value, original: value, ...placed(session, at) }
}

function readParentheses(session: ParseSession): Read {
  const start = session.at
  session.at += 1
  const inner = nested(session, () => readExpression(session))
  if (!inner || !expect(session, ')', start)) return undefined
  return inner.type === 'SubExpression' ? { ...inner, ...placed(session, start) } : inner
}

/** `(a, b)` after a function's name. */
function readArguments(session: ParseSession): Expression[] | undefined {
  const start = session.at
  const args: Expression[] = []
  session.at += 1
  skipSpace(session)
  while (session.source[session.at] !== ')') {
    const arg = nested(session, () => readExpression(session))
    if (!arg) return undefined
    args.push(arg)
    skipSpace(session)
    if (session.source[session.at] !== ',') break
    session.at += 1
    skipSpace(session)
  }
  return expect(session, ')', start) ? args : undefined
}

function expect(session: ParseSession, sign: string, opened: number): boolean {
  skipSpace(session)
  if (session.source[session.at] === sign) {
    session.at += 1
    return true
  }
  const [message, suggestion] = describeUnexpected(session)
  if (session.source.startsWith('}}', session.at) || session.at >= session.source.length) session.report('syntax', [opened, opened + 1], 'this ( is not closed')
  else session.report(suggestion ? 'not-supported' : 'syntax', [session.at, session.at + 1], message)
  return false
}

/** What stands where an operator or the end of the tag should, and whether another language is at work. */
export function describeUnexpected(session: ParseSession): readonly [message: string, foreign: boolean] {
  const sign = session.source[session.at] ?? ''
  const name = peekName(session)
  if (session.source.startsWith(':=', session.at)) return ['variables are not supported: name the element with {{#each list as item}}', true]
  if (name === '?' || name === ':') return ['"? :" is not supported: use {{#if}}…{{else}}…{{/if}}', true]
  if (name === '-' || '+*/%'.includes(sign)) return ['arithmetic is not supported: let the action or a form default compute it', true]
  if (sign === '=') return ['"=" is not an operator: use ==', true]
  return [`"${name || sign}" is not expected here`, false]
}

function nested(session: ParseSession, read: () => Read): Read {
  if (session.depth >= limits.nesting) {
    return session.report('limit', [session.at, session.at + 1], `expressions nest deeper than ${limits.nesting}`)
  }
  session.depth += 1
  const result = read()
  session.depth -= 1
  return result
}

/** A name or a sign as the path of a call. */
function readName(session: ParseSession, name: string): PathExpression {
  const start = session.at
  session.at += name.length
  return { type: 'PathExpression', data: false, depth: 0, parts: [name], original: name, ...placed(session, start) }
}

const endOf = (path: PathExpression, operands: readonly Expression[]): number => operands.at(-1)?.range[1] ?? path.range[1]

/** Go's `and a b c` is `and (and a b) c`. */
function makeCall(session: ParseSession, start: number, path: PathExpression, params: readonly Expression[], end: number): SubExpression | undefined {
  const last = params.at(-1)
  if (last && params.length > 2 && (path.original === 'and' || path.original === 'or')) {
    const first = makeCall(session, start, path, params.slice(0, -1), end)
    return first && makeCall(session, start, path, [first, last], end)
  }
  const height = 1 + Math.max(0, ...params.map(heightOf))
  if (height > limits.chain) return session.report('limit', path.range, `more than ${limits.chain} operators follow each other`)
  return { type: 'SubExpression', path, params, height, ...placed(session, start, end) }
}
