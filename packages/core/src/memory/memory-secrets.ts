import type { SecretSource } from '../ports/secret-source.js'

/** Port SecretSource over values that the caller has. */
export const memorySecrets = (values: Readonly<Record<string, string>> | ReadonlyMap<string, string>): SecretSource => {
  const secrets = values instanceof Map ? new Map<string, string>(values) : new Map(Object.entries(values))
  return { get: async (name) => secrets.get(name) }
}
