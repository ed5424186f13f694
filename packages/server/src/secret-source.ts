import type { SecretSource } from '@pao/core/ports'
import type { Environment } from './config.js'

/** The variable that holds a secret: `PAO_SECRET_` and the name in upper case, with `_` for every other sign. */
const secretVariable = (name: string): string => `PAO_SECRET_${name.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_')}`

/** Secrets from the environment, read once: `PAO_SECRET_<NAME>`, and what the program itself adds by name. */
export const environmentSecrets = (environment: Environment, own: Readonly<Record<string, string>> = {}): SecretSource => {
  const secrets = new Map(Object.entries(environment).filter((entry): entry is [string, string] => entry[0].startsWith('PAO_SECRET_') && entry[1] !== undefined))
  const ownSecrets = new Map(Object.entries(own))
  return { get: (name) => Promise.resolve(ownSecrets.get(name) ?? secrets.get(secretVariable(name))) }
}
