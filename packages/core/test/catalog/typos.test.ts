import { readdirSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Issue } from '../../src/catalog/issue.js'
import { loadDocument } from '../../src/catalog/load-document.js'
import { caseFile, queue } from './documents.js'
import { actions } from './fake-actions.js'
import { type NamePlace, namesIn, slips } from './typos.js'

/** Where names are the author's own, or belong to what is not installed or not read: nothing can tell a slip from a name. Each with its reason. */
const free: readonly (readonly [pattern: RegExp, reason: string])[] = [
  [/^key metadata\.(?!(?:id|name|description|version|category|subcategory|owner|tags|visibility|access|sla|cost|compliance|dependencies|stage)\b)/, 'constants of the author'],
  [/^key metadata\.cost\.unit_cost\./, 'names of what is counted'],
  [/^key fulfillment\.\w+\.actions\.\*\.config\.(variables|outputs|inputs|headers|customFields|custom_fields)\./, 'names of the author'],
  [/^key fulfillment\.\w+\.actions\.\*\.config\.connection\./, 'the schema of the action that stands in for the real one leaves it open'],
  [/^key fulfillment\.\w+\.actions\.\*\.(config|template)\.(backend|execution|module|source|workspace|outputs|variables|provider|body|authentication|repository|path|branch|content_template|contentTemplate)\b/, 'the action is not installed: its schema is not known'],
  [/^key fulfillment\.\w+\.actions\.\*\.output\.fields\./, 'names that the author gives to outputs'],
  [/^key fulfillment\.(prerequisites|post_fulfillment)\.\*\.config\./, 'settings of a type that is not carried out yet'],
  [/^key (lifecycle\.(maintenance|versioning)|monitoring)\./, 'kept and shown, nothing acts on it'],
  [/^key .*\.(ui_hints|validation\.messages)\./, 'for whoever draws the form'],
  [/^key .*\.datasource\.config\./, 'settings of the source'],
]

/** Names of templates that nothing declares. */
const undeclared = (file: string, { name, path }: NamePlace): boolean =>
  // The fields that the case leaves out: without the slip they are unknown too.
  (file.startsWith('v2-4a5bb00f') && ['engine_version', 'instance_class', 'storage_size', 'database_name', 'security_group_id', 'environment'].includes(name))
  // Outputs of an action that is not installed, and what a failure holds.
  || (file.startsWith('v2-eec32543') && ['resource_id', 'endpoint', 'port', 'message', 'error', 'id', 'timestamp'].includes(name) && /body|notifications|monitoring/.test(path))

/** Keys whose slip makes another document of the file, so that more is said than one suggestion. */
const turning: readonly string[] = ['kind', 'metadata', 'header', 'presentation.groups', 'fulfillment.manual.actions.*.config.project', 'fulfillment.manual.actions.*.config.issue_type', 'fulfillment.manual.actions.*.config.description_template']

const files = readdirSync(new URL('../fixtures/catalog/', import.meta.url)).filter((name) => name.endsWith('.yaml')).map((name) => name.slice(0, -'.yaml'.length))
  // The dialect flat is recognised and answered with one issue; nothing of it is read.
  .filter((name) => !name.startsWith('flat'))
const sources = new Map([...files.map((name) => [name, caseFile(name)] as const), ['queue', queue] as const])
const templateEnv = [...new Set([...sources.values()].flatMap((source) => [...source.matchAll(/\benv\.([A-Z_]+)/g)].map(([, name]) => name ?? '')))]

const check = (source: string): readonly Issue[] => loadDocument({ path: 'queue.yaml', source, profile: 'compat', actions, templateEnv }).issues
const keyOf = ({ code, message, suggestion }: Issue): string => `${code}|${message}|${suggestion ?? ''}`
const plain = (text: string): string => text.toLowerCase().replace(/[-_]/g, '')

/** True for an issue that names what was meant: as its suggestion, or as what is missing. */
const names = ({ code, message, suggestion = '', path }: Issue, name: string): boolean =>
  plain(suggestion).includes(plain(name)) || plain(/did you mean (.*)\?/.exec(message)?.[1] ?? '').includes(plain(name))
  || (['missing', 'step-id-missing'].includes(code) && path.endsWith(name)) || (/\b(?:needs|asks for)\b/.test(message) && plain(message).includes(plain(name)))

const isFree = (file: string, place: NamePlace): boolean =>
  place.kind === 'key' ? free.some(([pattern]) => pattern.test(`key ${place.path}`)) : undeclared(file, place)

interface Slip { readonly file: string; readonly place: NamePlace; readonly slip: string }

const all = (): readonly Slip[] => [...sources].flatMap(([file, source]) => namesIn(source).filter((place) => !isFree(file, place)).flatMap((place) => slips(place.name).filter((slip) => plain(slip) !== plain(place.name)).map((slip) => ({ file, place, slip }))))

const before = new Map([...sources].map(([file, source]) => [file, new Set(check(source).map(keyOf))]))

const fresh = ({ file, place, slip }: Slip): readonly Issue[] => {
  const source = sources.get(file) ?? ''
  return check(source.slice(0, place.offset) + slip + source.slice(place.offset + place.name.length)).filter((issue) => before.get(file)?.has(keyOf(issue)) !== true)
}

const failures = (chosen: readonly Slip[]): readonly string[] => chosen.flatMap((one) => {
  const { file, place, slip } = one
  const issues = fresh(one)
  // A name of one or two letters is too short to be guessed; that it is not known is told. `message` is a key too.
  const another = place.name === 'messages' && slip === 'message'
  const right = another || place.name.length < 3 || (place.kind === 'key' && turning.includes(place.path)) ? issues.length > 0 : issues.some((issue) => names(issue, place.name))
  return right ? [] : [`${file} ${place.kind} ${place.path}: ${place.name} → ${slip}: ${issues.map(({ code, message }) => `${code} ${message}`).join('; ') || 'nothing is told'}`]
})

describe('one slip in a key, or in a path of a template', () => {
  const everything = process.env['PAO_ALL_TYPOS'] === '1'
  const only = process.env['PAO_TYPO_FILE']
  test('is told, with the name that was meant', () => {
    const slipped = all().filter(({ file }) => only === undefined || file.startsWith(only))
    const seed = Number(process.env['PAO_TYPO_SEED'] ?? Date.now() % 1_000_000)
    if (!everything) console.log(`typos: PAO_TYPO_SEED=${seed}, ${slipped.length} in all`)
    const chosen = everything ? slipped : fc.sample(fc.constantFrom(...slipped), { seed, numRuns: 200 })
    if (only === undefined) expect(slipped.length).toBeGreaterThan(10_000)
    expect(failures(chosen)).toEqual([])
  }, everything ? 3_600_000 : 60_000)

  test('the list of free places holds no more than it must', () => {
    for (const [pattern, reason] of free) expect(files.some((file) => namesIn(caseFile(file)).some((place) => place.kind === 'key' && pattern.test(`key ${place.path}`))), reason).toBe(true)
  })
})
