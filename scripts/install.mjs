import { existsSync } from 'node:fs'
import { join } from 'node:path'

import { root } from './root.mjs'
import { runNpx } from './run.mjs'
import { clearStamp, installStamp, isStamped, writeStamp } from './stamp.mjs'

const pnpm = 'pnpm@10.34.9'

/** Node 20 is the floor, where every dependency's own `engines` must hold; on others it may be narrower than the truth. */
const strictness = process.versions.node.startsWith('20.') ? [] : ['--config.engine-strict=false']

const isReachable = async (registry) => {
  try {
    await fetch(registry, { method: 'HEAD', signal: AbortSignal.timeout(5_000) })
    return true
  } catch {
    // Whatever the reason, the answer is that it cannot be reached from here.
    return false
  }
}

const registry = process.env.npm_config_registry ?? 'https://registry.npmjs.org/'
const isProxied = [process.env.HTTPS_PROXY, process.env.https_proxy, process.env.npm_config_https_proxy].some(Boolean)

const explain = async () =>
  isProxied || await isReachable(registry)
    ? 'The dependencies could not be installed; the lines above say why.'
    : `The package registry ${registry} cannot be reached. Check the network, or set a proxy or another registry (npm config set registry …), and run the same command again.`

/** npm and pnpm wait up to a minute between attempts and say nothing meanwhile. */
const patience = {
  npm_config_fetch_retry_mintimeout: process.env.npm_config_fetch_retry_mintimeout ?? '1000',
  npm_config_fetch_retry_maxtimeout: process.env.npm_config_fetch_retry_maxtimeout ?? '10000',
}

const isInstalled = (stamp) => isStamped('installed', stamp) && existsSync(join(root, 'node_modules', '.modules.yaml'))

/** Installs the workspace's dependencies by pnpm unless that was done for this lockfile. Ends the process when it cannot. */
export const ensureInstalled = async () => {
  const stamp = installStamp()
  if (isInstalled(stamp)) return
  process.stdout.write('Installing dependencies (once; about a minute on a new machine) …\n')
  clearStamp('installed')
  const { code } = await runNpx(['-y', pnpm, 'install', '--frozen-lockfile', ...strictness], { env: { CI: 'true', ...patience } })
  if (code !== 0) {
    process.stderr.write(`\n${await explain()}\n`)
    process.exit(1)
  }
  writeStamp('installed', stamp)
}
