import assert from 'node:assert/strict'
import { createActionRegistry } from '@pao/core'
import type { AnyAction, Json, JsonObject } from '@pao/core/action'
import { isJsonObject } from '@pao/core/action'
import { notApplicable } from '../../contract.js'
import type { ActionRule, Subject } from '../subject.js'

type Path = readonly (string | number)[]

/** Everything below a value, with its path, the value itself not among them. */
const partsOf = (value: Json, path: Path = []): readonly Path[] => {
  const entries: readonly (readonly [string | number, Json])[] = Array.isArray(value) ? [...(value as readonly Json[]).entries()] : isJsonObject(value) ? Object.entries(value) : []
  return entries.flatMap(([name, part]) => [[...path, name], ...partsOf(part, [...path, name])])
}

/** A copy with one part replaced, or left out. */
const changed = (value: Json, [head, ...rest]: Path, part: Json | undefined): Json => {
  if (head === undefined) return part ?? null
  if (Array.isArray(value)) return (value as readonly Json[]).flatMap((item, index) => index !== head ? [item] : rest.length > 0 ? [changed(item, rest, part)] : part === undefined ? [] : [part])
  if (!isJsonObject(value)) return value
  return Object.fromEntries(Object.entries(value).flatMap(([name, member]) => name !== head ? [[name, member]] : rest.length > 0 ? [[name, changed(member, rest, part)]] : part === undefined ? [] : [[name, part]]))
}

const variants = (config: JsonObject): readonly (readonly [string, Json])[] => [
  ['as it is', config],
  ...partsOf(config).flatMap((path): (readonly [string, Json])[] => [
    [`without ${path.join('.')}`, changed(config, path, undefined)],
    ...[null, true, 7, 'text', [], {}].map((part): readonly [string, Json] => [`with ${JSON.stringify(part)} as ${path.join('.')}`, changed(config, path, part)]),
  ]),
]

const isAccepted = (action: AnyAction, value: Json, what: string): boolean => {
  const result = action.config.schema['~standard'].validate(structuredClone(value))
  assert.ok(!(result instanceof Promise), `${what}: the config schema answers later; it must be synchronous`)
  return result.issues === undefined
}

const checkOf = (action: AnyAction): ((value: Json) => readonly { readonly instancePath: string; readonly message?: string }[]) => {
  const registry = createActionRegistry([action])
  assert.deepEqual(registry.issues, [], 'the action cannot be registered')
  return registry.configCheck(action)
}

const roundTrip: ActionRule = {
  name: 'what the config schema accepts, its JSON Schema accepts',
  law: 'schema round trip in input mode',
  run: async ({ action, cases }) => {
    const check = checkOf(action)
    for (const { title, config } of cases) {
      for (const [change, value] of variants(config)) {
        const what = `${title}, ${change}`
        if (!isAccepted(action, value, what)) continue
        const found = check(value).map(({ instancePath, message }) => `${instancePath} ${message ?? ''}`)
        assert.deepEqual(found, [], `${what}: the schema accepts it and the exported JSON Schema does not (is it the schema of the output, where defaults are required?)`)
      }
      assert.ok(isAccepted(action, config, title), `${title}: the config schema refuses it`)
    }
  },
}

const examplesRun: ActionRule = {
  name: 'examples run',
  law: 'examples run',
  run: async ({ action, cases, record }) => {
    assert.ok(action.examples.length > 0, 'there is no example: catalog, docs and this contract need one')
    for (const given of cases) {
      const { run } = await record(given)
      const waits = run.state === 'waiting' ? `: it waits for ${JSON.stringify(run.waitFor)}; give the world a finish that ends it` : ''
      assert.equal(run.state, 'succeeded', `${given.title}: ${run.failure?.message ?? `it does not end well${waits}`}`)
    }
  },
}

const outputFits: ActionRule = {
  name: 'the output fits its schema',
  law: 'output matches its schema',
  run: async ({ action, cases, record }) => {
    const check = checkOf({ ...action, config: action.output })
    for (const given of cases) {
      const { run } = await record(given)
      assert.notEqual(run.failure?.code, 'OUTPUT_INVALID', `${given.title}: ${run.failure?.message ?? ''}`)
      if (run.output === undefined) throw new assert.AssertionError({ message: `${given.title}: the step gave no output: ${run.failure?.message ?? run.state}` })
      const found = check(run.output).map(({ instancePath, message }) => `${instancePath} ${message ?? ''}`)
      assert.deepEqual(found, [], `${given.title}: the output does not fit the exported JSON Schema`)
    }
  },
}

const asked = ({ run }: Awaited<ReturnType<Subject['play']>>): readonly { readonly name: string; readonly config: unknown }[] =>
  run.executions.flatMap(({ asked: names, config }) => names.map((name) => ({ name, config })))

const declaredOnly: ActionRule = {
  name: 'only declared secrets are asked for',
  law: 'declared secrets are the only ones asked for',
  run: async ({ action, cases, record, play }) => {
    let any = false
    for (const given of cases) {
      for (const { name, config } of asked(await record(given))) {
        any = true
        assert.ok(action.secrets?.(config).includes(name) === true, `${given.title}: the action asked for the secret ${name}, which it does not declare`)
      }
      if (!asked(await record(given)).length) continue
      const { run, effects } = await play(given, { secrets: {}, once: true })
      assert.deepEqual([run.state, run.failure?.code], ['failed', 'SECRET_UNAVAILABLE'], `${given.title}: a secret that is not there must end the step, and nothing else (${run.failure?.message ?? ''})`)
      assert.deepEqual(effects, [], `${given.title}: something was made although a secret was not there`)
    }
    if (!any) throw notApplicable('it asks for no secret')
  },
}

/** What an action says of itself, and what holds without anything going wrong. */
export const declarationRules: readonly ActionRule[] = [roundTrip, examplesRun, outputFits, declaredOnly]
