import type { Instant, Json, JsonObject } from '@pao/core/action'
import { isJsonObject } from '@pao/core/action'
import type { Journal } from './journal.js'
import type { TicketLink } from './link-types.js'

/** The workflow of every project here. */
export const statuses = {
  'To Do': { id: '10000', category: { id: 2, key: 'new', name: 'To Do', colorName: 'blue-gray' } },
  'In Progress': { id: '3', category: { id: 4, key: 'indeterminate', name: 'In Progress', colorName: 'yellow' } },
  'Done': { id: '10001', category: { id: 3, key: 'done', name: 'Done', colorName: 'green' } },
  "Won't Do": { id: '10002', category: { id: 3, key: 'done', name: 'Done', colorName: 'green' } },
} as const

export type TicketStatus = keyof typeof statuses

export const isTicketStatus = (name: string): name is TicketStatus => Object.hasOwn(statuses, name)

/** An issue as it is kept. Where nobody has set a status it follows from the time: it resolves by itself. */
export interface Ticket {
  readonly id: string
  readonly key: string
  readonly createdAt: Instant
  readonly resolveAt: Instant
  readonly fields: JsonObject
  readonly properties: JsonObject
  readonly comments: readonly Json[]
  readonly set?: { readonly status: TicketStatus; readonly at: Instant }
}

export interface Tickets {
  create(project: string, fields: JsonObject, properties: JsonObject): Ticket
  find(idOrKey: string): Ticket | undefined
  all(): readonly Ticket[]
  save(ticket: Ticket): void
  remove(ticket: Ticket): void
  status(ticket: Ticket): { readonly name: TicketStatus; readonly since: Instant }
  /** Sets a status as a person in Jira would. False: there is no such ticket. */
  move(idOrKey: string, status: TicketStatus): boolean
  /** Links two tickets by their keys. One that exists stays as it is. */
  link(link: Omit<TicketLink, 'id'>): void
  /** The links at either end of which a ticket stands. */
  links(key: string): readonly TicketLink[]
}

const asTicket = (value: Json | undefined): Ticket | undefined => (isJsonObject(value ?? null) ? value as unknown as Ticket : undefined)
const asJson = (ticket: Ticket): Json => ticket as unknown as Json

/** The tickets of the fake Jira, kept in a journal; each resolves by itself after `resolveSeconds`. */
export const tickets = (journal: Journal, options: { readonly resolveSeconds: number; readonly now: () => Instant }): Tickets => {
  const nextNumber = (counter: string, first: number): number => {
    const number = Number(journal.get(counter) ?? first - 1) + 1
    journal.set(counter, number)
    return number
  }
  const find = (idOrKey: string): Ticket | undefined =>
    asTicket(journal.get(`ticket:${idOrKey.toUpperCase()}`)) ?? asTicket(journal.list('ticket:').find((ticket) => asTicket(ticket)?.id === idOrKey))
  const save = (ticket: Ticket) => { journal.set(`ticket:${ticket.key}`, asJson(ticket)) }
  return {
    find, save,
    all: () => journal.list('ticket:').flatMap((value) => asTicket(value) ?? []),
    remove: (ticket) => { journal.delete(`ticket:${ticket.key}`) },
    create: (project, fields, properties) => {
      const createdAt = options.now()
      const ticket: Ticket = {
        id: String(nextNumber('counter:id', 10_001)), key: `${project}-${nextNumber(`counter:project:${project}`, 1)}`,
        createdAt, resolveAt: createdAt + options.resolveSeconds * 1000, fields, properties, comments: [],
      }
      save(ticket)
      return ticket
    },
    status: ({ createdAt, resolveAt, set }) => {
      if (set !== undefined) return { name: set.status, since: set.at }
      const now = options.now()
      if (now >= resolveAt) return { name: 'Done', since: resolveAt }
      const begun = createdAt + (resolveAt - createdAt) / 2
      return now >= begun ? { name: 'In Progress', since: begun } : { name: 'To Do', since: createdAt }
    },
    move: (idOrKey, status) => {
      const ticket = find(idOrKey)
      if (ticket !== undefined) save({ ...ticket, set: { status, at: options.now() } })
      return ticket !== undefined
    },
    link: ({ type, inward, outward }) => {
      const name = `link:${type}:${inward}:${outward}`
      if (journal.get(name) === undefined) journal.set(name, { id: String(nextNumber('counter:link', 10_001)), type, inward, outward })
    },
    links: (key) => journal.list('link:').map((link) => link as unknown as TicketLink).filter(({ inward, outward }) => inward === key || outward === key),
  }
}
