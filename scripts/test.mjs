// `npm test`: everything that can be checked, from a fresh clone. The last line is `N passed, N failed`.
import './require-node.mjs'

const { mkdtemp, readFile, rm } = await import('node:fs/promises')
const { tmpdir } = await import('node:os')
const { join } = await import('node:path')
const { ensureInstalled } = await import('./install.mjs')

await ensureInstalled()
const { buildChecks, packageChecks, runChecks, staticChecks } = await import('./checks.mjs')
const { runBin } = await import('./run.mjs')

/** Tests own their environment: what the caller's shell sets for a server must not reach them. */
const own = (name) => name === 'DATABASE_URL' || name === 'PORT' || name === 'HOST' || (name.startsWith('PAO_') && !name.startsWith('PAO_TEST_'))
for (const name of Object.keys(process.env).filter(own)) delete process.env[name]

const countTests = (report, exitCode) => {
  const broken = report.testResults.filter((file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'))
  for (const file of broken) process.stdout.write(`FAILED  ${file.name}: ${file.message}\n`)
  const skipped = report.numPendingTests + report.numTodoTests
  if (skipped > 0) process.stdout.write(`${skipped} skipped; each says why in its title.\n`)
  const failed = report.numFailedTests + broken.length
  // An error outside of any test fails the run as well.
  return { passed: report.numPassedTests, failed: failed === 0 && exitCode !== 0 ? 1 : failed }
}

const runTests = async () => {
  const directory = await mkdtemp(join(tmpdir(), 'pao-report-'))
  const file = join(directory, 'report.json')
  try {
    const { code } = await runBin('vitest', ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${file}`])
    return countTests(JSON.parse(await readFile(file, 'utf8')), code)
  } catch (error) {
    process.stdout.write(`FAILED  tests: ${error.message}\n`)
    return { passed: 0, failed: 1 }
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

const checked = [...await runChecks(staticChecks), ...await runChecks(buildChecks, 1), ...await runChecks(packageChecks)]
const tests = await runTests()
const passed = checked.filter(Boolean).length + tests.passed
const failed = checked.filter((ok) => !ok).length + tests.failed
process.exitCode = failed === 0 ? 0 : 1
process.stdout.write(`\n${passed} passed, ${failed} failed\n`)
