import type { Owner } from './catalog-item.js'
import type { Findings } from './conform.js'
import { durationSeconds } from './duration.js'
import { metadataShape } from './metadata-shape.js'
import { type SourceNode, child, flagOf, itemsOf, textOf, textsOf, valueOf } from './source-node.js'

/** Team lists of `visibility.teams` and of the older `access.allowedTeams`: who may see and order. Empty: everybody. */
export const readTeams = (findings: Findings, metadata: SourceNode | undefined): readonly string[] => {
  const teams = child(child(metadata, 'visibility'), 'teams')
  const allowed = child(child(metadata, 'access'), 'allowedTeams')
  if (textOf(teams) === 'all') findings.add('all-teams', 'warning', ['metadata', 'visibility', 'teams'], teams?.start ?? 0, 'all means no restriction', { suggestion: '[]' })
  const [own, older] = [textsOf(teams), textsOf(allowed)]
  if (allowed === undefined) return own
  if (teams !== undefined && [...own].sort().join() !== [...older].sort().join()) findings.add('conflicting-keys', 'error', ['metadata', 'access', 'allowedTeams'], allowed.start, 'access.allowedTeams says something else than visibility.teams')
  else findings.add('older-key', 'warning', ['metadata', 'access', 'allowedTeams'], allowed.start, 'access.allowedTeams is an older spelling of visibility.teams', { suggestion: 'visibility.teams' })
  return older
}

export const readOwner = (metadata: SourceNode | undefined): Owner => {
  const owner = child(metadata, 'owner')
  const [contact, escalation] = [textOf(child(owner, 'contact')), textOf(child(owner, 'escalation'))]
  return {
    team: textOf(child(owner, 'team')) ?? textOf(owner) ?? '', jiraProject: textOf(child(owner, 'jiraProject')) ?? 'PLATFORM',
    ...(contact === undefined ? {} : { contact }), ...(escalation === undefined ? {} : { escalation }),
  }
}

/** Seconds of a duration under a name. */
export const secondsOf = (node: SourceNode | undefined, name: string): number | undefined => {
  const found = child(node, name)
  const value = found === undefined ? undefined : valueOf(found)
  return typeof value === 'string' || typeof value === 'number' ? durationSeconds(value) : undefined
}

const checkLifecycle = (findings: Findings, root: SourceNode): void => {
  const stage = child(child(root, 'metadata'), 'stage')
  const name = textOf(stage)
  if (name === 'draft' || name === 'archived') findings.add('not-offered', 'warning', ['metadata', 'stage'], stage?.start ?? 0, name === 'draft' ? 'the item is a draft' : 'the item is archived', { blocks: true })
  const deprecation = child(child(root, 'lifecycle'), 'deprecation')
  const deprecated = child(deprecation, 'deprecated')
  if (flagOf(deprecated) === true && child(deprecation, 'sunset_date') === undefined && child(deprecation, 'migration_path') === undefined) {
    findings.add('deprecation-incomplete', 'strict', ['lifecycle', 'deprecation'], deprecated?.start ?? 0, 'a deprecated item needs sunset_date or migration_path')
  }
}

/** Who decides: names in a list, or in each stage where no rule works them out. */
const hasApprovers = (config: SourceNode | undefined): boolean => {
  const stages = itemsOf(config, 'stages')
  if (stages.length === 0) return itemsOf(config, 'approvers').length > 0
  return stages.every((stage) => {
    const approvers = child(stage, 'approvers')
    return textOf(child(approvers, 'type')) === 'dynamic' || itemsOf(stage, 'approvers').length > 0 || itemsOf(approvers, 'list').length > 0
  })
}

/** Custom constants are written in camel case, as templates read them. */
const checkConstants = (findings: Findings, metadata: SourceNode | undefined): void => {
  if (metadata?.kind !== 'object') return
  for (const [name, { keyStart }] of metadata.entries) {
    if (Object.hasOwn(metadataShape.members, name) || /^[a-z][A-Za-z0-9]*$/.test(name)) continue
    const camel = name.replace(/[^A-Za-z0-9]+(.)?/g, (_, first: string | undefined) => first?.toUpperCase() ?? '').replace(/^[A-Z]+/, (first) => first.toLowerCase())
    const suggestion = /^[a-z]/.test(camel) ? camel : undefined
    findings.add('constant-name', 'strict', ['metadata', name], keyStart, `the constant ${name} must be written in camel case${suggestion === undefined ? '' : `: ${suggestion}`}`, { suggestion })
  }
}

/** What the metadata says beyond its shape. */
export const checkMetadata = (findings: Findings, root: SourceNode): void => {
  const metadata = child(root, 'metadata')
  const version = child(metadata, 'version')
  if (/[-+]/.test(textOf(version) ?? '')) findings.add('version-form', 'warning', ['metadata', 'version'], version?.start ?? 0, 'a version with a pre-release or build part')
  checkLifecycle(findings, root)
  checkConstants(findings, metadata)
  const approval = child(child(metadata, 'visibility'), 'require_approval')
  const prerequisites = child(child(root, 'fulfillment'), 'prerequisites')
  const types = prerequisites?.kind === 'list' ? prerequisites.items.map((item) => textOf(child(item, 'type')) ?? '') : []
  if (approval?.kind === 'scalar' && approval.value === true && !types.some((type) => type.startsWith('approval'))) {
    findings.add('approval-expected', 'warning', ['metadata', 'visibility', 'require_approval'], approval.start, 'require_approval without an approval among fulfillment.prerequisites')
  }
  for (const [index, type] of types.entries()) {
    const node = prerequisites?.kind === 'list' ? prerequisites.items[index] : undefined
    findings.add('prerequisite-not-built', 'warning', ['fulfillment', 'prerequisites', index], node?.start ?? 0, `the prerequisite ${type} is not carried out yet`, { blocks: true })
    if (type.startsWith('approval') && !hasApprovers(child(node, 'config'))) findings.add('approvers-missing', 'strict', ['fulfillment', 'prerequisites', index, 'config', 'approvers'], (child(node, 'config') ?? node)?.start ?? 0, 'an approval needs approvers: without them nobody could decide')
  }
}
