import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'

import type { OsUser } from './os-user.js'

export interface CommandResult {
  /** The exit code; `undefined` when the program could not be started or was ended by a signal. */
  readonly code: number | undefined
  /** What it wrote, or why it could not be started. Empty when the output went to `output`. */
  readonly text: string
}

export interface CommandOptions {
  readonly user: OsUser
  /** A directory that the user may enter: PostgreSQL's programs refuse to work in one that they cannot. */
  readonly directory: string
  /** Open file that takes the output. Needed by `pg_ctl start`, whose server keeps the output open. Absent: captured. */
  readonly output?: number
}

/** Names that PostgreSQL's programs need; the server's secrets and any `PG…` variable stay out. */
const passedOn = ['PATH', 'SystemRoot', 'SYSTEMROOT', 'TMPDIR', 'TEMP', 'TMP', 'LD_LIBRARY_PATH', 'COMSPEC']

const environment = (): NodeJS.ProcessEnv => ({
  ...Object.fromEntries(passedOn.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]]))),
  LC_ALL: 'C',
})

const spawnProgram = (file: string, args: readonly string[], options: CommandOptions): ChildProcess => {
  const output = options.output ?? 'pipe'
  return spawn(file, args, {
    cwd: options.directory,
    env: environment(),
    stdio: ['ignore', output, output],
    windowsHide: true,
    ...options.user.ids,
  })
}

/** Runs one of PostgreSQL's programs to its end. Never throws: a program that cannot be started is a result too. */
export const runCommand = (file: string, args: readonly string[], options: CommandOptions): Promise<CommandResult> =>
  new Promise<CommandResult>((resolve, reject) => {
    // Node throws some of the system's refusals, such as a change of user without the right to, and emits the others.
    const child = spawnProgram(file, args, options)
    const chunks: Buffer[] = []
    child.stdout?.on('data', (chunk: Buffer) => chunks.push(chunk))
    child.stderr?.on('data', (chunk: Buffer) => chunks.push(chunk))
    child.once('error', reject)
    child.once(options.output === undefined ? 'close' : 'exit', (code: number | null) =>
      resolve({ code: code ?? undefined, text: Buffer.concat(chunks).toString('utf8').trim() }))
  }).catch((error: Error) => ({ code: undefined, text: error.message }))
