import assert from 'node:assert/strict'
import type { AnyAction, Catalog, CatalogFile } from '@pao/core'
import { createActionRegistry, createCatalog } from '@pao/core'

/** A catalog of these files, whose items can all be ordered with these actions. Fails, naming what was found, where one cannot. */
export const aCatalog = (files: readonly CatalogFile[], actions: readonly AnyAction[], templateEnv: readonly string[] = []): Catalog => {
  const registry = createActionRegistry(actions)
  const catalog = createCatalog(files, { profile: 'compat', actions: registry, templateEnv })
  const found = [
    ...registry.issues.map(({ type, message }) => `action ${type}: ${message}`),
    ...catalog.issues.filter(({ severity, blocks }) => severity === 'error' || blocks === true).map(({ file, path, message }) => `${file}: ${path}: ${message}`),
  ]
  assert.deepEqual(found, [], `the catalog of this test has issues:\n${found.join('\n')}`)
  return catalog
}
