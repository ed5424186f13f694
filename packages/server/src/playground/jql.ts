/** One condition of a query: the field, whether it is turned round, and the texts it is compared with. */
export interface JqlClause {
  readonly field: string
  readonly operator: '=' | '!=' | '~' | 'in'
  readonly values: readonly string[]
}

const token = /\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|(!=|[=~(),]|[^\s=~(),!"']+))/y

interface Token { readonly text: string; readonly quoted: boolean }

const scan = (jql: string): readonly Token[] | undefined => {
  const tokens: Token[] = []
  token.lastIndex = 0
  while (jql.slice(token.lastIndex).trim() !== '') {
    const match = token.exec(jql)
    if (match === null) return undefined
    const quoted = match[1] ?? match[2]
    tokens.push(quoted === undefined ? { text: match[3] ?? '', quoted: false } : { text: quoted.replaceAll(/\\(.)/g, '$1'), quoted: true })
  }
  return tokens
}

const isWord = (found: Token | undefined, word: string): boolean => found !== undefined && !found.quoted && found.text.toLowerCase() === word

const readList = (tokens: readonly Token[], at: number): { readonly values: readonly string[]; readonly next: number } | undefined => {
  const values: string[] = []
  if (!isWord(tokens[at], '(')) return undefined
  for (let index = at + 1; index < tokens.length; index += 2) {
    const value = tokens[index]
    if (value === undefined) return undefined
    values.push(value.text)
    if (isWord(tokens[index + 1], ')')) return { values, next: index + 2 }
    if (!isWord(tokens[index + 1], ',')) return undefined
  }
  return undefined
}

const readClause = (tokens: readonly Token[], at: number): { readonly clause: JqlClause; readonly next: number } | undefined => {
  const [field, operator, value] = [tokens[at], tokens[at + 1], tokens[at + 2]]
  if (field === undefined || operator === undefined || value === undefined || operator.quoted) return undefined
  if (isWord(operator, 'in')) {
    const list = readList(tokens, at + 2)
    return list && { clause: { field: field.text, operator: 'in', values: list.values }, next: list.next }
  }
  if (operator.text !== '=' && operator.text !== '!=' && operator.text !== '~') return undefined
  return { clause: { field: field.text, operator: operator.text, values: [value.text] }, next: at + 3 }
}

/** The part of JQL that is enough here: clauses joined by AND, an ORDER BY at the end. Undefined: it is something else. */
export const parseJql = (jql: string): readonly JqlClause[] | undefined => {
  const tokens = scan(jql)
  if (tokens === undefined) return undefined
  const clauses: JqlClause[] = []
  let at = 0
  while (at < tokens.length) {
    if (isWord(tokens[at], 'order') && isWord(tokens[at + 1], 'by')) return clauses.length > 0 ? clauses : undefined
    if (clauses.length > 0) {
      if (!isWord(tokens[at], 'and')) return undefined
      at += 1
    }
    const read = readClause(tokens, at)
    if (read === undefined) return undefined
    clauses.push(read.clause)
    at = read.next
  }
  return clauses.length > 0 ? clauses : undefined
}
