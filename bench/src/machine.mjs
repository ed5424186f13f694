import { readFileSync } from 'node:fs'
import { availableParallelism, cpus, release, totalmem, type } from 'node:os'

const pins = () => JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).dependencies

/** Where and with what it was measured, as lines of text. */
export const describeMachine = (postgresVersion) => [
  `${availableParallelism()} cores (${cpus()[0]?.model.trim() ?? 'unknown'}), ${Math.round(totalmem() / 2 ** 30)} GB of memory, ${type()} ${/^\d+\.\d+/.exec(release())?.[0] ?? ''}`,
  `Node.js ${process.versions.node}, PostgreSQL ${postgresVersion} on the same machine, fsync, synchronous_commit and full_page_writes on`,
  `beside ${Object.entries(pins()).filter(([name]) => !['pg', 'undici', '@hono/node-server'].includes(name)).map(([name, version]) => `${name} ${version}`).join(', ')}; pg ${pins().pg}`,
]
