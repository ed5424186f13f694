const width = (text) => [...text].length

const pad = (text, size) => text + ' '.repeat(size - width(text))

/** A table for a terminal: columns as wide as their widest cell. A first cell that says the same as the one above is left empty. */
export const textTable = (head, rows) => {
  const widths = head.map((title, column) => Math.max(width(title), ...rows.map((row) => width(row[column]))))
  const line = (cells) => cells.map((cell, column) => pad(cell, widths[column])).join('  ').trimEnd()
  const body = rows.map((row, index) => line(index > 0 && rows[index - 1][0] === row[0] ? ['', ...row.slice(1)] : row))
  return [line(head), line(widths.map((size) => '─'.repeat(size))), ...body].join('\n')
}

const escape = (text) => text.replaceAll('|', '\\|')

/** The same in Markdown. */
export const markdownTable = (head, rows) => {
  const line = (cells) => `| ${cells.map(escape).join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}
