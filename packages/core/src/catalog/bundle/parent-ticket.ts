import type { Form } from '../../form/form.js'
import type { JsonObject } from '../../json.js'
import type { ActionRegistry } from '../action-registry.js'
import { compileSteps } from '../compile-steps.js'
import { type Findings, plainName } from '../conform.js'
import { listNode, objectNode, textNode, withMember } from '../dialects/edit-source.js'
import type { FieldOrigins } from '../dialects/field-origins.js'
import type { DocumentPath } from '../issue.js'
import type { CompiledStep, PlannableStep } from '../loaded-item.js'
import { plannable, readSteps } from '../read-steps.js'
import { type ObjectNode, type SourceNode, child, flagOf } from '../source-node.js'
import { formType, requestType, systemType, typeOfJson } from '../value-types.js'
import { TICKET_ACTION } from './ticket-links.js'

/** Id of the step that makes the ticket above those of the components. Ids of components' steps have a `.`. */
export const PARENT_STEP = 'parent'

/** What a bundle's own templates are read against. */
export interface ParentReading {
  readonly findings: Findings
  readonly source: string
  readonly actions: ActionRegistry
  readonly templateEnv: readonly string[]
  readonly itemId: string
  readonly form: Form
  readonly origins: FieldOrigins
  readonly metadata: JsonObject
  readonly jiraProject: string
  /** Whether those who order name an environment. */
  readonly hasEnvironment: boolean
}

export interface ParentTicket {
  readonly plannable: PlannableStep
  /** Absent: it cannot be compiled, which is told. */
  readonly compiled?: CompiledStep
}

const place: DocumentPath = ['fulfillment', 'orchestration', 'jiraLinking', 'parentTicket']
const actionsPath: DocumentPath = ['fulfillment', 'automatic', 'actions']

/** The step stands in no list of the file: what is found in it is told where the ticket is asked for. */
const pathInFile = (path: DocumentPath): DocumentPath => {
  const inStep = path.slice(actionsPath.length + 1)
  const [config, ticket, ...rest] = inStep
  return config === 'config' && ticket === 'ticket' ? [...place, ...rest] : place
}

const told = (findings: Findings): Findings => ({ ...findings, add: (code, severity, path, ...rest) => { findings.add(code, severity, pathInFile(path), ...rest) } })

/** The ticket as written, with what a bundle says of itself where it says nothing. */
const ticketOf = (written: SourceNode, { jiraProject }: ParentReading): ObjectNode => {
  const own = written.kind === 'object' ? written : objectNode({}, written)
  const named = new Set([...own.entries.keys()].map(plainName))
  const defaults = { project: jiraProject, issue_type: 'Epic', summary_template: '{{metadata.name}} ({{request.id}})' }
  return Object.entries(defaults).reduce((ticket, [name, value]) => named.has(plainName(name)) ? ticket : withMember(ticket, name, textNode(value, written)), own)
}

const stepNode = (written: SourceNode, reading: ParentReading): ObjectNode => objectNode({
  id: textNode(PARENT_STEP, written), type: textNode(TICKET_ACTION, written), retry: objectNode({}, written),
  config: objectNode({ ticket: ticketOf(written, reading), workflow: objectNode({ complete_on: textNode('created', written) }, written) }, written),
}, written)

/**
 * Reads `jiraLinking.parentTicket`: `true`, or a ticket as `jira-ticket` takes it. It is the first step of the bundle, made and not waited
 * for; the tickets of the components hang under it.
 */
export const parentTicket = (reading: ParentReading, orchestration: SourceNode | undefined): ParentTicket | undefined => {
  const written = child(child(orchestration, 'jiraLinking'), 'parentTicket')
  if (written === undefined || flagOf(written) === false) return undefined
  const findings = told(reading.findings)
  const { actions, form, metadata, templateEnv, hasEnvironment } = reading
  if (actions.get(TICKET_ACTION) === undefined) findings.add('action-not-installed', 'warning', actionsPath, written.start, `the action ${TICKET_ACTION} is not installed, which would make the ticket above those of the components`, { blocks: true })
  const fulfillment = objectNode({ automatic: objectNode({ actions: listNode([stepNode(written, reading)], written) }, written) }, written)
  const { steps } = readSteps({ findings, actions, form }, fulfillment, 'automatic')
  const [step] = steps
  if (step === undefined) return undefined
  const compiled = compileSteps({
    ...reading, findings, fields: formType(form), metadata: typeOfJson(metadata), request: requestType(hasEnvironment), system: systemType, env: new Set(templateEnv),
  }, steps).steps.get(PARENT_STEP)
  return { plannable: plannable(step), ...(compiled === undefined ? {} : { compiled }) }
}
