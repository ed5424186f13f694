import type { ActionSchema, Json, JsonObject } from '@pao/core/action'
import { Schema } from 'effect'

/** A link to another ticket. The side that is left out, or that is empty once rendered, is the ticket itself; without both there is no link. */
export interface LinkConfig {
  /** Name of a type of links in Jira, such as `Blocks`. */
  readonly link_type: string
  /** Key of the ticket that, for `Blocks`, blocks the other. */
  readonly inward_issue?: string | undefined
  /** Key of the ticket that, for `Blocks`, is blocked. */
  readonly outward_issue?: string | undefined
}

/** The config of a `jira-ticket` step, rendered. Source: catalog format 1.5.1; `complete_on` and `workflow.timeout` are ours. */
export interface TicketConfig {
  readonly ticket: {
    /** Project key, upper case. */
    readonly project: string
    /** Default `Task`. */
    readonly issue_type?: string | undefined
    /** At most 255 characters once rendered; line breaks become spaces. */
    readonly summary_template: string
    /** A text, or a value that is shown as a code block. Default: what was asked, by whom. */
    readonly description_template?: Json | undefined
    /** Name of a priority. Default: the project's own (Medium, where nobody changed it). */
    readonly priority?: string | undefined
    /** Lists, or one text with commas. */
    readonly labels?: Json | undefined
    readonly components?: Json | undefined
    readonly fix_versions?: Json | undefined
    /** Key of the epic, or any other parent. */
    readonly epic_key?: string | undefined
    /** Account ids: Jira Cloud does not know people by e-mail address. */
    readonly assignee?: string | undefined
    readonly reporter?: string | undefined
    /** By `customfield_…`, as Jira takes them. */
    readonly custom_fields?: { readonly [id: string]: Json } | undefined
  }
  readonly connection?: {
    /** Name of a connection. Default: the one that serves the project, else the default one. */
    readonly instance?: string | undefined
    readonly use_default?: boolean | undefined
  } | undefined
  readonly workflow?: {
    /** What ends the step. Default: what the connection says, else `resolved`. */
    readonly complete_on?: 'resolved' | 'created' | undefined
    /** How long the ticket is waited for: "90 days", "72h", or seconds. Default 90 days. */
    readonly timeout?: string | number | undefined
    /** Hours; informs only. */
    readonly expected_resolution_time?: Json | undefined
    /** Known and not supported. */
    readonly transition_on_create?: Json | undefined
  } | undefined
  /** Known and not supported. */
  readonly attachments?: Json | undefined
  /** Made once the ticket exists. */
  readonly linking?: readonly LinkConfig[] | undefined
  /**
   * Key of the ticket that this one is hung under once it exists; empty: none. Where Jira refuses, or the ticket has an `epic_key` of its own,
   * both are linked as related.
   */
  readonly parent_ticket?: string | undefined
}

/** A schema as the plugin contract wants it. Not exported: no declaration of this package may name effect. */
const actionSchema = <Value>(schema: Schema.Codec<Value, unknown>): ActionSchema<Value> => ({
  schema: Schema.toStandardSchemaV1(schema, { parseOptions: { errors: 'all' } }),
  jsonSchema: {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    ...Schema.toJsonSchemaDocument(schema, { onExcessProperty: 'error' }).schema as JsonObject,
  },
})

const text = Schema.optionalKey(Schema.String)
const json = Schema.optionalKey(Schema.Json)

const Config: Schema.Codec<TicketConfig, unknown> = Schema.Struct({
  ticket: Schema.Struct({
    project: Schema.String, issue_type: text, summary_template: Schema.String, description_template: json, priority: text,
    labels: json, components: json, fix_versions: json, epic_key: text, assignee: text, reporter: text,
    custom_fields: Schema.optionalKey(Schema.Record(Schema.String, Schema.Json)),
  }),
  connection: Schema.optionalKey(Schema.Struct({ instance: text, use_default: Schema.optionalKey(Schema.Boolean) })),
  workflow: Schema.optionalKey(Schema.Struct({
    complete_on: Schema.optionalKey(Schema.Literals(['resolved', 'created'])),
    timeout: Schema.optionalKey(Schema.Union([Schema.String, Schema.Finite])),
    expected_resolution_time: json, transition_on_create: json,
  })),
  attachments: json,
  linking: Schema.optionalKey(Schema.Array(Schema.Struct({ link_type: Schema.String, inward_issue: text, outward_issue: text }))),
  parent_ticket: text,
})

export const ticketConfig: ActionSchema<TicketConfig> = actionSchema(Config)

/** What later steps read. */
export interface TicketOutput {
  readonly [name: string]: Json
  /** For example `DBA-42`. */
  readonly key: string
  readonly id: string
  /** The ticket's page for people. */
  readonly url: string
  /** Name of the ticket's status when the step ended; `created` where only its making was waited for. */
  readonly status: string
}

const Output: Schema.Codec<TicketOutput, unknown> = Schema.StructWithRest(
  Schema.Struct({ key: Schema.String, id: Schema.String, url: Schema.String, status: Schema.String }),
  [Schema.Record(Schema.String, Schema.Json)],
)

/** `resolution` is there once Jira has one. */
export const ticketOutput: ActionSchema<TicketOutput> = {
  ...actionSchema(Output),
  jsonSchema: {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    type: 'object',
    properties: { key: { type: 'string' }, id: { type: 'string' }, url: { type: 'string' }, status: { type: 'string' }, resolution: { type: 'string' } },
    required: ['key', 'id', 'url', 'status'],
    additionalProperties: false,
  },
}
