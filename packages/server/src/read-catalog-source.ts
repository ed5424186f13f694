import { isPaoError, PaoError, snapshotProblem } from '@pao/core'
import type { CatalogSnapshot, CatalogSource, Logger } from '@pao/core/ports'

/** Reads within bounds, also from an adapter that does not keep to the port's laws: what breaks them changes nothing that is served. */
export const readCatalogSource = async (source: CatalogSource, readMs: number, logger: Logger, closing: AbortSignal): Promise<CatalogSnapshot> => {
  const signal = AbortSignal.any([AbortSignal.timeout(readMs), closing])
  const late = new Promise<never>((_resolve, reject) => {
    const why = () => (closing.aborted ? 'is not read any more: the server stops' : `was not read within ${readMs / 1000} seconds`)
    signal.addEventListener('abort', () => { reject(new PaoError('CATALOG_UNAVAILABLE', `The catalog (${source.description}) ${why()}.`, { retryable: true })) })
  })
  const reading = source.read(signal).catch((error: unknown) => {
    if (isPaoError(error)) throw error
    // The port's law is CATALOG_UNAVAILABLE: anything else is a fault of the adapter, whose trace its author needs.
    logger.error({ err: error }, 'the catalog source failed by an error of its own')
    throw new PaoError('CATALOG_UNAVAILABLE', `The catalog (${source.description}) cannot be read: ${error instanceof Error ? error.message : 'no reason given'}.`, { cause: error })
  })
  const snapshot = await Promise.race([reading, late])
  const problem = snapshotProblem(snapshot)
  if (problem !== undefined) throw new PaoError('CATALOG_UNAVAILABLE', `The catalog source (${source.description}) gave what is no catalog: ${problem}.`)
  return snapshot
}
