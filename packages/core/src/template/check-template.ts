import type { Environment } from './environment.js'
import type { TemplateIssue } from './template-issue.js'
import type { Template } from './template.js'

/** Compares a compiled template with what exists where it stands: unknown names, order of actions, types, secrets. */
export declare function checkTemplate(template: Template, environment: Environment): readonly TemplateIssue[]
