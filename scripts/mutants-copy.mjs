import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'

/** Caches that a copy must not share with the tree. */
const own = new Set(['.cache', '.tmp', '.vite', '.vite-temp'])

/** A link to a package of the workspace leads to the copy's own, every other one to what is installed in the tree. */
const linkTo = (root, copy, source, target) => {
  const real = realpathSync(source)
  const inside = relative(join(root, 'packages'), real)
  symlinkSync(inside.startsWith('..') ? real : join(copy, 'packages', inside), target)
}

const linkModules = (root, copy, directory) => {
  const source = join(root, directory)
  if (!existsSync(source)) return
  const target = join(copy, directory)
  mkdirSync(target, { recursive: true })
  for (const name of readdirSync(source)) {
    if (own.has(name)) continue
    const isScope = name.startsWith('@') && !lstatSync(join(source, name)).isSymbolicLink()
    if (isScope) linkModules(root, copy, join(directory, name))
    else linkTo(root, copy, join(source, name), join(target, name))
  }
}

/** Files that git knows, as they are now, and new ones that it does not ignore. */
const filesOf = (root) =>
  execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: root, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 })
    .split('\0').filter((path) => path !== '' && existsSync(join(root, path)))

const projectsOf = (root, folder) => existsSync(join(root, folder)) ? readdirSync(join(root, folder)).map((name) => join(folder, name)) : []

const copyFiles = (root, copy) => {
  for (const path of filesOf(root)) {
    mkdirSync(dirname(join(copy, path)), { recursive: true })
    cpSync(join(root, path), join(copy, path))
  }
}

const copyCommit = (root, copy) => {
  const tar = execFileSync('git', ['archive', '--format=tar', 'HEAD'], { cwd: root, maxBuffer: 512 * 1024 * 1024 })
  execFileSync('tar', ['-x'], { cwd: copy, input: tar })
}

/**
 * Copies the tree, as it is or as it was committed last, to a directory of its own, with its packages linked to one another and not to
 * the tree's.
 */
export const copyTree = (root, committed) => {
  const copy = realpathSync(mkdtempSync(join(tmpdir(), 'pao-mutants-')))
  if (committed) copyCommit(root, copy)
  else copyFiles(root, copy)
  for (const project of ['', ...projectsOf(root, 'packages'), ...projectsOf(root, 'examples')]) linkModules(root, copy, join(project, 'node_modules'))
  return { path: copy, remove: () => rmSync(copy, { recursive: true, force: true }) }
}
