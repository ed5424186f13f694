import { join, relative } from 'node:path'

import { entryPoints } from './entry-points.mjs'
import { root } from './root.mjs'
import { run } from './run.mjs'

/** What libraries that we import do by themselves when they are imported, and why it stays. Nothing of ours is here. */
const known = [
  { what: /^reads process\.env\.(USER|USERNAME|NODE_PG_FORCE_NATIVE)$/, file: /\/pg\/lib\//, why: 'pg: the default user, and whether its native client is asked for' },
  { what: /^reads process\.env\.ROARR_\w+$/, file: /\/roarr\//, why: 'the log of slonik: off unless these say otherwise' },
  { what: /^reads process\.env\.NODE_DEBUG$/, file: /\/semver\//, why: 'semver: whether it says what it compares' },
  { what: /^reads process\.env\.IGNORE_TEST_WIN32$/, file: /\/ignore\/index\.js$/, why: 'ignore, of isomorphic-git: whether its own tests run' },
  { what: /^changes the global names$/, file: /\/adapters-postgres\/dist\/index\.js$/, why: 'the log of slonik keeps itself under the global name ROARR' },
]

const isKnown = ({ what, file = '' }) => known.some((one) => one.what.test(what) && one.file.test(file.replaceAll('\\', '/')))

const endsWithin = 20_000

/** Importing starts nothing: no timer, socket, signal handler or process, no environment, no console; and the process ends by itself. */
export const checkImports = async (directories) => {
  const files = directories.flatMap((directory) => entryPoints(directory).map(({ file }) => file))
  const { code, text } = await run(process.execPath, [join(root, 'scripts', 'import-probe.mjs'), ...files], { capture: true, timeout: endsWithin, env: { NODE_OPTIONS: '' } })
  if (code !== 0) return { code, text: `Importing the packages failed, or the process did not end by itself within ${endsWithin / 1000} s:\n${text}` }
  const lines = text.trim().split('\n')
  const problems = JSON.parse(lines.at(-1)).filter((found) => !isKnown(found)).map(({ what, file }) => `${file === undefined ? 'an import' : relative(root, file)} ${what}`)
  return { code: problems.length + lines.length === 1 ? 0 : 1, text: [...lines.slice(0, -1), ...problems].join('\n') }
}

const requireAll = "for (const file of process.argv.slice(1)) require(file)"

/** A program in CommonJS gets the packages by `require`, without a warning: so there is no top-level await in them. */
export const checkRequire = async (directories) => {
  const files = directories.flatMap((directory) => entryPoints(directory).map(({ file }) => file))
  const { code, text } = await run(process.execPath, ['--input-type=commonjs', '-e', requireAll, ...files], { capture: true, timeout: endsWithin, env: { NODE_OPTIONS: '' } })
  return { code: code === 0 && text === '' ? 0 : 1, text }
}
