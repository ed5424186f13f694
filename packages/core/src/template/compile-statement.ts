import { compileBlock } from './compile-block.js'
import { compileExpression } from './compile-expression.js'
import type { Compiler, Place } from './compiler.js'
import { encoderFor } from './encode.js'
import { chargeSize, failRun } from './frame.js'
import type { Write } from './frame.js'
import { type Position, isKeyPosition, isValuePosition } from './position.js'
import type { Expression, MustacheStatement, Program, Statement } from './syntax.js'

/** A list of statements as one function of a frame; contents that touch become one. */
export function compileProgram(compiler: Compiler, program: Program | undefined, place: Place): Write {
  const texts: string[] = ['']
  const writes: Write[] = []
  for (const statement of program?.body ?? []) {
    if (statement.type === 'ContentStatement') {
      texts[texts.length - 1] += statement.value
    } else {
      const write = compileStatement(compiler, statement, place)
      if (write) {
        writes.push(write)
        texts.push('')
      }
    }
  }
  return unroll(texts, writes)
}

/** `texts[0] + writes[0] + texts[1] + …`, spelled out in pieces of at most four. */
function unroll(texts: readonly string[], writes: readonly Write[]): Write {
  const [a = '', b = '', c = '', d = '', e = ''] = texts
  const [f, g, h, i] = writes
  if (!f) return () => a
  if (!g) return (frame) => a + f(frame) + b
  if (!h) return (frame) => a + f(frame) + b + g(frame) + c
  if (!i) return (frame) => a + f(frame) + b + g(frame) + c + h(frame) + d
  if (writes.length === 4) return (frame) => a + f(frame) + b + g(frame) + c + h(frame) + d + i(frame) + e
  const head = unroll([a, b, c, d, ''], writes.slice(0, 4))
  const tail = unroll(texts.slice(4), writes.slice(4))
  return (frame) => head(frame) + tail(frame)
}

function compileStatement(compiler: Compiler, statement: Statement, place: Place): Write | undefined {
  switch (statement.type) {
    case 'MustacheStatement': return compileMustache(compiler, statement, place)
    case 'BlockStatement': return compileBlock(compiler, statement, place, compileProgram)
    case 'ContentStatement':
    case 'CommentStatement': return undefined
  }
}

function compileMustache(compiler: Compiler, statement: MustacheStatement, place: Place): Write {
  const { range } = statement
  const position = compiler.positions.get(statement)
  const evaluate = compileExpression(compiler, written(statement.expression, position), place)
  if (position === undefined) {
    return (frame) => {
      failRun(frame.run, 'position', 'this place was proven to be out of reach', range)
      return ''
    }
  }
  warn(compiler, statement, position)
  const encode = encoderFor(position)
  return (frame) => {
    const text = encode(evaluate(frame), frame.run, range)
    return chargeSize(frame.run, text.length) ? text : ''
  }
}

/** Where a whole value is due, `json(x)` means x: encoding twice would make a text of it. */
function written(expression: Expression, position: Position | undefined): Expression {
  if (!isValuePosition(position) || expression.type !== 'SubExpression') return expression
  const [only] = expression.params
  return ['json', 'jsonencode', 'toJson'].includes(expression.path.original) && only && expression.params.length === 1 ? only : expression
}

function warn(compiler: Compiler, { expression, escaped, range }: MustacheStatement, position: Position): void {
  const { report, target } = compiler
  const severity = 'warning'
  if (!escaped && (target === 'json' || target === 'yaml' || target === 'hcl')) report('triple', range, '{{{x}}} means the same as {{x}}; for an object around the value put spaces between the braces', { severity, suggestion: '{{…}}' })
  if (isKeyPosition(position)) report('dynamic-key', range, 'a key made from a value may repeat another key of its object', { severity })
  if (position !== 'json:string' || expression.type !== 'SubExpression' || expression.path.original !== 'join') return
  const [list, separator] = expression.params
  if (separator?.type === 'StringLiteral' && separator.value.includes('"')) {
    const name = list && 'original' in list ? String(list.original) : '…'
    report('join-in-quotes', range, 'this becomes one text with escaped quotes in it, not several values', { severity, suggestion: `{{json(${name})}} without quotes and brackets around it` })
  }
}
