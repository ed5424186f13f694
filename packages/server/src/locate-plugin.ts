import { statSync } from 'node:fs'
import { extname, isAbsolute, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { resolve as resolvePackage } from 'import-meta-resolve'
import type { PluginIssueCode } from '@pao/core/plugin'

/** Why a plugin could not be had. */
export interface PluginFailure {
  readonly code: PluginIssueCode
  readonly message: string
}

type Located = { readonly url: string } | PluginFailure

const packageName = /^((@[\w.~-]+\/)?[\w~-][\w.~-]*)(\/[^\\]*)?$/

const isPath = (uses: string): boolean => uses.startsWith('./') || uses.startsWith('../') || isAbsolute(uses)

const locateFile = (uses: string, directory: string): Located => {
  const path = resolve(directory, uses)
  const facts = statSync(path, { throwIfNoEntry: false })
  if (facts === undefined) return { code: 'plugin-not-found', message: `there is no file ${path}: correct the path, which is read from the folder of the configuration file` }
  if (facts.isDirectory()) return { code: 'plugin-import', message: `${path} is a folder: name the file in it, such as ${uses.replace(/\/$/, '')}/index.js` }
  const ending = extname(path)
  if (['.ts', '.mts', '.cts', '.tsx'].includes(ending)) return { code: 'plugin-import', message: 'it is written in TypeScript, which is not compiled here: compile it, and name the .js file' }
  return { url: pathToFileURL(path).href }
}

/** A file beside the configuration whose "./" was forgotten. */
const forgotten = (uses: string, directory: string): string =>
  statSync(join(directory, uses), { throwIfNoEntry: false }) === undefined ? '' : ` There is a file of this name: write "./${uses}".`

const locatePackage = (uses: string, directory: string): Located => {
  const [, name] = packageName.exec(uses) ?? []
  if (name === undefined) return { code: 'plugin-not-found', message: 'it is neither the name of a package nor a path that begins with "./"' }
  try {
    // Looked for as if the configuration file itself imported it, so that it is found although the server is installed elsewhere.
    const url = resolvePackage(uses, pathToFileURL(join(directory, 'pao.config.yaml')).href)
    return url.startsWith('file:') ? { url } : { code: 'plugin-not-found', message: 'it is a part of Node and no plugin' }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code !== 'ERR_MODULE_NOT_FOUND') return { code: 'plugin-import', message: `the package ${name} does not offer it (${message.split('\n')[0]?.replace(/ imported from .*$/, '') ?? code}): look at the exports of its package.json` }
    return { code: 'plugin-not-found', message: `the package ${name} is not installed where the configuration file can see it: run "npm install ${name}" in ${directory}.${forgotten(uses, directory)}` }
  }
}

/** Where a plugin lies: `uses` is the name of a package or a path, both seen from the folder of the configuration file. */
export const locatePlugin = (uses: string, directory: string): Located => (isPath(uses) ? locateFile(uses, directory) : locatePackage(uses, directory))
