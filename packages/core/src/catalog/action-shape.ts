import { nearestName } from '../expression/nearest-name.js'

type Members = Readonly<Record<string, unknown>>
type Check = (value: unknown) => boolean

const isObject = (value: unknown): value is Members => typeof value === 'object' && value !== null && !Array.isArray(value)
const isText: Check = (value) => typeof value === 'string' && value !== ''
const isFunction: Check = (value) => typeof value === 'function'
/** The schemas of some libraries are functions. */
const isStandard: Check = (value) => (isObject(value) || isFunction(value)) && isObject((value as Members)['~standard'])
const isSchema: Check = (value) => isObject(value) && isObject(value['jsonSchema']) && isStandard(value['schema'])
const isOptional = (check: Check): Check => (value) => value === undefined || check(value)

/** Every member of the contract: what it must be, and whether that is so. */
const shape: Readonly<Record<string, readonly [string, Check]>> = {
  type: ['a name', isText],
  aliases: ['a list of names', isOptional((value) => Array.isArray(value) && value.every(isText))],
  version: ['a version', isText],
  apiVersion: ['a number', (value) => typeof value === 'number'],
  summary: ['a text', isText],
  examples: ['a list', Array.isArray],
  config: ['{ schema, jsonSchema }, as fromJsonSchema makes it', isSchema],
  output: ['{ schema, jsonSchema }, as fromJsonSchema makes it', isSchema],
  templates: ['a list or a function', (value) => Array.isArray(value) || isFunction(value)],
  effect: ['"none", "idempotent", "create" or a function', (value) => isFunction(value) || ['none', 'idempotent', 'create'].includes(value as string)],
  plan: ['a function', isFunction],
  run: ['a function', isFunction],
  compensate: ['a function or { impossible: reason }', isOptional((value) => isFunction(value) || (isObject(value) && isText(value['impossible'])))],
  ...Object.fromEntries(['declaredOutputs', 'normalize', 'lint', 'secrets', 'resume', 'observe', 'reconcile', 'classify', 'check'].map((name) => [name, ['a function', isOptional(isFunction)]])),
}

const members = Object.entries(shape)
const memberNames = Object.keys(shape)

/** In what a value is not shaped as an action: the types say so, but a plugin may be plain JavaScript. `undefined`: in nothing. */
export const actionShapeProblem = (action: unknown): string | undefined => {
  if (!isObject(action)) return 'what was given is no action: declare it with defineAction'
  const name = isText(action['type']) ? String(action['type']) : 'the action'
  const wrong = members.find(([member, [, check]]) => !check(action[member]))
  if (wrong !== undefined) return `${name} needs ${wrong[0]}: ${wrong[1][0]}`
  for (const member of Object.keys(action)) {
    if (Object.hasOwn(shape, member)) continue
    const meant = nearestName(member, memberNames)
    if (meant !== undefined) return `${name} has a member "${member}". Did you mean "${meant}"?`
  }
  return undefined
}
