import type { Json } from '@pao/core/action'

const VERSION = 1
const MAX_LENGTH = 512

/** A place in a list, as an opaque text: base64url of a versioned JSON array. It grants nothing: who reads is checked again. */
export const encodeCursor = (parts: readonly (string | number)[]): string =>
  Buffer.from(JSON.stringify([VERSION, ...parts])).toString('base64url')

/** The parts of a cursor. Undefined: it was not made by `encodeCursor`, or by another version of it. */
export const decodeCursor = (cursor: string): readonly (string | number)[] | undefined => {
  if (cursor.length > MAX_LENGTH || !/^[A-Za-z0-9_-]+$/.test(cursor)) return undefined
  let json: Json
  try {
    json = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')) as Json
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
  if (!Array.isArray(json) || json[0] !== VERSION) return undefined
  const parts = json.slice(1) as readonly Json[]
  return parts.every((part): part is string | number => typeof part === 'string' || typeof part === 'number') ? parts : undefined
}
