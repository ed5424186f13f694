import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'

import { root } from './root.mjs'

const directory = join(root, 'node_modules', '.cache', 'pao')

/** Folders below `packages` and `examples` that hold a package. */
export const packageDirectories = () =>
  ['packages', 'examples'].flatMap((folder) => {
    const parent = join(root, folder)
    return existsSync(parent)
      ? readdirSync(parent).map((name) => join(parent, name)).filter((path) => existsSync(join(path, 'package.json'))).sort()
      : []
  })

/** Those of them that are published. */
export const publishedDirectories = () => packageDirectories().filter((path) => path.startsWith(join(root, 'packages')))

const filesBelow = (path) =>
  readdirSync(path, { withFileTypes: true }).flatMap((entry) => {
    const child = join(path, entry.name)
    return entry.isDirectory() ? filesBelow(child) : [child]
  })

const hashOf = (parts) => createHash('sha256').update(parts.join('\0')).digest('hex')

/** What an installation depends on: the lockfile, the manifests, this Node and this machine. */
export const installStamp = () => {
  const files = ['pnpm-lock.yaml', 'pnpm-workspace.yaml', 'package.json'].map((name) => join(root, name))
  const manifests = packageDirectories().map((path) => join(path, 'package.json'))
  return hashOf([
    process.platform, process.arch, process.versions.modules,
    ...[...files, ...manifests].flatMap((file) => [relative(root, file), readFileSync(file, 'utf8')]),
  ])
}

/** What a build depends on: the installation and every source file, by path, time and size. */
export const buildStamp = () => {
  const sources = packageDirectories().map((path) => join(path, 'src')).filter((path) => existsSync(path)).flatMap(filesBelow)
  const states = [join(root, 'tsup.config.ts'), ...sources].sort().map((file) => {
    const { mtimeMs, size } = statSync(file)
    return `${relative(root, file)} ${mtimeMs} ${size}`
  })
  return hashOf([installStamp(), ...states])
}

/** Whether `name` was last done with this stamp. */
export const isStamped = (name, stamp) => {
  const file = join(directory, name)
  return existsSync(file) && readFileSync(file, 'utf8') === stamp
}

/** Forgets that `name` was done, before it is done again: a half-done one must not count. */
export const clearStamp = (name) => rmSync(join(directory, name), { force: true })

/** Remembers that `name` was done with this stamp. It lies in node_modules, and goes with it. */
export const writeStamp = (name, stamp) => {
  mkdirSync(directory, { recursive: true })
  writeFileSync(join(directory, name), stamp)
}
