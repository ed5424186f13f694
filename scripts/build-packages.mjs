import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'

import { root } from './root.mjs'
import { runBin } from './run.mjs'
import { buildStamp, clearStamp, isStamped, packageDirectories, publishedDirectories, writeStamp } from './stamp.mjs'

/** The bundled server. */
export const serverFile = join(root, 'packages', 'server', 'dist', 'main.js')

/** The JS of every package, by one tsup process, from nothing: no file of an older build stays. Answers `{ code, text }`. */
export const buildScripts = async () => {
  const stamp = buildStamp()
  clearStamp('built')
  for (const directory of packageDirectories()) rmSync(join(directory, 'dist'), { recursive: true, force: true })
  const result = await runBin('tsup', [], { capture: true })
  if (result.code === 0) writeStamp('built', stamp)
  return result
}

/** The declarations of every package, after its JS. Answers `{ code, text }`. */
export const buildDeclarations = async () => {
  const result = await runBin('typescript', ['-b', 'tsconfig.build.json'], { command: 'tsc', capture: true })
  if (result.code !== 0) return result
  // It needs the compiler, and this file is read before anything is installed.
  const { removePrivateDeclarations } = await import('./public-declarations.mjs')
  for (const directory of publishedDirectories()) removePrivateDeclarations(directory)
  return result
}

/** Whether the JS is of these very sources. */
export const isBuilt = () => isStamped('built', buildStamp()) && existsSync(serverFile)
