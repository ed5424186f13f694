import type { Handler } from '../answer.js'

export interface Route {
  readonly method: 'GET' | 'POST'
  /** Below the base path, in Hono's spelling. */
  readonly path: string
  readonly handler: Handler
  /** Takes a body of YAML beside JSON. Absent: JSON alone. */
  readonly yaml?: true
}

export const get = (path: string, handler: Handler): Route => ({ method: 'GET', path, handler })
export const post = (path: string, handler: Handler): Route => ({ method: 'POST', path, handler })
/** A POST that takes a body of YAML beside JSON. */
export const postYaml = (path: string, handler: Handler): Route => ({ method: 'POST', path, handler, yaml: true })
