import { PaoError } from '@pao/core'
import type { Commit, Committed, IdempotencyKey, Submitted } from '@pao/core/ports'
import { storeError } from './database-error.js'
import type { RequestWrite } from './request-write.js'
import { commitWrite, submissionWrite } from './request-write.js'
import type { RequestWriter } from './request-writer.js'
import type { Settled } from './write-batch.js'

/** What cannot even be written as JSON is refused like any other bad row, and alone. */
const prepared = (prepare: () => RequestWrite): RequestWrite => {
  try {
    return prepare()
  } catch (error) {
    throw storeError(error)
  }
}

const epochOf = ({ epoch }: Extract<Settled, { kind: 'written' }>): { readonly epoch?: number } => epoch === undefined ? {} : { epoch }

export const writeCommit = async (writer: RequestWriter, commit: Commit): Promise<Committed> => {
  const settled = await writer.write(prepared(() => commitWrite(commit)))
  if (settled.kind === 'written') return { kind: 'committed', ...epochOf(settled) }
  const { standing } = settled
  if (commit.epoch !== undefined && standing?.heldEpoch !== commit.epoch) return { kind: 'claim-lost' }
  return { kind: 'conflict', version: standing?.version ?? 0 }
}

export const writeSubmission = async (writer: RequestWriter, commit: Commit, idempotency?: IdempotencyKey): Promise<Submitted> => {
  const settled = await writer.write(prepared(() => submissionWrite(commit, idempotency)))
  if (settled.kind === 'written') return { kind: 'accepted', ...epochOf(settled) }
  const recalled = idempotency === undefined ? undefined : await writer.recall(idempotency)
  if (recalled !== undefined) return { kind: 'replayed', ...recalled }
  throw new PaoError('STORE_UNAVAILABLE', 'The Idempotency-Key ran out while it was looked up', { retryable: true })
}
