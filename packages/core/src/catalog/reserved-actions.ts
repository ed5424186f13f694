import { type Findings, plainName } from './conform.js'
import type { DocumentPath } from './issue.js'
import { type ReadStep, placeIn } from './read-steps.js'
import { type SourceNode, child, valueOf } from './source-node.js'

/** What the format asks of the config of each action type that it reserves (catalog-format 1.5), for those that are not installed. */
const expected: Readonly<Record<string, readonly DocumentPath[]>> = {
  'jira-ticket': [['ticket', 'project'], ['ticket', 'issue_type'], ['ticket', 'summary_template']],
  'rest-api': [['endpoint', 'url'], ['endpoint', 'method']],
  'webhook': [['endpoint', 'url'], ['endpoint', 'method']],
  'github-workflow': [['repository'], ['workflow']],
  'cost-estimation': [['provider'], ['resources']],
  'git-commit': [['repository'], ['branch'], ['files']],
}

/** The forms of a terraform config, told apart by the first key. */
const terraformForms: readonly (readonly DocumentPath[])[] = [
  [['content_template'], ['filename'], ['repository_mapping']], [['source'], ['module']], [['repository'], ['module']],
]

/** No schema is at hand that could bring keys into their canonical spelling. */
const looselyAt = (node: SourceNode | undefined, path: DocumentPath): SourceNode | undefined =>
  path.reduce<SourceNode | undefined>((at, name) => at?.kind === 'object' ? [...at.entries].find(([key]) => plainName(key) === plainName(String(name)))?.[1].node : undefined, node)

const expectedOf = (step: ReadStep): readonly DocumentPath[] => {
  const { action } = step.definition
  if (action !== 'terraform') return Object.hasOwn(expected, action) ? expected[action] ?? [] : []
  const config = child(step.node, 'config')
  return terraformForms.find(([first]) => looselyAt(config, first ?? []) !== undefined) ?? terraformForms[0] ?? []
}

/** The config of an action that is not installed cannot be checked by its schema; what the format itself asks for can. */
export const checkReservedConfig = (findings: Findings, step: ReadStep): void => {
  const config = child(step.node, 'config')
  for (const path of expectedOf(step)) {
    const found = looselyAt(config, path)
    const value = found === undefined ? undefined : valueOf(found)
    if (value !== undefined && value !== null && !(Array.isArray(value) && value.length === 0)) continue
    findings.add('config-incomplete', 'strict', [...step.path, 'config', ...path], placeIn(config, path) ?? step.node.start, `${step.definition.action} asks for ${path.join('.')}`)
  }
}
