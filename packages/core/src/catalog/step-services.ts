import type { Json, JsonObject } from '../json.js'
import { isJsonObject } from '../json.js'
import type { LoadedItem, PlannableStep } from './loaded-item.js'

/** What a step of an item calls. */
export interface StepService {
  readonly step: string
  /** Type of its action. */
  readonly action: string
  /** Hosts with their ports, as URLs have them, as far as the document and its env values say them. */
  readonly hosts: readonly string[]
  /** Whether a request fails with it: no condition skips it, and nothing takes its place. */
  readonly essential: boolean
}

const addressKeys: ReadonlySet<string> = new Set(['url', 'endpoint', 'base_url'])

const hostOf = (text: string): string | undefined => /^https?:\/\/[^/?#{}\s]+/i.test(text) ? URL.parse(/^https?:\/\/[^/?#{}\s]+/i.exec(text)?.[0] ?? '')?.host : undefined

/** The host of a URL that begins with a scheme, or with an env value that does. */
const hostIn = (text: string, env: JsonObject): string | undefined => {
  const name = /^\{\{\s*(?:env|environment)\.([A-Za-z_][A-Za-z0-9_]*)\s*\}\}/.exec(text)?.[1]
  const value = name === undefined || !Object.hasOwn(env, name) ? undefined : env[name]
  return hostOf(typeof value === 'string' ? value : text)
}

const addresses = (config: Json, key = ''): readonly string[] => {
  if (typeof config === 'string') return addressKeys.has(key) ? [config] : []
  if (Array.isArray(config)) return (config as readonly Json[]).flatMap((entry) => addresses(entry, key))
  return isJsonObject(config) ? Object.entries(config).flatMap(([name, entry]) => addresses(entry, name)) : []
}

const fallbacksOf = (steps: readonly PlannableStep[]): ReadonlySet<string> =>
  new Set(steps.flatMap(({ definition: { onFailure } }) => typeof onFailure === 'object' ? [onFailure.fallback] : []))

/** What the steps of the mode that runs call; of a bundle, those of its components. */
export const stepServices = ({ steps }: LoadedItem, env: JsonObject): readonly StepService[] => {
  const fallbacks = fallbacksOf(steps)
  return steps.map(({ definition: { id, action, config, conditions, onFailure } }) => ({
    step: id, action, essential: onFailure === 'fail' && conditions.length === 0 && !fallbacks.has(id),
    hosts: [...new Set(addresses(config).flatMap((text) => hostIn(text.trim(), env) ?? []))],
  }))
}
