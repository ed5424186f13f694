import { RE2JS } from 're2js'

/** A compiled pattern, or why RE2 refuses it. */
export type CompiledPattern = { readonly ok: true; readonly test: (text: string) => boolean } | { readonly ok: false; readonly reason: string }

/** Compiles a pattern for linear-time, unanchored search. Look-around and back-references are refused. */
export const compilePattern = (pattern: string): CompiledPattern => {
  try {
    const compiled = RE2JS.compile(pattern)
    return { ok: true, test: (text) => compiled.test(text) }
  } catch (error) {
    return { ok: false, reason: error instanceof Error ? error.message : 'it cannot be read' }
  }
}
