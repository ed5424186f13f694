import { nearestName } from '../../expression/nearest-name.js'
import { createInputValidator } from '../../form/input-validator.js'
import { formSchema } from '../../form/form-schema.js'
import { sealedFields } from '../../form/sealed-fields.js'
import { checkDataSources } from '../check-data-sources.js'
import { checkHealthChecks } from '../check-health-checks.js'
import type { Findings } from '../conform.js'
import type { DocumentPath } from '../issue.js'
import { orderSteps } from '../order-steps.js'
import { readForm } from '../read-form.js'
import { envReader, itemOf, type ReadItem, type ReadItemOptions } from '../read-item.js'
import { checkMetadata } from '../read-metadata.js'
import { milliseconds } from '../read-steps.js'
import { type ObjectNode, type SourceNode, child, flagOf, itemsOf, keyOffset, objectOf, textOf, textsOf } from '../source-node.js'
import type { BundleDefinition, ComponentDefinition } from './bundle-definition.js'
import type { Fulfillment } from '../catalog-item.js'
import { typeOfJson } from '../value-types.js'
import { parentTicket } from './parent-ticket.js'

const DEFAULT_LINK = 'Blocks'

const at = (index: number, ...rest: DocumentPath): DocumentPath => ['components', index, ...rest]

const componentOf = (node: SourceNode, place: number): ComponentDefinition | undefined => {
  const [id, itemId, config] = [textOf(child(node, 'id')), textOf(child(node, 'catalogItem')), child(node, 'config')]
  if (id === undefined || itemId === undefined) return undefined
  return { id, itemId, dependsOn: [...new Set(textsOf(child(node, 'dependsOn')))], config: config?.kind === 'object' ? objectOf(config) : {}, place, offset: node.start }
}

const checkComponents = (findings: Findings, nodes: readonly SourceNode[]): void => {
  const ids = nodes.map((node) => textOf(child(node, 'id')) ?? '')
  for (const [index, node] of nodes.entries()) {
    const id = ids[index] ?? ''
    if (ids.indexOf(id) !== index) findings.add('duplicate-id', 'error', at(index, 'id'), child(node, 'id')?.start ?? node.start, `the component id ${id} stands twice`)
    for (const other of textsOf(child(node, 'dependsOn'))) {
      if (ids.includes(other)) continue
      const near = nearestName(other, ids)
      findings.add('unknown-component', 'error', at(index, 'dependsOn'), keyOffset(node, 'dependsOn'), `there is no component ${other}${near === undefined ? '' : `: did you mean ${near}?`}`, { suggestion: near })
    }
  }
}

const inOrder = (findings: Findings, components: readonly ComponentDefinition[]): readonly ComponentDefinition[] => {
  const order = orderSteps(components.map((component, index) => ({ ...component, order: index, onFailure: 'fail' as const, component })))
  if (order.ok) return order.steps.map(({ component }) => component)
  const first = components.find(({ id }) => id === order.cycle[0])
  findings.add('dependency-cycle', 'error', ['components'], first?.offset ?? 0, `components depend on each other in a circle: ${order.cycle.join(', ')}`)
  return components
}

const linkTypeOf = (orchestration: SourceNode | undefined): { readonly linkType?: string } => {
  const linking = child(orchestration, 'jiraLinking')
  return linking === undefined && orchestration === undefined ? {} : { linkType: textOf(child(linking, 'linkType')) ?? DEFAULT_LINK }
}

const tellParallel = (findings: Findings, orchestration: SourceNode | undefined): void => {
  const mode = child(orchestration, 'mode')
  if (textOf(mode) === 'parallel') findings.add('informs-only', 'warning', ['fulfillment', 'orchestration', 'mode'], mode?.start ?? 0, 'components are carried out one after the other, whatever mode says')
}

const onFailureOf = (findings: Findings, orchestration: SourceNode | undefined): BundleDefinition['onFailure'] => {
  const [handling, flagged] = [textOf(child(orchestration, 'error_handling')), child(orchestration, 'rollback_on_failure')]
  const rollback = flagOf(flagged)
  if (handling === 'continue') {
    findings.add('not-built', 'warning', ['fulfillment', 'orchestration', 'error_handling'], child(orchestration, 'error_handling')?.start ?? 0,
      'error_handling: continue is not carried out, for a component would be made though what it stands on was not: write stop, and error_handling: { strategy: continue } at an action whose failure does not matter, in its item', { blocks: true })
  }
  if (handling !== undefined && rollback !== undefined && (handling === 'rollback') !== rollback) {
    findings.add('conflicting-keys', 'error', ['fulfillment', 'orchestration', 'rollback_on_failure'], flagged?.start ?? 0, `rollback_on_failure: ${String(rollback)} says something else than error_handling: ${handling}`)
  }
  return handling === 'rollback' || (handling === undefined && rollback === true) ? 'compensate' : 'keep'
}

/** Reads a canonical CatalogBundle. Its items are other documents: what it does with them is found when it is linked. */
export const readBundle = (findings: Findings, root: ObjectNode, options: ReadItemOptions): { readonly read: ReadItem; readonly bundle: BundleDefinition } => {
  checkMetadata(findings, root)
  const form = readForm(findings, child(root, 'presentation'))
  const nodes = itemsOf(root, 'components')
  checkComponents(findings, nodes)
  const fulfillment = child(root, 'fulfillment')
  const orchestration = child(fulfillment, 'orchestration')
  tellParallel(findings, orchestration)
  const strategy = child(fulfillment, 'strategy')
  const mode = textOf(child(strategy, 'mode')) === 'manual' ? 'manual' : 'automatic'
  const timeoutMs = milliseconds(child(strategy, 'timeout'))
  const carriedOut: Fulfillment = { mode, priority: (textOf(child(strategy, 'priority')) ?? 'normal') as Fulfillment['priority'], ...(timeoutMs === undefined ? {} : { timeoutMs }) }
  const item = itemOf(findings, root, form, carriedOut)
  checkHealthChecks(findings, root)
  checkDataSources({ findings, source: options.source, metadata: typeOfJson(item.metadata), env: new Set(options.templateEnv) }, child(root, 'presentation'), form)
  const parent = parentTicket({ ...options, findings, itemId: item.id, form, metadata: item.metadata, jiraProject: item.owner.jiraProject, hasEnvironment: item.visibility.environments.length > 0 }, orchestration)
  const steps = parent === undefined ? [] : [parent.plannable]
  const compiled = new Map(parent?.compiled === undefined ? [] : [[parent.compiled.definition.id, parent.compiled]])
  return {
    read: {
      item, validator: createInputValidator(form), schema: () => formSchema(form), sealedFields: sealedFields(form),
      steps, stepsIn: () => steps, stepOf: (_, id) => compiled.get(id), envOf: envReader(compiled.values()), origins: options.origins, outputsIn: () => new Map(),
    },
    bundle: { components: inOrder(findings, nodes.flatMap((node, place) => componentOf(node, place) ?? [])), mode, onFailure: onFailureOf(findings, orchestration), ...linkTypeOf(orchestration) },
  }
}
