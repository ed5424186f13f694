/** Thirty lines of a ticket's JSON: 15 variables, three conditions, a loop. Both languages read it the same. */
export const source = `{
 "fields": {
  "project": {"key": "PLAT"},
  "summary": "{{metadata.id}}: {{fields.name}} ({{fields.env}})",
  "description": "{{fields.description}}",
  "requestId": "{{request.id}}",
  "requestedBy": {
    "email": "{{request.user.email}}",
    "name": "{{request.user.name}}"
  },
  "region": "{{fields.region}}",
  "size": "{{fields.size}}",
  "storageGb": {{fields.storage}},
  {{#if fields.backup}}"backup": {"enabled": true, "since": "{{system.date}}"},{{/if}}
  {{#if fields.public}}"exposure": "public"{{else}}"exposure": "private"{{/if}},
  {{#if output.create_ticket}}"parent": "{{output.create_ticket.key}}",{{/if}}
  "owner": "{{fields.owner}}",
  "costCenter": "{{fields.costCenter}}",
  "labels": [
   {{#each fields.tags}}{"key": "{{this.key}}", "value": "{{this.value}}"}{{#unless @last}},{{/unless}}
   {{/each}}
  ],
  "at": "{{system.timestamp}}",
  "priority": {
    "name": "P3"
  },
  "issuetype": {
    "name": "Task"
  }
 }
}`

/** The same with a helper that escapes for JSON around every text: what an author of Handlebars has to write to be safe. */
export const escapedSource = source.replace(/\{\{((?:fields|request|system|metadata|output|this)\.[\w.]+)\}\}/g, (whole, path) => path === 'fields.storage' ? whole : `{{json ${path}}}`)

export const variables = {
  fields: {
    name: 'orders-db', env: 'prod', size: 'large', region: 'eu-west-1', owner: 'team-orders', costCenter: 'CC-1234', storage: 200, backup: true, public: false,
    description: 'Orders database for the checkout service',
    tags: [{ key: 'app', value: 'orders' }, { key: 'tier', value: '1' }, { key: 'dc', value: 'eu' }, { key: 'pii', value: 'no' }],
  },
  request: { id: '0190c2b4-7c2f-7d5e-9f57-1a2b3c4d5e6f', user: { email: 'dev@example.com', name: 'Dev Eloper' }, correlation_id: 'c-42' },
  system: { date: '2025-10-01', timestamp: '2025-10-01T10:00:00Z' },
  metadata: { id: 'database-postgres', version: '1.4.2', owner: 'platform-db' },
  env: {},
  secrets: {},
  output: { create_ticket: { status: 'completed', key: 'PLAT-123' } },
}
