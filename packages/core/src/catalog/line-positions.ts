/** Line and column, both from 1, of offsets in a text. */
export type Position = (offset: number) => { readonly line: number; readonly column: number }

/** Lines end with LF, CRLF or CR, as YAML says. Offsets outside of the text are taken to its nearest end. */
export const linePositions = (source: string): Position => {
  const starts = [0, ...[...source.matchAll(/\r\n?|\n/g)].map((found) => found.index + found[0].length)]
  return (offset) => {
    const at = Math.max(0, Math.min(offset, source.length))
    let [low, high] = [0, starts.length - 1]
    while (low < high) {
      const middle = Math.ceil((low + high) / 2)
      if ((starts[middle] ?? 0) <= at) low = middle
      else high = middle - 1
    }
    return { line: low + 1, column: at - (starts[low] ?? 0) + 1 }
  }
}
