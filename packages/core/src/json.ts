/** Milliseconds since the Unix epoch, UTC. In pure code it always arrives as a value, inside an event or an argument. */
export type Instant = number

/** A value that survives `JSON.stringify` and `JSON.parse` unchanged. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject

/** A JSON object. Code that reads members named by people goes through `hasOwn`: names such as `__proto__` are refused at the edges. */
export type JsonObject = { readonly [name: string]: Json }

/** True for a plain JSON object, false for `null`, arrays and scalars. */
export const isJsonObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
