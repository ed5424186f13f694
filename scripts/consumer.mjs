import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'

import { entryPoints } from './entry-points.mjs'
import { root } from './root.mjs'
import { binOf, run } from './run.mjs'

const link = (target, path) => {
  mkdirSync(dirname(path), { recursive: true })
  symlinkSync(realpathSync(target), path, 'junction')
}

const manifestOf = (directory) => JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'))

/** What `files` of the manifest takes along, in a folder of its own, with what the package says that it needs, and nothing else. */
const install = (directory, modules) => {
  const { name, files, dependencies = {}, peerDependencies = {} } = manifestOf(directory)
  const target = join(modules, name)
  mkdirSync(target, { recursive: true })
  for (const part of ['package.json', ...files].filter((part) => existsSync(join(directory, part)))) cpSync(join(directory, part), join(target, part), { recursive: true })
  const others = (names) => Object.keys(names).filter((needed) => !needed.startsWith('@pao/'))
  for (const needed of others(dependencies)) link(join(directory, 'node_modules', needed), join(target, 'node_modules', needed))
  // A peer is the consumer's own.
  for (const peer of others(peerDependencies).filter((peer) => !existsSync(join(modules, peer)))) link(join(directory, 'node_modules', peer), join(modules, peer))
}

const compilerOptions = {
  strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true, skipLibCheck: false, noEmit: true, target: 'ES2022', lib: ['ES2022'],
}

/** Two ways to resolve a package, each with what such a project has: programs on Node its types, the others those of browsers. */
const projects = {
  'tsconfig.node.json': { ...compilerOptions, module: 'NodeNext', moduleResolution: 'NodeNext', types: ['node'] },
  'tsconfig.bundler.json': { ...compilerOptions, module: 'ESNext', moduleResolution: 'bundler', types: ['node'], lib: ['ES2022', 'DOM', 'DOM.Iterable'] },
}

/** Imports every entry point whole, beside the program of an embedder. */
const everything = (directories) => directories.flatMap(entryPoints).map(({ name }, index) => `export * as entry${index} from '${name}'\n`).join('')

const compile = async (consumer, project) => {
  const tsc = binOf('typescript', 'tsc')
  const { code, text } = await run(process.execPath, [tsc, '-p', join(consumer, project)], { capture: true, cwd: consumer, timeout: 240_000 })
  return { code, text: code === 0 ? '' : `${project}:\n${text}` }
}

/**
 * A project outside of the workspace compiles against what a registry would get, declarations of the packages included (`skipLibCheck: false`).
 * Its packages have their declared dependencies and peers, and nothing of the workspace.
 */
export const checkConsumer = async (directories) => {
  const consumer = realpathSync(mkdtempSync(join(tmpdir(), 'pao-consumer-')))
  try {
    const modules = join(consumer, 'node_modules')
    for (const directory of directories) install(directory, modules)
    link(join(root, 'node_modules', '@types', 'node'), join(modules, '@types', 'node'))
    const programs = join(root, 'packages', 'server', 'test', 'consumer')
    for (const name of readdirSync(programs)) cpSync(join(programs, name), join(consumer, name))
    writeFileSync(join(consumer, 'package.json'), JSON.stringify({ name: 'consumer', private: true, type: 'module' }))
    writeFileSync(join(consumer, 'everything.ts'), everything(directories))
    for (const [name, options] of Object.entries(projects)) writeFileSync(join(consumer, name), JSON.stringify({ compilerOptions: options, include: ['*.ts'] }))
    const results = await Promise.all(Object.keys(projects).map((project) => compile(consumer, project)))
    return { code: results.some(({ code }) => code !== 0) ? 1 : 0, text: results.map(({ text }) => text.replaceAll(basename(consumer), 'consumer')).join('') }
  } finally {
    rmSync(consumer, { recursive: true, force: true })
  }
}
