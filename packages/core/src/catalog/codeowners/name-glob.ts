/** One place of a glob over a single name: a character, any one character, any run of them, or one of a set. */
export type NameToken =
  | { readonly kind: 'character'; readonly text: string }
  | { readonly kind: 'one' }
  | { readonly kind: 'run' }
  | { readonly kind: 'set'; readonly negated: boolean; readonly ranges: readonly (readonly [from: string, to: string])[] }

/** Characters of a pattern; an escaped one means itself. */
export interface PatternCharacter {
  readonly text: string
  readonly escaped: boolean
}

/** `\x` is the character x. One backslash at the end is dropped. */
export const patternCharacters = (text: string): readonly PatternCharacter[] => {
  const characters: PatternCharacter[] = []
  let escaped = false
  for (const character of text) {
    if (character === '\\' && !escaped) escaped = true
    else {
      characters.push({ text: character, escaped })
      escaped = false
    }
  }
  return characters
}

const isPlain = (character: PatternCharacter | undefined, text: string): boolean => character !== undefined && !character.escaped && character.text === text

const readSet = (characters: readonly PatternCharacter[], start: number): { readonly token: NameToken; readonly next: number } | undefined => {
  const negated = isPlain(characters[start + 1], '!') || isPlain(characters[start + 1], '^')
  const ranges: (readonly [string, string])[] = []
  let at = start + (negated ? 2 : 1)
  const first = at
  for (; at < characters.length; at += 1) {
    const character = characters[at]
    if (character === undefined) return undefined
    if (isPlain(character, ']') && at > first) return { token: { kind: 'set', negated, ranges }, next: at + 1 }
    const to = characters[at + 2]
    const isRange = isPlain(characters[at + 1], '-') && to !== undefined && !isPlain(to, ']')
    ranges.push([character.text, isRange ? to.text : character.text])
    if (isRange) at += 2
  }
  return undefined
}

/** `sets`: `[a-z]` is one of a set; where one is not closed, its bracket means itself. */
export const nameTokens = (characters: readonly PatternCharacter[], { sets }: { readonly sets: boolean }): readonly NameToken[] => {
  const tokens: NameToken[] = []
  for (let at = 0; at < characters.length;) {
    const character = characters[at]
    if (character === undefined) break
    const set = sets && isPlain(character, '[') ? readSet(characters, at) : undefined
    if (set !== undefined) tokens.push(set.token)
    else if (isPlain(character, '*')) tokens.push({ kind: 'run' })
    else tokens.push(isPlain(character, '?') ? { kind: 'one' } : { kind: 'character', text: character.text })
    at = set?.next ?? at + 1
  }
  return tokens
}

const accepts = (token: NameToken, character: string): boolean => {
  if (token.kind === 'character') return token.text === character
  if (token.kind === 'set') return token.ranges.some(([from, to]) => from <= character && character <= to) !== token.negated
  return true
}

/**
 * Whether a sequence fits a pattern in which `isRun` tells what stands for any number of parts, none included. Only the last run is tried again, so that
 * no pattern takes longer than the product of both lengths.
 */
export const fitsRuns = <Token, Part>(tokens: readonly Token[], parts: readonly Part[], isRun: (token: Token) => boolean, fits: (token: Token, part: Part) => boolean): boolean => {
  let [token, part, run, resume] = [0, 0, -1, 0]
  while (part < parts.length) {
    const current = tokens[token]
    if (current !== undefined && isRun(current)) {
      run = token
      resume = part
      token += 1
    } else if (current !== undefined && fits(current, parts[part] as Part)) {
      token += 1
      part += 1
    } else if (run === -1) return false
    else {
      resume += 1
      part = resume
      token = run + 1
    }
  }
  return tokens.slice(token).every(isRun)
}

/** Whether a name fits its pattern as a whole. */
export const fitsName = (tokens: readonly NameToken[], name: string): boolean =>
  fitsRuns(tokens, [...name], ({ kind }) => kind === 'run', accepts)
