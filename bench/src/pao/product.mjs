import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

/** The root of the workspace that is measured. */
export const root = dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url)))))

const load = async (file) => {
  const path = join(root, file)
  if (!existsSync(path)) throw new Error(`${file} is not there: run "npm run bench" without --no-build once`)
  return import(pathToFileURL(path).href)
}

/** The built packages, as an embedder gets them. */
export const loadCore = () => load('packages/core/dist/index.js')
export const loadMemory = () => load('packages/core/dist/memory/index.js')
export const loadPostgres = () => load('packages/adapters-postgres/dist/index.js')
export const loadPackage = (name) => load(`packages/${name}/dist/index.js`)
export const loadServer = () => load('packages/server/dist/index.js')

/** What the product does not export (bench/tsup.config.mjs). */
export const loadInternals = () => load('packages/server/node_modules/.cache/pao-bench/internals.js')
