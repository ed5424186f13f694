import { describe, expect, test } from 'vitest'
import type { AnyAction } from '../../src/action/action.js'
import { createActionRegistry } from '../../src/catalog/action-registry.js'
import { loadDocument } from '../../src/catalog/load-document.js'
import { queue } from './documents.js'
import { callAction, ticketAction } from './fake-actions.js'

const loadWith = (more: Partial<AnyAction>) => loadDocument({
  path: 'queue.yaml', source: queue, profile: 'compat', templateEnv: ['QUEUE_API'], actions: createActionRegistry([ticketAction, { ...callAction, ...more }]),
})

const broken = (): never => { throw new Error('the plugin is broken') }

describe('code of an action that throws at a document', () => {
  test.each([['lint', { lint: broken }], ['templates', { templates: broken }], ['declaredOutputs', { declaredOutputs: broken }], ['normalize', { normalize: broken }]] as const)('%s: it is told where, and everything else is read', (_name, more) => {
    const { issues, item } = loadWith(more)
    expect(item).toBeUndefined()
    expect(issues.filter(({ code }) => code === 'action-broken').map(({ message }) => message)).toContain('rest-api failed on this config: the plugin is broken')
  })
})

test('a retry inside a config is bounded like the step\'s own', () => {
  const { item } = loadWith({ normalize: (config) => ({ config, warnings: [], step: { retry: { attempts: 1_000, delay: 1e9, backoff: 'linear' } } }) })
  expect(item?.stepOf('automatic', 'announce')?.definition.retry).toMatchObject({ attempts: 5, delayMs: 86_400_000, backoff: 'linear' })
})
