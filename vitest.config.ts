import { defineConfig } from 'vitest/config'

// The `source` condition resolves @pao/* to src/*.ts, so tests need no build.
const conditions = ['source', 'module', 'node', 'development|production']

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: ['source', 'node'] } },
  // Where the global setup runs.
  environments: { __vitest__: { resolve: { conditions, externalConditions: ['source', 'node'] } } },
  test: {
    include: ['packages/*/test/**/*.test.ts', 'examples/*/test/**/*.test.ts', 'examples/*/*.test.ts', 'test-support/**/*.test.ts', 'bench/test/**/*.test.mjs'],
    globalSetup: ['test-support/database-broker.ts'],
    testTimeout: 20_000,
    hookTimeout: 60_000,
    passWithNoTests: true,
    // Tests own their environment: nothing of the caller's shell decides what they see.
    env: { NODE_ENV: 'test', TZ: 'UTC' },
    unstubEnvs: true,
    restoreMocks: true,
  },
})
