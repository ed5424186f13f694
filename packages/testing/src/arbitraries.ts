export { requestHistories } from './request-histories.js'
export { performStoreRun, storeRuns } from './store-operations.js'
export type { StoreOperation, StoreRun } from './store-operations.js'
