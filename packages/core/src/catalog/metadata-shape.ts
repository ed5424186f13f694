import { blocks, duration, flag, informs, list, map, may, must, number, object, oneOf, text, texts, either } from './document-shape.js'

/** Folders of the catalog (catalog-format 1.2). The last two are accepted from older documents. */
export const itemCategories = ['compute', 'databases', 'messaging', 'networking', 'storage', 'security', 'monitoring', 'platform-utilities', 'other'] as const

/** Where an item may stand in its life (catalog-format 1.2). */
export const itemStages = ['draft', 'preview', 'ga', 'deprecated', 'archived'] as const

const shown = 'is kept and shown; nothing acts on it yet'

const visibility = object({
  environments: may(texts, { decides: true }),
  teams: may(either(texts, text({ exact: true, values: ['all'] })), { decides: true }),
  require_approval: blocks(flag, 'approvals are not carried out yet', [false]),
}, { decides: true })

/** `metadata` of an item (catalog-format 1.2). Members that are not named here are the author's own constants. */
export const metadataShape = object({
  id: must(text({ exact: true, pattern: { expression: '^[a-z][a-z0-9-]{2,62}[a-z0-9]$', about: '4 to 64 characters: lower-case letters, digits and hyphens', severity: 'error' } })),
  name: must(text({ length: { min: 3, max: 64, severity: 'strict' }, literal: true })),
  description: must(text({ length: { min: 50, max: 500, severity: 'strict' }, literal: true })),
  version: must(text({ exact: true, pattern: { expression: '^\\d+\\.\\d+\\.\\d+(-[0-9A-Za-z.-]+)?(\\+[0-9A-Za-z.-]+)?$', about: 'a version such as 1.4.0', severity: 'error' } })),
  category: must(oneOf(itemCategories)),
  subcategory: may(text()),
  owner: must(object({
    team: must(text({ exact: true })),
    contact: must(text({ pattern: { expression: '^[^@\\s]+@[^@\\s]+$', about: 'an e-mail address', severity: 'strict' } })),
    escalation: may(text()),
    jiraProject: may(text()),
  })),
  tags: may(texts),
  visibility: may(visibility, { decides: true }),
  access: may(object({ allowedTeams: may(texts, { decides: true }) }, { decides: true }), { decides: true }),
  sla: may(object({
    provisioning_time: may(duration),
    support_level: informs(oneOf(['tier-1', 'tier-2', 'tier-3'], { valuesSeverity: 'strict' }), shown),
    availability: informs(text(), shown),
  })),
  cost: may(object({
    estimate_enabled: informs(flag, 'costs are not estimated yet', [false]),
    base_cost: informs(number({ min: 0 }), shown),
    unit_cost: informs(map(number({ min: 0 })), shown),
  })),
  compliance: may(object({
    data_classification: informs(text(), shown),
    regulatory_requirements: informs(texts, shown),
    audit_logging: informs(flag, 'every request is audited, whatever is said here'),
  })),
  dependencies: informs(list(text()), 'items that this one builds on are shown and not ordered with it'),
  stage: may(oneOf(itemStages), { decides: true }),
}, { constants: true })
