import { readFileSync } from 'node:fs'

/** Of this program, from the manifest beside its folder. */
export const version = (JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { readonly version: string }).version
