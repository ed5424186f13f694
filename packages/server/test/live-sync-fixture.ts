import { createHmac } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { plugin } from '@pao/adapters-git'
import { createTestDatabase } from '../../../test-support/database.js'
import type { GitServer } from '../../../test-support/git-server.js'
import { serveGit } from '../../../test-support/git-server.js'
import { startApplication } from '../src/application.js'
import type { Application } from '../src/application.js'
import { readConfig } from '../src/config.js'

export const SECRET = 'a webhook secret'.replaceAll(' ', '-')

/** A server with its catalog in a Git repository. */
export interface Replica {
  readonly application: Application
  readonly logged: readonly string[]
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests read answers freely
  call(method: string, path: string, init?: { readonly body?: unknown; readonly headers?: Record<string, string> }): Promise<{ readonly status: number; readonly json: any }>
  /** Asks until the answer is as it should be. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests read answers freely
  until(path: string, done: (json: any, status: number) => boolean): Promise<any>
  /** As GitHub tells of a push; gives the status and what was answered. */
  push(commit: string, delivery: string, more?: Readonly<Record<string, unknown>>): Promise<{ readonly status: number; readonly json: unknown }>
}

export interface LiveSync {
  readonly git: GitServer
  start(name: string, more?: Readonly<Record<string, string>>): Promise<Replica>
  /** How often the repository was called, and how often something was fetched from it, since the last time. */
  calls(): { readonly all: number; readonly fetches: number }
  close(): Promise<void>
}

const replicaOf = (application: Application, logged: readonly string[]): Replica => {
  const call: Replica['call'] = async (method, path, { body, headers = {} } = {}) => {
    const raw = typeof body === 'string' ? body : body === undefined ? undefined : JSON.stringify(body)
    const response = await fetch(`${application.url}/api/v1${path}`, {
      method, headers: { connection: 'close', ...(raw === undefined ? {} : { 'content-type': 'application/json' }), ...headers }, ...(raw === undefined ? {} : { body: raw }),
    })
    const text = await response.text()
    return { status: response.status, json: text === '' ? undefined : JSON.parse(text) as unknown }
  }
  return {
    application, logged, call,
    until: async (path, done) => {
      for (let round = 0; round < 100; round += 1) {
        const { status, json } = await call('GET', path)
        if (done(json, status)) return json
        await sleep(100)
      }
      throw new Error(`${path} did not become what was waited for: ${JSON.stringify((await call('GET', path)).json)}`)
    },
    push: (commit, delivery, more = {}) => {
      const body = JSON.stringify({
        ref: 'refs/heads/main', before: 'a'.repeat(40), after: commit, created: false, deleted: false, forced: false, repository: { full_name: 'acme/catalog' },
        commits: [{ id: commit, added: [], modified: ['catalog/item.yaml'], removed: [] }], ...more,
      })
      return call('POST', '/webhooks/github', {
        body, headers: { 'x-github-event': 'push', 'x-github-delivery': delivery, 'x-hub-signature-256': `sha256=${createHmac('sha256', SECRET).update(body).digest('hex')}` },
      })
    },
  }
}

/** A plugin's package is not built here: the file that stands for it hands over what this process has loaded already. */
const pluginFile = 'export default globalThis[Symbol.for("pao.test.git-plugin")]\n'

export const liveSync = async (): Promise<LiveSync> => {
  const [database, git, directory] = [await createTestDatabase(), await serveGit(), await mkdtemp(join(tmpdir(), 'pao-live-'))]
  Object.assign(globalThis, { [Symbol.for('pao.test.git-plugin')]: plugin })
  await writeFile(join(directory, 'git.mjs'), pluginFile)
  await writeFile(join(directory, 'pao.config.yaml'), `plugins:\n  - uses: ./git.mjs\n    with: { url: "${git.url}", directory: catalog, codeowners: github }\n`)
  const running: Application[] = []
  let counted = 0
  return {
    git,
    start: async (name, more = {}) => {
      const environment = {
        PORT: '0', DATABASE_URL: database.url, PAO_DATA_DIR: join(directory, name), PAO_CONFIG: join(directory, 'pao.config.yaml'), PAO_PLAYGROUND_RESOLVE_SECONDS: '86400', PAO_SHUTDOWN_SECONDS: '2',
        PAO_ENCRYPTION_KEY: 'ab'.repeat(32), PAO_EGRESS_ALLOW: new URL(git.url).host, PAO_GITHUB_WEBHOOK_SECRET: SECRET, PAO_WEBHOOK_REPOSITORY: 'acme/catalog', PAO_CATALOG_POLL_SECONDS: '3600', ...more,
      }
      await mkdir(environment.PAO_DATA_DIR)
      const answer = readConfig(environment, directory)
      if ('problems' in answer) throw new Error(answer.problems.join('\n'))
      const logged: string[] = []
      const log = (fields: unknown, message: string) => { logged.push(`${message} ${JSON.stringify(fields, (_name, value: unknown) => (value instanceof Error ? value.message : value))}`) }
      const application = await startApplication({ config: answer.config, environment, logger: { debug: log, info: log, warn: log, error: log }, say: () => undefined })
      running.push(application)
      return replicaOf(application, logged)
    },
    calls: () => {
      const since = git.requests.slice(counted)
      counted = git.requests.length
      return { all: since.length, fetches: since.filter(({ line }) => line.startsWith('POST ')).length }
    },
    close: async () => {
      for (const application of running) await application.stop()
      await git.close()
      await database.drop()
      await rm(directory, { recursive: true, force: true })
    },
  }
}
