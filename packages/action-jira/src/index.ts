export type { JiraConnection } from './connection.js'
export { jiraTicketAction } from './jira-ticket-action.js'
export type { JiraTicketOptions } from './jira-ticket-action.js'
export type { LinkConfig, TicketConfig, TicketOutput } from './ticket-config.js'
