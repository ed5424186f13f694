import type { AnyAction } from '../action/action.js'
import type { HttpClient } from '../action/http.js'
import type { StandardSchema } from '../action/standard-schema.js'
import type { CatalogSource } from '../ports/catalog-source.js'
import type { Clock } from '../ports/clock.js'
import type { Logger } from '../ports/logger.js'

/** Everything that a plugin gets. What is not here it must not look for: no environment, no files of the program, no global. */
export interface PluginContext<Options = undefined> {
  /** As the plugin's own schema gave them; `undefined` where it has none. */
  readonly options: Options
  /** The program's log; each line carries the plugin's name. Never an input of a request or a secret. */
  readonly logger: Logger
  /** Outgoing calls, under the program's egress policy, with deadlines and body caps. */
  readonly http: HttpClient
  readonly clock: Clock
  /** The value of a secret that `secrets` named: throws SECRET_NOT_DECLARED for any other, SECRET_UNAVAILABLE where there is none. */
  secret(name: string): Promise<string>
}

/**
 * What a package exports, as default or as `plugin`. A value: importing it registers and starts nothing. Each member that provides something is a
 * function of the context, called once when the program starts; it does not wait, call or read anything itself.
 */
export interface Plugin<Options = undefined> {
  /** What messages call it: the name of its package, or of its file. Unique in a program. */
  readonly name: string
  /** Semantic version of the plugin. */
  readonly version: string
  /** Range of @pao/core that it is written for, as in `peerDependencies`, for example `^1.2.0`. Checked before anything of it is called. */
  readonly requires: { readonly '@pao/core': string }
  /** Schema of its options; it answers synchronously. Absent: it takes none, and options given to it are refused. */
  readonly options?: StandardSchema<unknown, Options>
  /** Names of the secrets that it asks for itself. Options hold names of secrets, never secrets. Default: none. */
  readonly secrets?: (options: Options) => readonly string[]
  /** The actions that it adds. */
  readonly actions?: (context: PluginContext<Options>) => readonly AnyAction[]
  /** Where the catalog's documents come from, in place of the folder. One plugin of a program has it. */
  readonly catalogSource?: (context: PluginContext<Options>) => CatalogSource
}

/** Any plugin, whatever its options. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- the type of the options is private to each plugin
export type AnyPlugin = Plugin<any>

/** Declares a plugin. Nothing is registered and nothing runs by it. */
export const definePlugin = <Options = undefined>(plugin: Plugin<Options>): Plugin<Options> => plugin
