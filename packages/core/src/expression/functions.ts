import { encodingFunctions } from './encoding-functions.js'
import type { FunctionDefinition } from './function-definition.js'
import { generationFunctions } from './generation-functions.js'
import { nearestName } from './nearest-name.js'
import { operators } from './operators.js'
import { textFunctions } from './text-functions.js'
import { validationFunctions } from './validation-functions.js'

/** Every function of catalog-format 3.3, and the operators. */
export const functions: readonly FunctionDefinition[] = [
  ...textFunctions, ...encodingFunctions, ...generationFunctions, ...validationFunctions, ...operators,
]

const byName: ReadonlyMap<string, FunctionDefinition> = new Map(
  functions.flatMap((definition) => [definition.name, ...definition.aliases].map((name) => [name, definition] as const))
)

/** A function by its name or one of its aliases. */
export const findFunction = (name: string): FunctionDefinition | undefined => byName.get(name)

/** The function that was probably meant. */
export const nearestFunction = (name: string): string | undefined =>
  nearestName(name, [...byName.keys()].filter((known) => /^\w/.test(known)))
