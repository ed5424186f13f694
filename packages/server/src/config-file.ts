import { readFileSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { nearestName } from '@pao/core'
import type { JsonObject } from '@pao/core/action'
import { isAlias, isMap, isNode, isPair, isScalar, isSeq, LineCounter, parseDocument, visit } from 'yaml'
import type { Node, YAMLMap } from 'yaml'

/** One plugin as the file names it. */
export interface PluginEntry {
  /** Name of a package, or a path from the file. */
  readonly uses: string
  /** Its options. Absent: none were written. */
  readonly with?: JsonObject
  /** Where it stands, for people: `pao.config.yaml:3:5`. */
  readonly at: string
}

/** What the file says. */
export interface ConfigFile {
  /** Absolute. Absent: there is none. */
  readonly path?: string
  readonly plugins: readonly PluginEntry[]
}

const CONFIG_FILE_NAME = 'pao.config.yaml'

const MAX_BYTES = 1024 * 1024

/** Tells a problem at a node of the file. */
interface Reading {
  readonly at: (node: unknown) => string
  readonly refuse: (node: unknown, message: string) => undefined
}

const unknownKeys = ({ refuse }: Reading, map: YAMLMap, known: readonly string[], where: string): void => {
  for (const { key } of map.items) {
    const name = isScalar(key) ? String(key.value) : 'a key that is no text'
    if (known.includes(name)) continue
    const meant = nearestName(name, known)
    refuse(key, `"${name}" is not known ${where}. ${meant === undefined ? `Known: ${known.join(', ')}.` : `Did you mean "${meant}"?`}`)
  }
}

const textOf = (reading: Reading, node: unknown, what: string): string | undefined => {
  const value = isScalar(node) ? node.value : undefined
  return typeof value === 'string' && value.trim() !== '' ? value : reading.refuse(node, `${what} must be the name of a package or a path that begins with "./".`)
}

/** Names of options that hold a secret by themselves, and not the name of one (as `tokenSecret` does). */
const holdsSecret = /(password|passwd|passphrase|token|credentials?|(api|private|access)[-_]?key)$/i

const hasPassword = (text: string): boolean => URL.canParse(text) && new URL(text).password !== ''

const refuseSecrets = (reading: Reading, options: YAMLMap): void => {
  visit(options, {
    Pair: (_, { key, value }) => {
      const name = isScalar(key) ? String(key.value) : ''
      const text = isScalar(value) && typeof value.value === 'string' ? value.value : ''
      if (text !== '' && (holdsSecret.test(name) || hasPassword(text))) {
        reading.refuse(value, `"${name}" holds a secret. Put it into a variable PAO_SECRET_<NAME>, and give the plugin its name (an option such as tokenSecret).`)
      }
    },
  })
}

const readOptions = (reading: Reading, node: unknown): JsonObject | undefined => {
  if (!isMap(node)) return reading.refuse(node, 'with must be an object of options.')
  refuseSecrets(reading, node)
  return node.toJSON() as JsonObject
}

const readEntry = (reading: Reading, node: unknown, index: number): PluginEntry | undefined => {
  const what = `plugins[${index}]`
  const at = reading.at(node)
  if (!isMap(node)) {
    const uses = textOf(reading, node, what)
    return uses === undefined ? undefined : { uses, at }
  }
  unknownKeys(reading, node, ['uses', 'with'], `in ${what}`)
  const uses = textOf(reading, node.get('uses', true) ?? node, `uses of ${what}`)
  const options = node.has('with') ? readOptions(reading, node.get('with', true)) : undefined
  return uses === undefined ? undefined : { uses, at, ...(options === undefined ? {} : { with: options }) }
}

const readPlugins = (reading: Reading, node: unknown): readonly PluginEntry[] => {
  if (isScalar(node) && node.value === null) return []
  if (!isSeq(node)) {
    reading.refuse(node, 'plugins must be a list.')
    return []
  }
  return node.items.flatMap((item, index) => readEntry(reading, item, index) ?? [])
}

/** What YAML takes and this file does not: values from elsewhere in it, types of one's own, numbers that JSON cannot hold. */
const refuseUnread = (reading: Reading, contents: Node): void => {
  visit(contents, (_, node) => {
    if (isAlias(node) || (isNode(node) && 'anchor' in node && node.anchor !== undefined)) reading.refuse(node, 'anchors and aliases are not read here: write the value out.')
    else if (isNode(node) && node.tag !== undefined) reading.refuse(node, `the tag ${node.tag} is not read here: remove it.`)
    else if (isScalar(node) && typeof node.value === 'number' && !Number.isFinite(node.value)) reading.refuse(node, 'NaN and infinity are not read here.')
    else if (isPair(node) && isScalar(node.key) && ['__proto__', 'constructor', 'prototype', '<<'].includes(String(node.key.value))) reading.refuse(node.key, `"${String(node.key.value)}" is no name here.`)
  })
}

/** Reads the text of a configuration file; every problem is told at once, with its place, and none quotes a value. */
export const parseConfigFile = (text: string, path: string): { readonly file: ConfigFile; readonly problems: readonly string[] } => {
  const problems: string[] = []
  const lines = new LineCounter()
  const place = (offset: number): string => {
    const { line, col } = lines.linePos(offset)
    return `${basename(path)}:${line}:${col}`
  }
  const at = (node: unknown): string => place((isNode(node) ? node.range?.[0] : undefined) ?? 0)
  const reading: Reading = { at, refuse: (node, message) => { problems.push(`${at(node)}: ${message}`) } }
  const none = { file: { path, plugins: [] }, problems }
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'error', version: '1.2', merge: false, stringKeys: true })
  problems.push(...document.errors.map(({ pos, message }) => `${place(pos[0])}: ${message.split('\n')[0] ?? ''}${message.endsWith('.') ? '' : '.'}`))
  if (problems.length > 0 || document.contents === null) return none
  refuseUnread(reading, document.contents)
  if (problems.length > 0) return none
  if (isScalar(document.contents) && document.contents.value === null) return none
  if (!isMap(document.contents)) {
    reading.refuse(document.contents, 'the file must be an object with the key plugins.')
    return none
  }
  unknownKeys(reading, document.contents, ['plugins'], 'in this file')
  const plugins = document.contents.has('plugins') ? readPlugins(reading, document.contents.get('plugins', true)) : []
  return { file: { path, plugins }, problems }
}

const isThere = (path: string): boolean => statSync(path, { throwIfNoEntry: false }) !== undefined

/** A file with another ending is nobody's; it would be ignored in silence. */
const misnamed = (directory: string): readonly string[] =>
  ['pao.config.yml', 'pao.config.json'].filter((name) => isThere(join(directory, name))).map((name) => `${name} is not read: name it ${CONFIG_FILE_NAME}.`)

/** Reads the configuration file: the one that PAO_CONFIG names, which must be there, else pao.config.yaml of the working directory, where there is one. */
export const readConfigFile = (named: string | undefined, workingDirectory: string): { readonly file: ConfigFile; readonly problems: readonly string[] } => {
  const path = named ?? join(workingDirectory, CONFIG_FILE_NAME)
  if (named === undefined && !isThere(path)) return { file: { plugins: [] }, problems: misnamed(workingDirectory) }
  try {
    const { size } = statSync(path)
    if (size > MAX_BYTES) return { file: { plugins: [] }, problems: [`${basename(path)} is larger than ${MAX_BYTES} bytes.`] }
    return parseConfigFile(new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path)), path)
  } catch (error) {
    const reason = error instanceof TypeError ? 'it is not UTF-8 text' : (error as NodeJS.ErrnoException).code ?? 'no reason given'
    return { file: { plugins: [] }, problems: [`The configuration file ${path} cannot be read (${reason}). ${named === undefined ? 'Correct it, or remove it' : 'Set PAO_CONFIG to a YAML file'}.`] }
  }
}
