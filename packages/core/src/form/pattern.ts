import { RE2JS } from 're2js'

/** A compiled pattern, or why RE2 refuses it. */
export type CompiledPattern = { readonly ok: true; readonly test: (text: string) => boolean } | { readonly ok: false; readonly reason: string }

const MOST_KEPT = 1_000

/** A catalog has few patterns in many fields, and compiling one costs as much as reading ten fields. The oldest are dropped. */
const kept = new Map<string, CompiledPattern>()

/** Compiles a pattern for linear-time, unanchored search. Look-around and back-references are refused. */
export const compilePattern = (pattern: string): CompiledPattern => {
  const known = kept.get(pattern)
  if (known !== undefined) return known
  const compiled = compile(pattern)
  const [oldest] = kept.size < MOST_KEPT ? [] : kept.keys()
  if (oldest !== undefined) kept.delete(oldest)
  kept.set(pattern, compiled)
  return compiled
}

const compile = (pattern: string): CompiledPattern => {
  try {
    const compiled = RE2JS.compile(pattern)
    return { ok: true, test: (text) => compiled.test(text) }
  } catch (error) {
    return { ok: false, reason: error instanceof Error ? error.message : 'it cannot be read' }
  }
}
