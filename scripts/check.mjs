import './require-node.mjs'

const { ensureInstalled } = await import('./install.mjs')
await ensureInstalled()
const { runChecks, staticChecks } = await import('./checks.mjs')

const passed = await runChecks(staticChecks)
process.exitCode = passed.every(Boolean) ? 0 : 1
