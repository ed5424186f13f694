import { isPaoError } from '@pao/core'

import { startEmbeddedDatabase } from '../../src/embedded-database/start-embedded-database.js'

// Stands for the server in tests: owns the database of a data directory until SIGTERM, and answers one line of JSON.
const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }
const answer = (value: unknown): void => { process.stdout.write(`${JSON.stringify(value)}\n`) }

try {
  const database = await startEmbeddedDatabase({ dataDirectory: process.argv[2] ?? '', log: quiet })
  process.once('SIGTERM', () => { void database.stop() })
  answer({ url: database.url, where: database.where })
} catch (error) {
  answer({ code: isPaoError(error) ? error.code : 'not a PaoError', message: (error as Error).message })
}
