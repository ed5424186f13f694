import { setTimeout as sleep } from 'node:timers/promises'
import type { PluginFailure } from './locate-plugin.js'

/** A module that waits at its top for what never comes must not keep the program from saying so. */
const IMPORT_MS = 30_000

type Exports = Readonly<Record<string, unknown>>

const isObject = (value: unknown): value is Exports => typeof value === 'object' && value !== null

/** Of any shape that says that a plugin is meant, so that what is wrong with it can be told. */
const isMeant = (value: unknown): boolean => isObject(value) && ('requires' in value || 'actions' in value || 'catalogSource' in value)

const isAction = (value: unknown): boolean => isObject(value) && 'apiVersion' in value && 'run' in value

/** `default`, or `plugin`; of a CommonJS module the same of what it exports. */
const choose = (exports: Exports): { readonly plugin: unknown } | PluginFailure => {
  const inner = isObject(exports['default']) ? exports['default'] : {}
  const candidates = [exports['default'], exports['plugin'], inner['default'], inner['plugin']]
  const plugin = candidates.find(isMeant)
  if (plugin !== undefined) return { plugin }
  if (candidates.some(isAction)) return { code: 'plugin-export', message: 'it exports an action, and no plugin: export definePlugin({ …, actions: () => [theAction] }) as default' }
  if (candidates.some((one) => typeof one === 'function')) return { code: 'plugin-export', message: 'it exports a function, and no plugin: export what definePlugin({ … }) gives as default' }
  const names = Object.keys(exports).filter((name) => name !== 'module.exports')
  return { code: 'plugin-export', message: `it exports ${names.length === 0 ? 'nothing' : names.slice(0, 10).join(', ')}, and no plugin: export definePlugin({ … }) as default or as plugin` }
}

const firstLine = (text: string): string => text.split('\n')[0] ?? ''

const failureOf = (error: unknown): PluginFailure => {
  const message = error instanceof Error ? firstLine(error.message) : 'something that is not an error was thrown'
  const missing = /Cannot find package '([^']+)'/.exec(message)?.[1]
  if (missing !== undefined) {
    const name = missing.split('/').slice(0, missing.startsWith('@') ? 2 : 1).join('/')
    return { code: 'plugin-missing-dependency', message: `it imports ${missing}, which is not installed beside it: run "npm install ${name}" where the plugin is` }
  }
  return { code: 'plugin-import', message: `it cannot be imported: ${message}` }
}

const tooLate: PluginFailure = { code: 'plugin-import', message: `it was not imported within ${IMPORT_MS / 1000} seconds: something at its top level waits` }

/** Imports a plugin and finds it among the exports. Total: whatever its module does while it loads is told. */
export const importPlugin = async (url: string, load: (url: string) => Promise<unknown>): Promise<{ readonly plugin: unknown } | PluginFailure> => {
  const done = new AbortController()
  const late = sleep(IMPORT_MS, tooLate, { signal: done.signal }).catch(() => tooLate)
  const loading = load(url).then((exports) => choose(isObject(exports) ? exports : {}), failureOf)
  try {
    return await Promise.race([loading, late])
  } finally {
    done.abort()
  }
}
