/** Limits of one template and of one rendering (catalog-format 3.5). Not settings: a document that loads here must load everywhere. */
export const limits = {
  /** UTF-16 units of source. */
  source: 65_536,
  /** Blocks within blocks, and parentheses or calls within each other. */
  nesting: 20,
  /** Links of one `else if` chain, cases of one switch, and steps of one chain of operators or pipes. */
  chain: 100,
  /** Issues answered for one template. */
  issues: 20,
  /** UTF-16 units of the rendered text. */
  output: 1_048_576,
  /** Turns of all loops of one rendering together. */
  iterations: 10_000,
  /** Statements executed in one rendering. */
  statements: 1_000_000,
  /** UTF-16 units that functions may go through in one rendering. */
  work: 16_777_216,
} as const
