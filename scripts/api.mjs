// `npm run api`: builds the declarations and writes the reports of the public API anew. With --check it only compares, with what is built already.
import './require-node.mjs'

const { ensureInstalled } = await import('./install.mjs')
const { publishedDirectories } = await import('./stamp.mjs')
const write = !process.argv.includes('--check')

if (write) {
  await ensureInstalled()
  const { buildDeclarations } = await import('./build-packages.mjs')
  const { code, text } = await buildDeclarations()
  process.stdout.write(text)
  if (code !== 0) process.exit(code)
}
const { apiReports } = await import('./api-reports.mjs')
const differences = apiReports(publishedDirectories(), { write })
if (differences.length > 0) {
  process.exitCode = 1
  process.stdout.write(`${differences.join('\n')}\n${write ? '' : '\nThe public API has changed. If it was meant to: npm run api, look at the difference, add a changeset, and commit all three.\n'}`)
}
