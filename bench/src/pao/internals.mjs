// Bundled by bench/tsup.config.mjs.
export { find } from '../../../packages/adapters-postgres/src/sql/load.ts'
export { compileConfig, renderConfig } from '../../../packages/core/src/template/config.ts'
export { startEmbeddedDatabase } from '../../../packages/server/src/embedded-database/start-embedded-database.ts'
