// `npm start`: installs and builds what changed, then serves in this very process, so that signals and the exit code are the server's.
import './require-node.mjs'

const { pathToFileURL } = await import('node:url')
const { ensureInstalled } = await import('./install.mjs')
const { buildScripts, isBuilt, serverFile } = await import('./build-packages.mjs')

await ensureInstalled()
if (!isBuilt()) {
  process.stdout.write('Building …\n')
  const { code, text } = await buildScripts()
  if (code !== 0) {
    process.stderr.write(`${text}\nThe build failed; the lines above say why.\n`)
    process.exit(1)
  }
}
await import(pathToFileURL(serverFile).href)
