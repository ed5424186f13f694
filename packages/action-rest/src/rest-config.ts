import type { ActionSchema, Json, JsonObject } from '@pao/core/action'
import { Schema } from 'effect'

export type RestMethod = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** The config of a `rest-api` step, rendered. Source: catalog format 1.5.2; `idempotency` is ours. */
export interface RestConfig {
  readonly endpoint: {
    readonly url: string
    /** Default: POST when there is a body, else GET. */
    readonly method?: RestMethod | undefined
    /** Seconds for the call, answer included. Default: the client's, 30; never longer than the step's own timeout. */
    readonly timeout?: number | undefined
  }
  readonly headers?: { readonly [name: string]: string } | undefined
  readonly authentication?: {
    /** `oauth2` is known and not supported. */
    readonly type: 'none' | 'basic' | 'bearer' | 'api-key' | 'oauth2'
    readonly credentials?: {
      readonly username?: string | undefined
      /** Names of secrets, never values. */
      readonly password_ref?: string | undefined
      readonly token_ref?: string | undefined
      readonly api_key_ref?: string | undefined
      /** Header that carries the API key. Default `X-API-Key`. */
      readonly api_key_header?: string | undefined
      readonly client_id?: string | undefined
      readonly client_secret_ref?: string | undefined
      readonly scope?: string | undefined
    } | undefined
  } | undefined
  readonly body?: {
    /** Default `json`. */
    readonly type?: 'json' | 'form' | 'raw' | 'xml' | undefined
    /** A text; for `json` also the value itself, for `form` also a map of names to scalars. */
    readonly content_template: Json
    /** Only `utf-8`, the default. */
    readonly encoding?: string | undefined
  } | undefined
  readonly response?: {
    /** Statuses that mean success. Default: 200 to 299. */
    readonly expected_status?: readonly number[] | undefined
    /** False: every status is a success, and `status_code` tells which it was. Default true. */
    readonly error_on_non_2xx?: boolean | undefined
  } | undefined
  readonly parsing?: {
    /** Default `json`. `text` gives the whole answer to the path `$`. `xml` is known and not supported. */
    readonly type?: 'json' | 'text' | 'xml' | undefined
    readonly extract?: readonly RestExtract[] | undefined
  } | undefined
  /** The endpoint honours a key in this header: a call whose answer was lost is made again under the same key. */
  readonly idempotency?: { readonly header: string } | undefined
  readonly circuit_breaker?: Json | undefined
  readonly caching?: Json | undefined
}

export interface RestExtract {
  /** A JSONPath of names, indexes and wildcards. */
  readonly path: string
  /** Read by later steps as `output.<step>.<name>`. */
  readonly name: string
  /** Default false: what is missing in the answer is missing in the output. */
  readonly required?: boolean | undefined
}

/** A schema as the plugin contract wants it. Not exported: no declaration of this package may name effect. */
const actionSchema = <Value>(schema: Schema.Codec<Value, unknown>): ActionSchema<Value> => ({
  schema: Schema.toStandardSchemaV1(schema, { parseOptions: { errors: 'all' } }),
  jsonSchema: {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    ...Schema.toJsonSchemaDocument(schema, { onExcessProperty: 'error' }).schema as JsonObject,
  },
})

const text = Schema.optionalKey(Schema.String)

const Config: Schema.Codec<RestConfig, unknown> = Schema.Struct({
  endpoint: Schema.Struct({
    url: Schema.String.check(Schema.isMinLength(1)),
    method: Schema.optionalKey(Schema.Literals(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'])),
    timeout: Schema.optionalKey(Schema.Finite.check(Schema.isGreaterThan(0))),
  }),
  headers: Schema.optionalKey(Schema.Record(Schema.String, Schema.String)),
  authentication: Schema.optionalKey(Schema.Struct({
    type: Schema.Literals(['none', 'basic', 'bearer', 'api-key', 'oauth2']),
    credentials: Schema.optionalKey(Schema.Struct({
      username: text, password_ref: text, token_ref: text, api_key_ref: text, api_key_header: text, client_id: text, client_secret_ref: text, scope: text,
    })),
  })),
  body: Schema.optionalKey(Schema.Struct({
    type: Schema.optionalKey(Schema.Literals(['json', 'form', 'raw', 'xml'])),
    content_template: Schema.Json,
    encoding: text,
  })),
  response: Schema.optionalKey(Schema.Struct({
    expected_status: Schema.optionalKey(Schema.Array(Schema.Int.check(Schema.isBetween({ minimum: 100, maximum: 599 }))).check(Schema.isMinLength(1))),
    error_on_non_2xx: Schema.optionalKey(Schema.Boolean),
  })),
  parsing: Schema.optionalKey(Schema.Struct({
    type: Schema.optionalKey(Schema.Literals(['json', 'text', 'xml'])),
    extract: Schema.optionalKey(Schema.Array(Schema.Struct({
      path: Schema.String, name: Schema.String.check(Schema.isPattern(/^[A-Za-z_][A-Za-z0-9_-]{0,63}$/u)), required: Schema.optionalKey(Schema.Boolean),
    }))),
  })),
  idempotency: Schema.optionalKey(Schema.Struct({ header: Schema.String.check(Schema.isPattern(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/u)) })),
  circuit_breaker: Schema.optionalKey(Schema.Json),
  caching: Schema.optionalKey(Schema.Json),
})

export const restConfig: ActionSchema<RestConfig> = actionSchema(Config)

/** What later steps read: each extracted name, and the status; that one is absent only where a person said what the step has made. */
export interface RestOutput {
  readonly [name: string]: Json
  readonly status_code?: number
}

const Output: Schema.Codec<RestOutput, unknown> = Schema.StructWithRest(Schema.Struct({ status_code: Schema.optionalKey(Schema.Int) }), [Schema.Record(Schema.String, Schema.Json)])

export const restOutput: ActionSchema<RestOutput> = actionSchema(Output)

/** The method, as the default says. */
export const methodOf = (config: RestConfig): RestMethod => config.endpoint.method ?? (config.body === undefined ? 'GET' : 'POST')
