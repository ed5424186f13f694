import { defineConfig } from 'tsup'

/** Entries by package: one process builds the JS of all of them; `tsc -b tsconfig.build.json` emits the declarations. */
const libraries: Readonly<Record<string, readonly string[]>> = {
  'core': ['index', 'action/index', 'ports/index', 'memory/index'],
  'testing': ['index'],
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
  clean: false,
  splitting: true,
  silent: true,
} as const

export default defineConfig(
  Object.entries(libraries).map(([name, entries]) => ({
    ...common,
    entry: Object.fromEntries(entries.map((entry) => [entry, `packages/${name}/src/${entry}.ts`])),
    outDir: `packages/${name}/dist`,
    tsconfig: `packages/${name}/tsconfig.json`,
    // Dependencies stay imports, also those of other packages of the workspace.
    skipNodeModulesBundle: true,
    external: [/^@pao\//],
  })),
)
