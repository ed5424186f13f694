import { isJsonObject } from '@pao/core/action'
import type { ConfigFinding, Json, JsonObject } from '@pao/core/action'
import { missingConnection, routed } from './connection.js'
import type { JiraConnection, Route } from './connection.js'
import { durationMs } from './duration.js'

type Find = (path: ConfigFinding['path'], code: string, message: string, severity?: ConfigFinding['severity']) => void

const object = (value: Json | undefined): JsonObject => isJsonObject(value ?? null) ? value as JsonObject : {}

/** A text without templates: what is known when the document loads. */
const constant = (value: Json | undefined): string | undefined => typeof value === 'string' && !value.includes('{{') ? value : undefined

/** What a config as written says of its connection. */
const routeOf = (config: JsonObject): Route => {
  const { instance, use_default: useDefault } = object(config['connection'])
  const project = constant(object(config['ticket'])['project'])
  return {
    ...(typeof instance === 'string' ? { instance } : {}),
    ...(typeof useDefault === 'boolean' ? { useDefault } : {}),
    ...(project === undefined ? {} : { project }),
  }
}

const lintTicket = (ticket: JsonObject, find: Find): void => {
  const project = constant(ticket['project'])
  const summary = constant(ticket['summary_template'])
  if (project !== undefined && !/^[A-Z][A-Z0-9_]+$/.test(project)) find(['ticket', 'project'], 'project-key', 'the key of a Jira project is upper case letters and digits, such as DBA')
  if (summary !== undefined && (summary.trim() === '' || summary.trim().length > 255)) find(['ticket', 'summary_template'], 'summary', 'a summary has 1 to 255 characters')
  for (const name of ['assignee', 'reporter']) {
    if (constant(ticket[name])?.includes('@') === true) find(['ticket', name], 'account-id', `the ${name} is an account id: Jira Cloud does not know people by e-mail address`)
  }
  for (const name of Object.keys(object(ticket['custom_fields'])).filter((field) => !/^customfield_\d+$/.test(field))) {
    find(['ticket', 'custom_fields', name], 'custom-field', `name the field by its id, such as customfield_10010; ${JSON.stringify(name)} is not one`)
  }
}

const lintWorkflow = (workflow: JsonObject, find: Find): void => {
  const { timeout, expected_resolution_time: expected, transition_on_create: transition } = workflow
  if ((typeof timeout === 'string' || typeof timeout === 'number') && durationMs(timeout) === undefined) find(['workflow', 'timeout'], 'duration', 'a duration is a number and a unit, such as 90 days or 72h')
  if (expected !== undefined) find(['workflow', 'expected_resolution_time'], 'informs-only', 'expected_resolution_time informs only; timeout ends the wait', 'warning')
  if (transition !== undefined) find(['workflow', 'transition_on_create'], 'not-supported', 'a ticket cannot be moved on when it is created yet')
}

const lintLinks = (linking: Json | undefined, find: Find): void => {
  for (const [index, link] of (Array.isArray(linking) ? linking as readonly Json[] : []).entries()) {
    const { link_type: type, inward_issue: inward, outward_issue: outward } = object(link)
    if (constant(type)?.trim() === '') find(['linking', index, 'link_type'], 'link-type', 'a link has a type that Jira knows, such as Blocks')
    if (isJsonObject(link) && inward === undefined && outward === undefined) find(['linking', index], 'link-ticket', 'a link names another ticket: give inward_issue or outward_issue')
  }
}

/** What the schema of a `jira-ticket` config cannot say, and whether there is a Jira that would take the ticket. */
export const lintConfig = (connections: readonly JiraConnection[]) => (config: JsonObject): readonly ConfigFinding[] => {
  const findings: ConfigFinding[] = []
  const find: Find = (path, code, message, severity = 'error') => { findings.push({ path, code, message, severity }) }
  const route = routeOf(config)
  if (routed(connections, route) === undefined) find(route.instance === undefined ? [] : ['connection', 'instance'], 'no-connection', missingConnection(connections, route), 'blocks')
  lintTicket(object(config['ticket']), find)
  lintWorkflow(object(config['workflow']), find)
  if (config['attachments'] !== undefined) find(['attachments'], 'not-supported', 'attachments are not supported yet; put the text into the description')
  lintLinks(config['linking'], find)
  return findings
}
