import { breakingChanges, isMajorChange } from './breaking-changes.js'
import type { Issue, Profile } from './issue.js'
import type { LoadedItem } from './loaded-item.js'
import { readYaml } from './read-yaml.js'
import { child } from './source-node.js'

/** Where the item says its version. */
const placeOfVersion = ({ source }: LoadedItem): Pick<Issue, 'line' | 'column'> => {
  const { root, position } = readYaml(source)
  return position(child(child(root, 'metadata'), 'version')?.start ?? 0)
}

/** What an item's new version breaks while it keeps its major version, at the place of that version. Undefined: nothing. */
export const breakingIssue = (before: LoadedItem, after: LoadedItem, profile: Profile): Issue | undefined => {
  if (before.item.form === after.item.form || isMajorChange(before.item, after.item)) return undefined
  // Nobody could order it, so nobody has an input that worked: a draft may change as it likes.
  if (before.blockers.length > 0) return undefined
  const changes = breakingChanges(before.item, after.item)
  if (changes.length === 0) return undefined
  const told = changes.slice(0, 5).map(({ message }) => message).join('; ')
  const more = changes.length > 5 ? `; and ${changes.length - 5} more` : ''
  const next = `${Number(before.item.version.split('.')[0]) + 1}.0.0`
  return {
    code: 'breaking-change', severity: profile === 'strict' ? 'error' : 'warning', path: 'metadata.version', file: after.path, ...placeOfVersion(after),
    message: `this breaks with version ${before.item.version}: ${told}${more}. Write ${next}`, suggestion: next,
  }
}

interface Versions {
  readonly items: Map<string, LoadedItem>
  readonly issues: Issue[]
}

/**
 * Tells the items whose form breaks with what was served before. In profile strict what was served stays; in compat the new one is served, and
 * `baselines` remembers what it breaks with, so that the issue stays until the version says so. `lastGood`: what was served, by id.
 */
export const checkVersions = ({ items, issues }: Versions, lastGood: ReadonlyMap<string, LoadedItem>, before: ReadonlyMap<string, LoadedItem>, profile: Profile): ReadonlyMap<string, LoadedItem> => {
  const baselines = new Map<string, LoadedItem>()
  for (const [id, item] of items) {
    const base = before.get(id) ?? lastGood.get(id)
    const issue = base === undefined ? undefined : breakingIssue(base, item, profile)
    if (base === undefined || issue === undefined) continue
    issues.push(issue)
    if (profile === 'strict') items.set(id, base)
    else baselines.set(id, base)
  }
  return baselines
}
