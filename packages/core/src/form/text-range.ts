const digit = (from: number, to: number): string => from === to ? `${from}` : `[${from}-${to}]`

/** A digit may stand where the bound has one; every other character must be the bound's own. */
const anyTail = (tail: string): string => tail.replace(/[0-9]/g, '[0-9]')

const beyond = (bound: string, wider: (value: number) => string | undefined): string => {
  const branches = [bound]
  for (const [index, character] of [...bound].entries()) {
    if (!/[0-9]/.test(character)) continue
    const range = wider(Number(character))
    if (range !== undefined) branches.push(`${bound.slice(0, index)}${range}${anyTail(bound.slice(index + 1))}`)
  }
  return `^(?:${branches.join('|')})$`
}

/**
 * A pattern for the texts of the bound's own layout (digits and separators, such as a date) that are not before it. It lets the
 * published schema say "not before" in plain JSON Schema, which has no keyword for the order of dates.
 */
export const atLeastPattern = (bound: string): string => beyond(bound, (value) => value === 9 ? undefined : digit(value + 1, 9))

/** As `atLeastPattern`, for texts that are not after the bound. */
export const atMostPattern = (bound: string): string => beyond(bound, (value) => value === 0 ? undefined : digit(0, value - 1))

/** A pattern that finds exactly this text, in RE2 and in JavaScript alike. */
export const literalPattern = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
