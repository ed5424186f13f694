/** The types of links that a new Jira site has. For `Blocks`, the inward ticket blocks the outward one. */
export const linkTypes = {
  Blocks: { id: '10000', inward: 'is blocked by', outward: 'blocks' },
  Cloners: { id: '10001', inward: 'is cloned by', outward: 'clones' },
  Duplicate: { id: '10002', inward: 'is duplicated by', outward: 'duplicates' },
  Relates: { id: '10003', inward: 'relates to', outward: 'relates to' },
} as const

type LinkType = keyof typeof linkTypes

export interface TicketLink {
  readonly id: string
  readonly type: LinkType
  /** Keys of tickets. */
  readonly inward: string
  readonly outward: string
}

export const isLinkType = (name: string): name is LinkType => Object.hasOwn(linkTypes, name)
