import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  interface ProvidedContext {
    /** Where test processes ask for the URL of the run's PostgreSQL. */
    databaseBroker: string
  }
}

const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }

/** Data of tests may be lost with the machine; everything else is as in production. */
const settings = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '300' }

const startPrivateServer = async (): Promise<{ readonly url: string, stop(): Promise<void> }> => {
  // Loaded when asked for: runs without database tests do not load the server's code.
  const { startEmbeddedDatabase } = await import('../packages/server/src/embedded-database/start-embedded-database.js')
  const directory = await mkdtemp(join(tmpdir(), 'pao-test-'))
  // As root, PostgreSQL runs as another user, who has to get in.
  await chmod(directory, 0o755)
  const database = await startEmbeddedDatabase({ dataDirectory: join(directory, 'data'), log: quiet, settings })
  return {
    url: database.url,
    async stop() {
      await database.stop()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

/**
 * Vitest's global setup: one private PostgreSQL for the whole run, started when the first test file asks for it (see
 * `createTestDatabase`), so that runs without database tests do not pay. It ends, and its files go, with the run.
 * `PAO_TEST_DATABASE_URL` in the environment names another PostgreSQL to use instead.
 */
export default async (project: TestProject): Promise<() => Promise<void>> => {
  let server: ReturnType<typeof startPrivateServer> | undefined
  const given = process.env['PAO_TEST_DATABASE_URL']
  const urlOf = async (): Promise<string> => given ?? (await (server ??= startPrivateServer())).url
  const broker = createServer((_request, response) => {
    urlOf().then(
      (url) => response.end(url),
      (error: unknown) => response.writeHead(500).end(String(error)),
    )
  })
  await new Promise<void>((resolve) => broker.listen(0, '127.0.0.1', resolve))
  project.provide('databaseBroker', `http://127.0.0.1:${(broker.address() as AddressInfo).port}`)
  return async () => {
    broker.close()
    broker.closeAllConnections()
    await (await server)?.stop()
  }
}
