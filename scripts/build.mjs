import './require-node.mjs'

const { ensureInstalled } = await import('./install.mjs')
const { buildDeclarations, buildScripts } = await import('./build-packages.mjs')

await ensureInstalled()
for (const build of [buildScripts, buildDeclarations]) {
  const { code, text } = await build()
  process.stdout.write(text)
  if (code !== 0) process.exit(code)
}
