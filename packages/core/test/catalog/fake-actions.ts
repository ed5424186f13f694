import type { AnyAction } from '../../src/action/action.js'
import { createActionRegistry } from '../../src/catalog/action-registry.js'
import type { JsonObject } from '../../src/json.js'

/** A Standard Schema that takes everything: what matters to the catalog is the JSON Schema beside it. */
const schema = { '~standard': { version: 1, vendor: 'test', validate: (value: unknown) => ({ value }) } } as const

const action = (type: string, more: Partial<AnyAction>): AnyAction => ({
  type, version: '1.0.0', apiVersion: 1, summary: type, examples: [], effect: 'none',
  config: { schema, jsonSchema: { type: 'object' } }, output: { schema, jsonSchema: { type: 'object' } }, templates: [],
  plan: () => ({ summary: type, changes: [] }), run: () => Promise.resolve({ kind: 'succeeded', output: {} }), ...more,
})

const text = { type: 'string' }
const undoable = { reconcile: () => Promise.resolve({ kind: 'absent' as const }), compensate: { impossible: 'a test' } }

/** As the ticket action is for the catalog: a closed schema, a summary that is required, an older flat spelling. */
export const ticketAction: AnyAction = action('jira-ticket', {
  effect: 'create', ...undoable, aliases: ['jira'],
  config: { schema, jsonSchema: {
    type: 'object', required: ['ticket'], additionalProperties: false,
    properties: {
      ticket: {
        type: 'object', required: ['project', 'summary_template'], additionalProperties: false,
        properties: { project: { type: 'string', pattern: '^[A-Z][A-Z0-9_]+$' }, issue_type: text, summary_template: { type: 'string', minLength: 3 }, description_template: text, labels: { type: 'array', items: text } },
      },
      connection: { type: 'object' }, workflow: { type: 'object' }, parent_ticket: text,
    },
  } },
  output: { schema, jsonSchema: { type: 'object', required: ['key'], additionalProperties: false, properties: { key: text, url: text } } },
  templates: [{ path: 'ticket.project', target: 'text' }, { path: 'ticket.*', target: 'text' }, { path: 'ticket.labels.*', target: 'text' }],
  normalize: (config) => {
    const { project, summary, summary_template: template, description_template: description, issue_type: type, labels, ...rest } = config
    if (project === undefined) return { config, warnings: [] }
    const moved = Object.entries({ summary_template: template ?? summary, description_template: description, issue_type: type, labels }).filter(([, value]) => value !== undefined)
    return { config: { ...rest, ticket: { project, ...Object.fromEntries(moved) } } as JsonObject, warnings: [{ path: ['project'], message: 'project stands under ticket now' }] }
  },
  lint: (config) => {
    const ticket = config['ticket'] as JsonObject | undefined
    return ticket === undefined || ticket['issue_type'] !== undefined ? [] : [{ path: ['ticket'], severity: 'warning', code: 'issue-type', message: 'issue_type is missing: Task is taken' }]
  },
})

/** As the HTTP action is for the catalog: JSON bodies, URLs, headers, outputs that the document declares. */
export const callAction: AnyAction = action('rest-api', {
  effect: (config: JsonObject) => config['idempotency'] === undefined ? 'create' : 'idempotent', ...undoable, compensate: () => Promise.resolve(),
  config: { schema, jsonSchema: {
    type: 'object', required: ['endpoint'], additionalProperties: false,
    properties: {
      endpoint: { type: 'object', required: ['url'], additionalProperties: false, properties: { url: text, method: { enum: ['GET', 'POST'] } } },
      headers: { type: 'object' }, idempotency: { type: 'object', additionalProperties: false, properties: { header: text } },
      parsing: { type: 'object', additionalProperties: false, properties: { type: text, extract: { type: 'array', items: { type: 'object', additionalProperties: false, properties: { path: text, name: text, required: { type: 'boolean' } } } } } },
      body: { type: 'object', required: ['content_template'], additionalProperties: false, properties: { type: { enum: ['json', 'raw'] }, content_template: {} } },
    },
  } },
  output: { schema, jsonSchema: { type: 'object', required: ['status_code'], properties: { status_code: { type: 'integer' } } } },
  declaredOutputs: (config) => Object.fromEntries(((config['parsing'] as { readonly extract?: readonly { readonly name: string }[] } | undefined)?.extract ?? []).map(({ name }) => [name, {}])),
  templates: [{ path: 'endpoint.url', target: 'url' }, { path: 'headers.*', target: 'header', secrets: true }, { path: 'body.content_template', target: 'json', secrets: true }, { path: 'body.content_template.**', target: 'value' }],
})

export const brokenAction: AnyAction = action('broken', { normalize: () => { throw new Error('no idea') }, templates: [] })

export const makeAction = action

export const actions = createActionRegistry([ticketAction, callAction, brokenAction])
