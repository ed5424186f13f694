import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Json } from '@pao/core/action'

/** A map that outlives the process: what `set` was given is read again after a kill. */
export interface Journal {
  get(key: string): Json | undefined
  set(key: string, value: Json): void
  delete(key: string): void
  /** Values whose key begins so, in the order in which they first came. */
  list(prefix: string): readonly Json[]
}

type Line = readonly [key: string, value: Json] | readonly [key: string]

/** A line that a kill cut off says nothing: the call that wrote it was never answered. */
const readLine = (line: string): Line | undefined => {
  try {
    return JSON.parse(line) as Line
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

const load = (file: string): Map<string, Json> => {
  const entries = new Map<string, Json>()
  if (!existsSync(file)) return entries
  for (const text of readFileSync(file, 'utf8').split('\n')) {
    const line = text === '' ? undefined : readLine(text)
    if (line === undefined) continue
    if (line.length === 2) entries.set(line[0], line[1])
    else entries.delete(line[0])
  }
  return entries
}

/** Opens a journal file: one JSON line for each change, rewritten without history when it is opened. */
export const openJournal = (file: string): Journal => {
  mkdirSync(dirname(file), { recursive: true })
  const entries = load(file)
  const compact = `${file}.new`
  writeFileSync(compact, [...entries].map((line) => `${JSON.stringify(line)}\n`).join(''), { mode: 0o600 })
  renameSync(compact, file)
  const append = (line: Line) => { appendFileSync(file, `${JSON.stringify(line)}\n`) }
  return {
    get: (key) => entries.get(key),
    set: (key, value) => {
      append([key, value])
      entries.set(key, value)
    },
    delete: (key) => {
      if (entries.delete(key)) append([key])
    },
    list: (prefix) => [...entries].filter(([key]) => key.startsWith(prefix)).map(([, value]) => value),
  }
}
