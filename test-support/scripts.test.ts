import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

import { describe, expect, test } from 'vitest'

const root = join(import.meta.dirname, '..')

const runScript = (name: string, env: NodeJS.ProcessEnv) =>
  spawnSync(process.execPath, [join(root, 'scripts', name)], { env, encoding: 'utf8' })

describe('the guard of the root installation', () => {
  test.each(['npm/11.0.0 node/v20.19.0', 'yarn/1.22.0', 'bun/1.1.0'])('stops %s and says what to do instead', (agent) => {
    const { status, stderr } = runScript('guard-install.mjs', { npm_config_user_agent: agent })
    expect(status).toBe(1)
    expect(stderr).toContain('"npm start" and "npm test" install everything by themselves')
  })

  test('lets pnpm pass, and a call by hand', () => {
    expect(runScript('guard-install.mjs', { npm_config_user_agent: 'pnpm/10.34.9 npm/? node/v20.19.0' }).status).toBe(0)
    expect(runScript('guard-install.mjs', {}).status).toBe(0)
  })
})

test.each([['18.20.0', 1], ['20.18.3', 1], ['20.19.0', 0], ['22.0.0', 0]])('Node.js %s ends with %i', (version, status) => {
  const script = `Object.defineProperty(process.versions, 'node', { value: '${version}' }); await import('./scripts/require-node.mjs')`
  const result = spawnSync(process.execPath, ['--input-type=module', '--eval', script], { cwd: root, encoding: 'utf8' })
  expect(result.status).toBe(status)
  expect(result.stderr).toBe(status === 0 ? '' : `PAO needs Node.js 20.19 or newer, and this is ${version}. Get it from https://nodejs.org and run the same command again.\n`)
})
