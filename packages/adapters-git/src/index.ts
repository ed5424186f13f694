export { gitCatalogSource } from './git-catalog-source.js'
export type { GitCatalogSourceOptions } from './git-catalog-source.js'
export { plugin } from './plugin.js'
export type { GitPluginOptions } from './plugin.js'
