import type { Action, ActionContext, ActionSchema, AnyAction, Json, JsonObject } from '@pao/core/action'
import { defineAction, succeeded } from '@pao/core/action'

type Parts = Pick<Action<JsonObject>, 'secrets' | 'resume' | 'observe' | 'reconcile' | 'compensate' | 'classify' | 'templates'>

/** What an action is made of, where it matters to a test. */
export interface ActionTraits extends Partial<Parts> {
  /** Default: `test-action`. */
  readonly type?: string
  /** Default: `idempotent`. With `create`, say how it is reconciled; else it answers `unsure`. */
  readonly effect?: 'none' | 'idempotent' | 'create'
  /** Default: succeeds with its config as output. */
  readonly run?: Action<JsonObject>['run']
}

/** Lets everything through: what an action of a test takes and gives is its own business. */
const anything = <Value>(): ActionSchema<Value> =>
  ({ schema: { '~standard': { version: 1, vendor: 'pao-testing', validate: (value: unknown) => ({ value: value as Value }) } }, jsonSchema: {} })

/** A valid action whose answers a test decides. Its config may hold templates anywhere. */
export const anAction = ({ type = 'test-action', effect = 'idempotent', run = async ({ config }: ActionContext<JsonObject>) => succeeded(config), ...parts }: ActionTraits = {}): AnyAction =>
  defineAction<JsonObject, Json>({
    type, version: '1.0.0', apiVersion: 1, summary: 'An action of a test', examples: [], config: anything<JsonObject>(), output: anything<Json>(),
    templates: [{ path: '**', target: 'value', secrets: true }],
    effect: () => effect,
    plan: () => ({ summary: type, changes: [] }),
    run,
    reconcile: async () => ({ kind: 'unsure', why: 'the test does not say' }),
    compensate: { impossible: 'the test does not say' },
    ...parts,
  })
