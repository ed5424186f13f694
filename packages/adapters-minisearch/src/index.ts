export { miniSearchIndex } from './mini-search-index.js'
export type { MiniSearchIndexOptions } from './mini-search-index.js'
