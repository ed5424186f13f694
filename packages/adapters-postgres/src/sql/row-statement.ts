import { commitColumns, logColumns, revisionColumns, signalColumns, stepColumns, submissionColumns } from '../commit-rows.js'
import type { Columns } from '../wire/columns.js'
import { relationOf } from '../wire/columns.js'
import type { Statement } from './statement.js'
import { statement } from './statement.js'

/** What writes consist of, by kind: rows of the first ones belong to submissions, of `known` and `other` steps and of `revisions` to commits. */
export const rowKinds = {
  submissions: submissionColumns, firstSteps: stepColumns, firstRevisions: revisionColumns,
  commits: commitColumns, knownSteps: stepColumns, otherSteps: stepColumns, revisions: revisionColumns,
  signals: signalColumns, logs: logColumns,
} as const satisfies Readonly<Record<string, Columns>>

export type RowKind = keyof typeof rowKinds

/** A statement over rows: its parameters are those of the kinds, in their order, and then its own. */
export interface RowStatement extends Statement { readonly kinds: readonly RowKind[] }

export interface Parameters {
  /** The rows of a kind as a relation; `withPlace` numbers them in the column `place`. */
  rows(kind: RowKind, name: string, withPlace?: boolean): string
  /** The first parameter behind the rows. */
  readonly next: string
}

const parametersFor = (kinds: readonly RowKind[]): Parameters => {
  const firsts = new Map<RowKind, number>()
  let next = 1
  for (const kind of kinds) {
    firsts.set(kind, next)
    next += rowKinds[kind].length
  }
  return { rows: (kind, name, withPlace) => relationOf(rowKinds[kind], firsts.get(kind) ?? 0, name, withPlace), next: `$${next}` }
}

/** Its text is made once for each schema. */
export const rowStatement = (name: string, kinds: readonly RowKind[], textOf: (schema: string, parameters: Parameters) => string): ((schema: string) => RowStatement) => {
  const made = new Map<string, RowStatement>()
  return (schema) => {
    const known = made.get(schema)
    if (known !== undefined) return known
    const fresh = { ...statement(schema, name, textOf(schema, parametersFor(kinds))), kinds }
    made.set(schema, fresh)
    return fresh
  }
}
