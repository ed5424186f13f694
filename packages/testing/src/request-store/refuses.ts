import assert from 'node:assert/strict'
import { isPaoError } from '@pao/core'

/** The call must be refused as a bug of the caller. */
export const refusesAsInvariant = async (call: Promise<unknown>): Promise<void> => {
  await assert.rejects(call, (error) => isPaoError(error, 'INVARIANT'), 'must throw PaoError INVARIANT')
}
