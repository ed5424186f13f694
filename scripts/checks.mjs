import { existsSync } from 'node:fs'
import { basename, join } from 'node:path'

import { buildDeclarations, buildScripts } from './build-packages.mjs'
import { checkConsumer } from './consumer.mjs'
import { checkImports, checkRequire } from './import-checks.mjs'
import { checkPublicDeclarations } from './public-declarations.mjs'
import { root } from './root.mjs'
import { run, runBin } from './run.mjs'
import { publishedDirectories } from './stamp.mjs'

const sourceFolders = ['packages', 'examples', 'test-support'].filter((name) => existsSync(join(root, name)))

/** What `npm run check` and `npm test` prove without running the code. Each answers `{ code, text }`. */
export const staticChecks = [
  { name: 'types', run: () => runBin('typescript', ['-p', 'tsconfig.json'], { command: 'tsc', capture: true }) },
  { name: 'lint', run: () => runBin('eslint', ['.', '--max-warnings', '0'], { capture: true }) },
  {
    name: 'dependency rules',
    run: () => runBin('dependency-cruiser', ['--config', '.dependency-cruiser.cjs', ...sourceFolders], { command: 'depcruise', capture: true }),
  },
  { name: 'unused files and dependencies', run: () => runBin('knip', ['--include', 'files,dependencies,unlisted,unresolved'], { capture: true }) },
]

/** The build, one after the other, which the package checks and the end-to-end tests read. */
export const buildChecks = [
  { name: 'build', run: buildScripts },
  { name: 'declarations', run: buildDeclarations },
]

const packages = publishedDirectories()

/** What a registry would get. */
export const packageChecks = [
  ...packages.map((path) => ({
    name: `${basename(path)}: manifest`,
    run: () => runBin('publint', [path, '--pack', 'false', '--strict'], { capture: true }),
  })),
  ...packages.map((path) => ({ name: `${basename(path)}: public declarations`, run: () => checkPublicDeclarations(path) })),
  ...packages.map((path) => ({
    name: `${basename(path)}: types as others resolve them`,
    run: () => runBin('@arethetypeswrong/cli', ['--pack', path, '--profile', 'esm-only'], { command: 'attw', capture: true }),
  })),
  { name: 'public API as reported', run: () => run(process.execPath, [join(root, 'scripts', 'api.mjs'), '--check'], { capture: true }) },
  { name: 'a strict consumer compiles', run: () => checkConsumer(packages) },
  { name: 'importing starts nothing', run: () => checkImports(packages) },
  { name: 'packages by require', run: () => checkRequire(packages) },
]

/** Runs one check, shows how it went, and answers whether it passed. */
export const runCheck = async ({ name, run }) => {
  const start = performance.now()
  const { code, text } = await run()
  const seconds = ((performance.now() - start) / 1000).toFixed(1)
  process.stdout.write(code === 0 ? `ok      ${name} (${seconds} s)\n` : `FAILED  ${name} (${seconds} s)\n${text.trimEnd()}\n`)
  return code === 0
}

/** Runs checks, `width` at a time, and answers whether each passed. */
export const runChecks = async (checks, width = 2) => {
  const waiting = checks.entries()
  const passed = []
  const work = async () => {
    for (const [index, check] of waiting) passed[index] = await runCheck(check)
  }
  await Promise.all(Array.from({ length: width }, work))
  return passed
}
