import type { ActionRegistry } from './action-registry.js'
import type { FulfillmentMode } from './catalog-item.js'
import type { Findings } from './conform.js'
import { type SourceNode, child, itemsOf, textOf } from './source-node.js'
import { nearestName } from '../expression/nearest-name.js'

/** The mode that runs, and why it is another than the document asks for. */
export interface RunningMode {
  readonly mode: FulfillmentMode
  readonly modeReason?: string
}

interface MissingType {
  readonly type: string
  readonly index: number
  readonly offset: number
}

const actionsOf = (fulfillment: SourceNode | undefined, mode: FulfillmentMode): readonly SourceNode[] => itemsOf(child(fulfillment, mode), 'actions')

const missingTypes = (fulfillment: SourceNode | undefined, mode: FulfillmentMode, actions: ActionRegistry): readonly MissingType[] =>
  actionsOf(fulfillment, mode).flatMap((node, index) => {
    const type = child(node, 'type')
    const name = textOf(type)
    return type === undefined || name === undefined || actions.get(name) !== undefined ? [] : [{ type: name, index, offset: type.start }]
  })

const wantedMode = (findings: Findings, fulfillment: SourceNode | undefined): FulfillmentMode => {
  const node = child(child(fulfillment, 'strategy'), 'mode')
  const written = textOf(node)
  if (written !== 'hybrid') return written === 'automatic' ? 'automatic' : 'manual'
  const mode = actionsOf(fulfillment, 'automatic').length > 0 ? 'automatic' : 'manual'
  findings.add('hybrid-mode', 'strict', ['fulfillment', 'strategy', 'mode'], node?.start ?? 0, `hybrid does not exist any more; it is read as ${mode}`, { suggestion: mode })
  return mode
}

const tellNotInstalled = (findings: Findings, mode: FulfillmentMode, missing: readonly MissingType[], actions: ActionRegistry): void => {
  for (const { type, index, offset } of missing) {
    const near = nearestName(type, actions.names)
    findings.add('action-not-installed', 'warning', ['fulfillment', mode, 'actions', index, 'type'], offset, `the action ${type} is not installed${near === undefined ? '' : `: did you mean ${near}?`}`, { suggestion: near, blocks: true })
  }
}

const requireActions = (findings: Findings, fulfillment: SourceNode | undefined, wanted: FulfillmentMode): void => {
  const offset = fulfillment?.start ?? 0
  if (actionsOf(fulfillment, wanted).length === 0) findings.add('actions-missing', 'error', ['fulfillment', wanted, 'actions'], offset, `mode ${wanted} needs fulfillment.${wanted}.actions`)
  if (wanted === 'automatic' && actionsOf(fulfillment, 'manual').length === 0) findings.add('manual-missing', 'strict', ['fulfillment', 'manual'], offset, 'an automatic item needs fulfillment.manual.actions to fall back to')
}

const notInstalled = (types: readonly string[]): string => types.length === 1
  ? `the action ${types.join('')} of its automatic mode is not installed`
  : `the actions ${types.slice(0, -1).join(', ')} and ${types.at(-1) ?? ''} of its automatic mode are not installed`

/**
 * Decides which mode runs: the one that the document asks for, or manual where an action of an automatic item is not installed and there
 * are manual actions.
 */
export const runningMode = (findings: Findings, fulfillment: SourceNode | undefined, actions: ActionRegistry): RunningMode => {
  const wanted = wantedMode(findings, fulfillment)
  requireActions(findings, fulfillment, wanted)
  const missing = missingTypes(fulfillment, wanted, actions)
  const [first] = missing
  if (wanted === 'automatic' && first !== undefined && actionsOf(fulfillment, 'manual').length > 0) {
    const modeReason = `carried out manually: ${notInstalled([...new Set(missing.map(({ type }) => type))])}`
    findings.add('served-manually', 'warning', ['fulfillment', 'strategy', 'mode'], child(child(fulfillment, 'strategy'), 'mode')?.start ?? first.offset, `the item is ${modeReason}`)
    tellNotInstalled(findings, 'manual', missingTypes(fulfillment, 'manual', actions), actions)
    return { mode: 'manual', modeReason }
  }
  tellNotInstalled(findings, wanted, missing, actions)
  return { mode: wanted }
}
