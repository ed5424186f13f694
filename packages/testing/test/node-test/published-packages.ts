import { existsSync, readFileSync } from 'node:fs'
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

interface Manifest {
  readonly exports: Readonly<Record<string, string | { readonly source: string; readonly default: string }>>
  readonly dependencies?: Readonly<Record<string, string>>
}

const packages = fileURLToPath(new URL('../../..', import.meta.url))

const linked = async (name: string, from: string, to: string): Promise<void> => {
  await mkdir(dirname(join(to, 'node_modules', name)), { recursive: true })
  await symlink(await realpath(join(from, 'node_modules', name)), join(to, 'node_modules', name))
}

/** Builds one package as it is published: its own code, its exports, and no dependency that it does not declare. */
const publish = async (name: string, directory: string): Promise<void> => {
  const from = join(packages, name)
  const to = join(directory, 'node_modules', '@pao', name)
  const text = readFileSync(join(from, 'package.json'), 'utf8')
  const { exports, dependencies = {} } = JSON.parse(text) as Manifest
  const entryPoints = Object.values(exports).flatMap((target) => typeof target === 'string' ? [] : [{ in: join(from, target.source), out: target.default.replace(/^\.\/|\.js$/g, '') }])
  await build({ entryPoints, outdir: to, bundle: true, splitting: true, packages: 'external', format: 'esm', platform: 'node', target: 'node20', logLevel: 'silent', absWorkingDir: from })
  await writeFile(join(to, 'package.json'), text)
  await Promise.all(Object.keys(dependencies).map((dependency) => linked(dependency, from, to)))
}

/** A project of its own that has these packages of the workspace installed, whatever was built there. */
export const projectWith = async (names: readonly string[]): Promise<{ readonly directory: string; write(file: string, text: string): Promise<string>; remove(): Promise<void> }> => {
  const directory = await mkdtemp(join(tmpdir(), 'pao-published-'))
  await Promise.all(names.map((name) => publish(name, directory)))
  await writeFile(join(directory, 'package.json'), '{ "type": "module" }')
  return {
    directory,
    write: async (file, text) => {
      const path = join(directory, file)
      if (existsSync(path)) throw new Error(`${file} is there already`)
      await writeFile(path, text)
      return path
    },
    remove: () => rm(directory, { recursive: true, force: true }),
  }
}
