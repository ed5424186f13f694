import { isJsonObject } from '../json.js'
import type { Findings } from './conform.js'
import { readHealthChecks } from './health-checks.js'
import { type ObjectNode, child, itemsOf, objectOf, textOf } from './source-node.js'

/** Tells which entries of `monitoring.health_checks` are not carried out, and why. */
export const checkHealthChecks = (findings: Findings, root: ObjectNode): void => {
  const document = objectOf(root)
  const metadata = isJsonObject(document['metadata']) ? document['metadata'] : {}
  const nodes = itemsOf(child(root, 'monitoring'), 'health_checks')
  const names = nodes.map((node) => textOf(child(node, 'name')) ?? '')
  for (const [index, node] of nodes.entries()) {
    const path = ['monitoring', 'health_checks', index]
    if (names.indexOf(names[index] ?? '') !== index) findings.add('duplicate-id', 'error', [...path, 'name'], node.start, `the health check ${names[index] ?? ''} stands twice`)
    const [read] = readHealthChecks({ monitoring: { health_checks: [node.kind === 'object' ? objectOf(node) : null] } }, { metadata })
    if (read === undefined || !('unread' in read)) continue
    const { name, why, kind } = read.unread
    if (kind === 'wrong') findings.add('health-check', 'strict', [...path, 'config'], child(node, 'config')?.start ?? node.start, `the health check ${name} cannot be carried out: ${why}`)
    else findings.add('informs-only', 'warning', path, node.start, `the health check ${name} is kept and not carried out: ${why}`)
  }
}
