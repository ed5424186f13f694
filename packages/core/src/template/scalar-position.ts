/** How a YAML scalar is written in its file. */
export type ScalarStyle = 'plain' | 'single-quoted' | 'double-quoted' | 'literal' | 'folded'

/**
 * Where a character of a scalar's value stands in the scalar's source. `token` is the raw source of the scalar with its quotes
 * or its block header (`|`, `>-`, indentation, comment), `value` what the YAML reader made of it, `offset` a place in
 * `value`. Escapes, folds, indentation and CRLF are followed. The answer counts from the start of `token`.
 */
export function positionInScalar(token: string, style: ScalarStyle, value: string, offset: number): number {
  const found = style === 'literal' || style === 'folded' ? positionInBlock(token, value, offset) : positionInFlow(token, style, offset)
  return Math.min(found, token.length)
}

/** A piece of a flow scalar's source and the piece of its value that it stands for. */
interface Piece {
  readonly text: string
  readonly length: number
}

const inLine = /[ \t]+/y
const fold = /[ \t]*(?:\r\n?|\n)[ \t]*(?:(?:\r\n?|\n)[ \t]*)*/y

function positionInFlow(token: string, style: ScalarStyle, offset: number): number {
  let at = style === 'plain' ? 0 : 1
  let reached = 0
  while (at < token.length) {
    const piece = foldedPiece(token, at) ?? quotedPiece(token, at, style) ?? { text: token[at] ?? '', length: 1 }
    if (reached + piece.text.length > offset) return piece.text.length === piece.length ? at + offset - reached : at
    reached += piece.text.length
    at += piece.length
  }
  return at
}

/** White space: inside of a line it stays; one line break becomes a space, more become one less. */
function foldedPiece(token: string, at: number): Piece | undefined {
  const first = token[at]
  if (first !== ' ' && first !== '\t' && first !== '\r' && first !== '\n') return undefined
  fold.lastIndex = at
  const found = fold.exec(token)?.[0]
  if (found === undefined) {
    inLine.lastIndex = at
    const text = inLine.exec(token)?.[0] ?? first
    return { text, length: text.length }
  }
  const breaks = found.match(/\r\n?|\n/g)?.length ?? 1
  return { text: breaks === 1 ? ' ' : '\n'.repeat(breaks - 1), length: found.length }
}

const escapeLengths: Readonly<Record<string, number>> = { x: 4, u: 6, U: 10 }
const escapedBreak = /\\(?:\r\n?|\n)[ \t]*/y

function quotedPiece(token: string, at: number, style: ScalarStyle): Piece | undefined {
  if (style === 'single-quoted' && token.startsWith("''", at)) return { text: "'", length: 2 }
  if (style !== 'double-quoted' || token[at] !== '\\') return undefined
  escapedBreak.lastIndex = at
  const joined = escapedBreak.exec(token)?.[0]
  if (joined !== undefined) return { text: '', length: joined.length }
  const length = escapeLengths[token[at + 1] ?? ''] ?? 2
  const isAstral = length === 10 && Number.parseInt(token.slice(at + 2, at + 10), 16) > 0xffff
  return { text: isAstral ? '\ud83d\ude00' : ' ', length }
}

/** One line of a block scalar: where it begins, and its text without the line break. */
interface Line {
  readonly start: number
  readonly text: string
}

function linesOf(token: string): Line[] {
  const lines: Line[] = []
  let start = 0
  for (const found of token.matchAll(/\r\n?|\n|$/g)) {
    lines.push({ start, text: token.slice(start, found.index) })
    start = found.index + found[0].length
  }
  return lines
}

const leadingSpaces = (text: string): number => text.length - text.replace(/^ +/, '').length

/** The indentation that the reader took away: what the first line with text has more in the file than in the value. */
function indentationOf(lines: readonly Line[], value: string): number {
  const inFile = lines.find(({ text }) => text.trim() !== '')?.text ?? ''
  const inValue = value.split('\n').find((text) => text.trim() !== '') ?? ''
  return Math.max(0, leadingSpaces(inFile) - leadingSpaces(inValue))
}

/**
 * Finds each line of the file in the value, in order. What stands between two lines there are folds. Serves both styles: in a
 * literal scalar the fold is always a line break.
 */
function positionInBlock(token: string, value: string, offset: number): number {
  const [, ...lines] = linesOf(token)
  const indentation = indentationOf(lines, value)
  let reached = 0
  let end = 0
  for (const { start, text } of lines) {
    const content = text.slice(indentation)
    if (content === '') continue
    while (/[ \t\n]/.test(value[reached] ?? '') && !value.startsWith(content, reached)) reached += 1
    // A place in a fold is the end of the line before it.
    if (offset < reached) return end
    const begin = start + indentation
    if (offset < reached + content.length) return begin + offset - reached
    reached += content.length
    end = begin + content.length
  }
  return end
}
