import { existsSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'

import typescript from 'typescript'

import { entryPoints } from './entry-points.mjs'
import { root } from './root.mjs'

/** No user of a package is made to have these: they are for the inside. */
const inside = new Set(['effect', 'inversify', 'hono', 'slonik', 'zod'])

const importsOf = (file) => typescript.preProcessFile(readFileSync(file, 'utf8'), true, true).importedFiles.map(({ fileName }) => fileName)

/** The declaration files that a public one reaches by relative imports, itself included. */
const reachedFrom = (entry, seen = new Set()) => {
  if (seen.has(entry)) return seen
  seen.add(entry)
  if (!existsSync(entry)) return seen
  for (const target of importsOf(entry).filter((name) => name.startsWith('.'))) {
    reachedFrom(resolve(dirname(entry), target.replace(/\.js$/, '.d.ts')), seen)
  }
  return seen
}

const packageOf = (name) => name.split('/').slice(0, name.startsWith('@') ? 2 : 1).join('/')

const problemOf = (manifest, file, name) => {
  if (name.startsWith('.') || name.startsWith('node:')) return undefined
  const wanted = packageOf(name)
  const where = relative(root, file)
  if (inside.has(wanted)) return `${where} shows ${wanted}, which is for the inside of the package: annotate the export with a type of its own`
  const declared = { ...manifest.dependencies, ...manifest.peerDependencies }
  return wanted in declared || wanted === manifest.name ? undefined : `${where} imports ${wanted}, which package.json does not list`
}

/** The declarations that an importer of the package can come to. */
const publicDeclarations = (directory) => [...entryPoints(directory).reduce((seen, { types }) => reachedFrom(types, seen), new Set())]

/** Removes what nobody can import, and the compiler's notes, which would say that it is still there. */
export const removePrivateDeclarations = (directory) => {
  const reached = new Set(publicDeclarations(directory))
  const dist = join(directory, 'dist')
  for (const name of readdirSync(dist, { recursive: true })) {
    const file = join(dist, name)
    if (name.endsWith('.tsbuildinfo') || (name.endsWith('.d.ts') && !reached.has(file))) rmSync(file)
  }
}

/** What is wrong with the public declarations of the package in this directory. Answers `{ code, text }`. */
export const checkPublicDeclarations = (directory) => {
  const manifest = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'))
  const problems = publicDeclarations(directory).flatMap((file) =>
    existsSync(file)
      ? importsOf(file).map((name) => problemOf(manifest, file, name)).filter((problem) => problem !== undefined)
      : [`${relative(root, file)} was not built`])
  return { code: problems.length === 0 ? 0 : 1, text: problems.join('\n') }
}
