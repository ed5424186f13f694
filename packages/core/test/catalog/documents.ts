import { readFileSync } from 'node:fs'
import type { Profile } from '../../src/catalog/issue.js'
import { type LoadedDocument, loadDocument } from '../../src/catalog/load-document.js'
import { actions } from './fake-actions.js'

export const caseFile = (name: string): string => readFileSync(new URL(`../fixtures/catalog/${name}.yaml`, import.meta.url), 'utf8')

export const load = (source: string, profile: Profile = 'compat', path = 'queue.yaml'): LoadedDocument =>
  loadDocument({ path, source, profile, actions, templateEnv: ['QUEUE_API'] })

export const codes = (document: LoadedDocument): readonly string[] => document.issues.map(({ code }) => code)

/** A good document: valid in profile strict, without one issue. */
export const queue = `version: "2.0"
kind: CatalogItem
metadata:
  id: messaging-queue-basic
  name: Basic Message Queue
  description: A single-region message queue for small services, with dead letters kept for a week.
  version: 0.3.0
  category: messaging
  owner: { team: platform-messaging-team, contact: queues@example.org }
  tags: [queue, events]
  sla: { provisioning_time: 10 minutes }
  retentionDays: 7
presentation:
  form:
    groups:
      - id: basics
        name: Basics
        fields:
          - { id: queue_name, name: Queue name, type: string, required: true, validation: { pattern: "^[a-z][a-z0-9-]{2,28}[a-z0-9]$" } }
          - { id: stage, name: Stage, type: select, required: true, enum: [dev, prod], default: dev }
          - { id: retention, name: Retention, type: number, default: 7, validation: { min: 1, max: 14 }, conditional: { field: stage, operator: eq, value: prod } }
          - { id: access_key, name: Access key, type: password }
fulfillment:
  strategy: { mode: automatic, priority: normal }
  manual:
    estimated_time: 4-6 hours
    actions:
      - id: ticket
        type: jira-ticket
        config: { ticket: { project: MSG, issue_type: Task, summary_template: "Queue {{fields.queue_name}} ({{fields.stage}})" } }
  automatic:
    actions:
      - id: create-queue
        type: rest-api
        order: 1
        config:
          endpoint: { url: "{{env.QUEUE_API}}/queues", method: POST }
          idempotency: { header: Idempotency-Key }
          body: { type: json, content_template: '{"name": {{json(fields.queue_name)}}, "days": {{default(fields.retention, 7)}}}' }
          parsing: { extract: [{ path: "$.arn", name: arn, required: true }] }
        retry: { attempts: 2 }
      - id: announce
        type: rest-api
        order: 2
        dependsOn: [create-queue]
        config:
          endpoint: { url: "{{env.QUEUE_API}}/announcements", method: POST }
          body: { content_template: '{"arn": {{json(output.create-queue.arn)}}}' }
`

/** The good document with one text in place of another, which must be there. */
export const edited = (...changes: readonly (readonly [from: string, to: string])[]): string => changes.reduce((source, [from, to]) => {
  if (!source.includes(from)) throw new Error(`the document has no ${from}`)
  return source.replace(from, () => to)
}, queue)

