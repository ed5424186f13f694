import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The workspace's root directory. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)))
