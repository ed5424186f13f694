// The floors of the house (ARCHITECTURE.md): who may import whom.
const core = '^packages/core/src/'
const within = (...folders) => `${core}(${folders.join('|')})(/|\\.ts$)`

// F1, lowest first: a folder imports itself, those before it, and F0.
const pure = ['expression', 'template', 'form', 'resilience', 'catalog', 'governance', 'request']
const above = ['ports', 'plugin', 'execution', 'memory', 'orchestrator', 'index']

const pureOrder = pure.map((folder, index) => ({
  name: `core-${folder}-imports-only-lower-floors`,
  severity: 'error',
  from: { path: within(folder) },
  to: { path: within(...pure.slice(index + 1), ...above) },
}))

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: { path: '^(packages|examples)/' }, to: { circular: true } },
    { name: 'no-unresolvable', severity: 'error', from: { path: '^(packages|examples)/' }, to: { couldNotResolve: true } },
    {
      name: 'no-relative-path-across-packages', severity: 'error',
      from: { path: '^packages/([^/]+)/' },
      to: { path: '^packages/', pathNot: '^packages/$1/', dependencyTypes: ['local'] },
    },
    {
      // The public entries of a package (src/index.ts and core's subpaths) are for others, not for the package itself.
      name: 'no-inner-index', severity: 'error',
      from: { path: '^packages/([^/]+)/src/' },
      to: { path: ['^packages/$1/src/index\\.ts$', '^packages/$1/src/.*/index\\.ts$'], dependencyTypes: ['local'] },
    },
    {
      name: 'source-does-not-import-tests', severity: 'error',
      from: { path: '^packages/[^/]+/src/' },
      to: { path: '^(packages/[^/]+/test/|test-support/)|^vitest$|node_modules/vitest/' },
    },
    {
      name: 'f0-imports-f0-only', severity: 'error',
      from: { path: within('json', 'errors', 'action') },
      to: { path: core, pathNot: within('json', 'errors', 'action') },
    },
    {
      name: 'f0-has-no-runtime-dependency', severity: 'error',
      from: { path: within('json', 'errors', 'action') },
      to: { path: 'node_modules', dependencyTypesNot: ['type-only'] },
    },
    ...pureOrder,
    {
      name: 'core-ports-import-f0-f1-types', severity: 'error',
      from: { path: within('ports') },
      to: { path: within('plugin', 'execution', 'memory', 'orchestrator', 'index') },
    },
    {
      name: 'core-plugin-imports-ports-and-below', severity: 'error',
      from: { path: within('plugin') },
      to: { path: within('execution', 'memory', 'orchestrator', 'index') },
    },
    {
      name: 'core-ports-are-types', severity: 'error',
      from: { path: within('ports') },
      to: { path: 'node_modules', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'core-execution-does-not-import-memory', severity: 'error',
      from: { path: within('execution') },
      to: { path: within('memory', 'orchestrator', 'index') },
    },
    {
      name: 'core-memory-does-not-import-execution', severity: 'error',
      from: { path: within('memory') },
      to: { path: within('execution', 'orchestrator', 'index') },
    },
    {
      name: 'core-imports-no-other-package', severity: 'error',
      from: { path: core },
      to: { path: '^packages/', pathNot: core },
    },
    {
      name: 'f4-imports-core-only', severity: 'error',
      from: { path: '^packages/(testing|adapters-[^/]+|action-[^/]+)/src/' },
      to: { path: '^packages/', pathNot: ['^packages/core/src/', '^packages/$1/'] },
    },
    {
      name: 'f4-tests-import-core-testing-and-own', severity: 'error',
      from: { path: '^packages/(testing|adapters-[^/]+|action-[^/]+)/test/' },
      to: { path: '^packages/', pathNot: ['^packages/(core|testing)/src/', '^packages/$1/'] },
    },
    {
      name: 'inversify-and-hono-only-in-server', severity: 'error',
      from: { path: '^packages/', pathNot: '^packages/server/' },
      to: { path: 'node_modules/(inversify|reflect-metadata|hono|@hono)/' },
    },
    {
      name: 'inversify-only-in-composition-root', severity: 'error',
      from: { path: '^packages/server/src/', pathNot: '^packages/server/src/composition-root\\.ts$' },
      to: { path: 'node_modules/inversify/' },
    },
    {
      name: 'no-undeclared-dependency', severity: 'error',
      from: { path: '^packages/[^/]+/src/' },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'npm-dev'], dependencyTypesNot: ['npm', 'npm-peer', 'npm-optional', 'type-only'] },
    },
    {
      name: 'examples-import-published-names', severity: 'error',
      from: { path: '^examples/' },
      to: { path: '^packages/', dependencyTypes: ['local'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '/dist/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    combinedDependencies: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['source', 'import', 'node', 'default', 'types'],
      mainFields: ['module', 'main', 'types'],
    },
  },
}
