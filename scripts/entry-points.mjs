import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** What can be imported from the package in this directory: `{ name, file, types }`, with whole paths. */
export const entryPoints = (directory) => {
  const { name, exports } = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'))
  return Object.entries(exports).flatMap(([subpath, target]) =>
    typeof target === 'string' ? [] : [{ name: join(name, subpath).replaceAll('\\', '/'), file: join(directory, target.default), types: join(directory, target.types) }])
}
