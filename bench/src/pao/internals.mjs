// Bundled by bench/tsup.config.mjs.
export { startEmbeddedDatabase } from '../../../packages/server/src/embedded-database/start-embedded-database.ts'
