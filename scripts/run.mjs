import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

import { root } from './root.mjs'

const forwarded = ['SIGINT', 'SIGTERM', 'SIGHUP']

/**
 * Runs a program to its end, in the workspace's root, without a shell. Signals to this process reach it.
 * With `capture` the output is answered as `text`; otherwise it is shown as it comes. After `timeout` milliseconds it is ended; default: never.
 */
export const run = (file, args, { capture = false, cwd = root, env = {}, shell = false, timeout = 0 } = {}) =>
  new Promise((resolve) => {
    const child = spawn(file, args, {
      cwd,
      env: { ...process.env, ...env },
      shell,
      timeout,
      killSignal: 'SIGKILL',
      stdio: capture ? ['ignore', 'pipe', 'pipe'] : 'inherit',
    })
    const chunks = []
    child.stdout?.on('data', (chunk) => chunks.push(chunk))
    child.stderr?.on('data', (chunk) => chunks.push(chunk))
    const forward = (signal) => child.kill(signal)
    for (const signal of forwarded) process.on(signal, forward)
    const end = (code, text) => {
      for (const signal of forwarded) process.off(signal, forward)
      resolve({ code, text })
    }
    child.once('error', (error) => end(1, error.message))
    child.once('close', (code) => end(code ?? 1, Buffer.concat(chunks).toString('utf8')))
  })

/** The JS file behind a command of a root dependency, to be run by `process.execPath`: no shell, no `.cmd`. */
export const binOf = (packageName, command = packageName) => {
  const directory = join(root, 'node_modules', packageName)
  const { bin } = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'))
  return join(directory, typeof bin === 'string' ? bin : bin[command])
}

/** Runs a command of a root dependency. */
export const runBin = (packageName, args, options = {}) =>
  run(process.execPath, [binOf(packageName, options.command), ...args], options)

/** npm's own `npx`, found beside the npm or the node that runs this; a shell finds it only where neither is known. */
const findNpx = () => {
  const npm = process.env.npm_execpath
  const candidates = [
    ...(npm?.endsWith('npm-cli.js') ? [join(dirname(npm), 'npx-cli.js')] : []),
    join(dirname(process.execPath), '..', 'lib', 'node_modules', 'npm', 'bin', 'npx-cli.js'),
    join(dirname(process.execPath), 'node_modules', 'npm', 'bin', 'npx-cli.js'),
  ]
  return candidates.find((candidate) => existsSync(candidate))
}

/** Runs a package's command by npx, such as `['-y', 'pnpm@10.34.9', 'install']`. */
export const runNpx = (args, options) => {
  const npx = findNpx()
  return npx === undefined ? run('npx', args, { ...options, shell: true }) : run(process.execPath, [npx, ...args], options)
}
