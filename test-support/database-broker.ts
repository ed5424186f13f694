import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type { TestProject } from 'vitest/node'

import type { startEmbeddedDatabase } from '../packages/server/src/embedded-database/start-embedded-database.js'

declare module 'vitest' {
  interface ProvidedContext {
    /** Where test processes ask for the URL of the run's PostgreSQL. */
    databaseBroker: string
  }
}

const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }

/** Data of tests may be lost with the machine; everything else is as in production. */
const settings = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '300' }

const prefix = 'pao-test-'

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Ends what runs that were killed left behind: their directories carry the id of their process. */
const removeAbandoned = async (start: typeof startEmbeddedDatabase): Promise<void> => {
  for (const name of await readdir(tmpdir())) {
    const owner = /^pao-test-(\d+)-/.exec(name)?.[1]
    if (owner === undefined || isAlive(Number(owner))) continue
    const directory = join(tmpdir(), name)
    // It may be of another user, or half removed: that must not fail this run.
    const stopped = start({ dataDirectory: join(directory, 'data'), log: quiet, settings }).then((database) => database.stop())
    await stopped.then(() => rm(directory, { recursive: true, force: true }), () => undefined)
  }
}

const startPrivateServer = async (): Promise<{ readonly url: string, stop(): Promise<void> }> => {
  // Loaded when asked for: runs without database tests do not load the server's code.
  const { startEmbeddedDatabase: start } = await import('../packages/server/src/embedded-database/start-embedded-database.js')
  await removeAbandoned(start)
  const directory = await mkdtemp(join(tmpdir(), `${prefix}${process.pid}-`))
  // As root, PostgreSQL runs as another user, who has to get in.
  await chmod(directory, 0o755)
  const database = await start({ dataDirectory: join(directory, 'data'), log: quiet, settings })
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
