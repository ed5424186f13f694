import type { CatalogDefinition, CheckpointValue, Commit, LogLine, StoredRequest } from '@pao/core/ports'

/** Rows become values of the domain here and nowhere else. The shapes are those that the statements in sql/ select. */

type HistoryEntry = Commit['entry']
type ServiceRequest = StoredRequest['request']
type Revision = ServiceRequest['revision']
type Step = ServiceRequest['steps'][number]

export interface StepColumns { readonly data: Readonly<Record<string, unknown>>; readonly output?: unknown; readonly position: number; readonly superseded: boolean }

export interface StoredRow {
  readonly id: string
  readonly version: number
  readonly accepted?: unknown
  readonly status_data?: unknown
  readonly approvals?: unknown
  readonly ledger?: unknown
  readonly chain_hash: string
  readonly created_at: Date
  readonly updated_at: Date
  readonly ended_at: Date | null
  readonly number: number
  readonly input?: unknown
  readonly variables?: unknown
  readonly plan?: unknown
  readonly plan_digest: string
  readonly deadline: Date | null
  readonly timeout_ms: string | null
  readonly sealed: readonly string[] | null
  readonly steps: readonly StepColumns[]
}

const statesWithOutput: readonly unknown[] = ['completed', 'compensating', 'compensated']

/** A SQL null is the JSON null where the state has an output, and nothing where it has none. */
const stepOf = ({ data, output }: StepColumns): Step => (statesWithOutput.includes(data['state']) ? { ...data, output } : data) as unknown as Step

const revisionOf = (row: StoredRow): Revision => ({
  number: row.number,
  input: row.input as Revision['input'],
  ...(row.sealed === null ? {} : { sealed: row.sealed }),
  variables: row.variables as Revision['variables'],
  plan: row.plan as Revision['plan'],
  planDigest: row.plan_digest,
  ...(row.deadline === null ? {} : { deadline: row.deadline.getTime() }),
  ...(row.timeout_ms === null ? {} : { timeoutMs: Number(row.timeout_ms) }),
})

/** Steps without a row have never run: see `isUntouched` of commit-rows.ts. */
const currentSteps = ({ plan, steps }: StoredRow): readonly Step[] => {
  const rows = new Map(steps.filter(({ superseded }) => !superseded).map((row) => [row.position, stepOf(row)]))
  const planned = (plan as Revision['plan']).steps.map(({ id }, position): Step => rows.get(position) ?? { id, iteration: 1, executions: 0, failures: 0, references: [], state: 'pending' })
  return [...planned, ...[...rows].filter(([position]) => position >= planned.length).map(([, step]) => step)]
}

const requestOf = (row: StoredRow): ServiceRequest => ({
  id: row.id,
  version: row.version,
  accepted: row.accepted as ServiceRequest['accepted'],
  revision: revisionOf(row),
  status: row.status_data as ServiceRequest['status'],
  steps: currentSteps(row),
  superseded: row.steps.filter(({ superseded }) => superseded).map(stepOf),
  approvals: row.approvals as ServiceRequest['approvals'],
  ledger: row.ledger as ServiceRequest['ledger'],
})

export const storedRequestOf = (row: StoredRow): StoredRequest => ({
  request: requestOf(row),
  chainHash: row.chain_hash,
  createdAt: row.created_at.getTime(),
  updatedAt: row.updated_at.getTime(),
  ...(row.ended_at === null ? {} : { endedAt: row.ended_at.getTime() }),
})

export interface HistoryRow {
  readonly version: number
  readonly first_version: number
  readonly commit_id: string
  readonly at: Date
  readonly actor: string | null
  readonly types: readonly string[]
  readonly events?: unknown
  readonly events_hash: string
  readonly hash: string
  /** Of the request and its first revision, with the entry that begins its history. */
  readonly accepted?: unknown
  readonly input?: unknown
  readonly variables?: unknown
  readonly plan?: unknown
}

/** The first event with what the request's own rows hold of it: see `eventsOf` of commit-rows.ts. */
const eventsOf = ({ events, accepted, input, variables, plan }: HistoryRow): unknown => {
  const [first, ...others] = Array.isArray(events) ? events as readonly { readonly type?: unknown; readonly revision?: object }[] : []
  if (first?.type !== 'request-accepted' || 'accepted' in first) return events
  return [{ ...first, accepted, revision: { ...first.revision, input, variables, plan } }, ...others]
}

export const historyEntryOf = (row: HistoryRow): HistoryEntry => ({
  version: row.version,
  firstVersion: row.first_version,
  commitId: row.commit_id,
  at: row.at.getTime(),
  ...(row.actor === null ? {} : { actor: row.actor }),
  types: row.types as HistoryEntry['types'],
  events: eventsOf(row) as HistoryEntry['events'],
  eventsHash: row.events_hash,
  hash: row.hash,
})

export interface CheckpointRow { readonly name: string; readonly value: unknown; readonly absent: boolean }

export const checkpointOf = ({ value, absent }: CheckpointRow): CheckpointValue =>
  absent ? { absent } : { value: value as Extract<CheckpointValue, { value: unknown }>['value'] }

export interface LogRow {
  /** Number of the row and place of the line in it, from 1. */
  readonly number: string
  readonly place: string
  readonly step_id: string
  readonly iteration: number
  readonly execution: number
  readonly line?: unknown
}

export const logLineOf = ({ step_id, iteration, execution, line }: LogRow): LogLine =>
  ({ step: step_id, iteration, execution, ...(line as Omit<LogLine, 'step' | 'iteration' | 'execution'>) })

export interface DefinitionRow {
  readonly hash: string
  readonly kind: string
  readonly item_id: string
  readonly version: string
  readonly path: string
  readonly source: string
}

export const definitionOf = ({ hash, kind, item_id, version, path, source }: DefinitionRow): CatalogDefinition =>
  ({ hash, kind: kind as CatalogDefinition['kind'], itemId: item_id, version, path, source })
