/** One defence switched off: `find`, which stands once in `file`, becomes `replace`, and the test `by` names has to fail. */
export interface Mutant {
  readonly id: string
  readonly defence: string
  readonly file: string
  readonly find: string
  readonly replace: string
  /** Test file, and a part of the test's title. */
  readonly by: readonly string[]
  /** A file that can no longer be loaded counts as refused. */
  readonly load?: boolean
  /** A test process that ends counts as refused. */
  readonly crash?: boolean
}

export interface MutantArea {
  readonly area: string
  readonly title: string
  readonly mutants: readonly Mutant[]
  readonly without?: readonly { readonly defence: string; readonly why: string }[]
}

export declare const readTable: (root: string) => Promise<readonly MutantArea[]>
export declare const problemsOfTable: (areas: readonly MutantArea[], root: string) => readonly string[]
