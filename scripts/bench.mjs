// `npm run bench`: measures PAO beside its peers (bench/README.md). Builds what changed, and installs the peers, which nothing else needs.
import './require-node.mjs'

const { help, readOptions } = await import('../bench/src/options.mjs')
const { createHash } = await import('node:crypto')
const { existsSync, readFileSync, writeFileSync } = await import('node:fs')
const { dirname, join } = await import('node:path')
const { ensureInstalled } = await import('./install.mjs')
const { buildScripts, isBuilt } = await import('./build-packages.mjs')
const { root } = await import('./root.mjs')
const { run, runBin } = await import('./run.mjs')

const bench = join(root, 'bench')

const fail = (...lines) => {
  process.stderr.write(`${lines.join('\n')}\n`)
  process.exit(1)
}

const args = process.argv.slice(2)

/** What is wrong with the command line is said before anything is built. */
const checkedOptions = () => {
  try {
    return readOptions(args)
  } catch (error) {
    return fail(error.message, '', help)
  }
}

/** npm's own program, beside the npm or the node that runs this. */
const npm = [
  process.env.npm_execpath?.endsWith('npm-cli.js') === true ? process.env.npm_execpath : '',
  join(dirname(process.execPath), '..', 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js'),
  join(dirname(process.execPath), 'node_modules', 'npm', 'bin', 'npm-cli.js'),
].find((path) => existsSync(path))

/** The peers lie in bench/node_modules, and go with it. */
const ensurePeers = async () => {
  const wanted = createHash('sha256').update(readFileSync(join(bench, 'package-lock.json'))).digest('hex')
  const stamp = join(bench, 'node_modules', '.installed')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return
  process.stdout.write('Installing the peers (once) …\n')
  if (npm === undefined) fail(`npm was not found: run "npm ci" in ${bench}`)
  const { code, text } = await run(process.execPath, [npm, 'ci', '--prefix', bench], { capture: true })
  if (code !== 0) fail(text, 'The peers could not be installed; the lines above say why.')
  writeFileSync(stamp, wanted)
}

const build = async (what, work) => {
  process.stdout.write(`Building ${what} …\n`)
  const { code, text } = await work()
  if (code !== 0) fail(text, 'The build failed; the lines above say why.')
}

const options = checkedOptions()
if (options.help) {
  process.stdout.write(`${help}\n`)
  process.exit(0)
}
await ensureInstalled()
await ensurePeers()
if (options.build) {
  if (!isBuilt()) await build('the product', buildScripts)
  await build('what is measured of its inside', () => runBin('tsup', ['--config', join(bench, 'tsup.config.mjs')], { capture: true }))
}
// In a process of its own: the peers are found from its folder.
const { code } = await run(process.execPath, [join(bench, 'src', 'main.mjs'), ...args])
process.exitCode = code
