import { type ActionContext, type AnyAction, type Effect, defineAction } from '../../../src/action/action.js'
import type { Observation, Outcome, Reconciliation } from '../../../src/action/outcome.js'
import type { Json, JsonObject } from '../../../src/json.js'

export type Context = ActionContext<JsonObject>

/** What a process does when one of its actions is called. */
export interface Performance {
  run(context: Context, effect: Effect): Promise<Outcome>
  resume(context: Context): Promise<Outcome>
  reconcile(context: Context): Promise<Reconciliation>
  observe(context: Context): Promise<Observation>
  compensate(context: Context): Promise<void>
}

/** Anything goes through: what a config holds is the document's business here. */
const anything = { schema: { '~standard': { version: 1 as const, vendor: 'test', validate: (value: unknown) => ({ value }) } }, jsonSchema: {} }

/** What running it twice would do. */
export const effects: Readonly<Record<string, Effect>> = {
  'look': 'none', 'put': 'idempotent', 'make': 'create', 'make-final': 'create', 'choose': 'create', 'ticket': 'create',
}

const actionOf = (performance: Performance, type: string, effect: Effect): AnyAction => defineAction<JsonObject, Json>({
  type, version: '1.0.0', apiVersion: 1, summary: 'of the simulation', examples: [],
  config: anything as never, output: anything as never,
  templates: [{ path: '**', target: 'value', secrets: true }],
  secrets: (config: JsonObject) => config['auth'] === undefined ? [] : ['TOKEN'],
  // Known only when the config is rendered, or beforehand.
  effect: type === 'choose' ? () => effect : effect,
  plan: () => ({ summary: type, changes: [] }),
  run: (context: Context) => performance.run(context, effect),
  resume: (context: Context) => performance.resume(context),
  reconcile: (context: Context) => performance.reconcile(context),
  observe: (context: Context) => performance.observe(context),
  compensate: type === 'look' || type === 'make-final' ? { impossible: 'it stays' } : (context: Context) => performance.compensate(context),
} as never)

export const actionsOf = (performance: Performance): readonly AnyAction[] => Object.entries(effects).map(([type, effect]) => actionOf(performance, type, effect))

const never = (): Promise<never> => new Promise(() => undefined)

/** For compiling documents: nothing of it is ever called. */
export const declarations = actionsOf({ run: never, resume: never, reconcile: never, observe: never, compensate: never })
