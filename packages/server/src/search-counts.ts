import { createHmac, randomBytes } from 'node:crypto'
import type { Instant } from '@pao/core/action'
import { isoTime } from './step-view.js'

/** An order that comes later has not followed from the search. */
const FOLLOWS_WITHIN_MS = 30 * 60_000
/** Callers whose last search is remembered, and items of it. */
const MOST_CALLERS = 2_000
const MOST_ITEMS = 50
/** Texts that are counted apart, and of those the ones that are told. */
const MOST_TEXTS = 500
const MOST_TOLD = 100
const MOST_LETTERS = 100
/** A text that was asked for less often may tell of one person. */
const TOLD_FROM = 3

export interface Searched {
  readonly callerId: string
  readonly text: string
  /** Ids of what was shown. */
  readonly items: readonly string[]
}

export interface SearchCounts {
  searched(search: Searched): void
  /** Somebody has ordered an item. */
  ordered(callerId: string, itemId: string): void
  view(): SearchCountsView
}

interface Counted {
  readonly queries: number
  readonly empty: number
  readonly ordersFollowed: number
}

/** Of this process, since it began. */
export interface SearchCountsView extends Counted {
  readonly since: string
  /** The most frequent first. */
  readonly texts: readonly (Counted & { readonly text: string })[]
}

type Adding = Partial<Counted>

const sum = (left: Counted, right: Adding): Counted => ({
  queries: left.queries + (right.queries ?? 0), empty: left.empty + (right.empty ?? 0), ordersFollowed: left.ordersFollowed + (right.ordersFollowed ?? 0),
})

const none: Counted = { queries: 0, empty: 0, ordersFollowed: 0 }

/** Puts a value last, and lets go of the one that was put longest ago where there are too many. */
const remember = <Value>(map: Map<string, Value>, [key, value]: readonly [string, Value], most: number): void => {
  map.delete(key)
  map.set(key, value)
  const oldest = map.size > most ? map.keys().next().value : undefined
  if (oldest !== undefined) map.delete(oldest)
}

/**
 * Counts searches, those that gave nothing, and the orders of what they gave. No id of a person is kept: the last search of each is found
 * again by a hash under a key that this process alone has and forgets with its end.
 */
export const searchCounts = (now: () => Instant): SearchCounts => {
  const key = randomBytes(32)
  const since = now()
  const texts = new Map<string, Counted>()
  const last = new Map<string, { readonly text: string; readonly items: readonly string[]; readonly at: Instant }>()
  let totals = none

  const callerOf = (id: string): string => createHmac('sha256', key).update(id).digest('base64url')

  const count = (text: string, adding: Adding): void => {
    totals = sum(totals, adding)
    remember(texts, [text, sum(texts.get(text) ?? none, adding)], MOST_TEXTS)
  }

  return {
    searched: ({ callerId, text, items }) => {
      const plain = text.toLowerCase().split(/\s+/).filter((word) => word !== '').join(' ').slice(0, MOST_LETTERS)
      count(plain, { queries: 1, empty: items.length === 0 ? 1 : 0 })
      remember(last, [callerOf(callerId), { text: plain, items: items.slice(0, MOST_ITEMS), at: now() }], MOST_CALLERS)
    },
    ordered: (callerId, itemId) => {
      const caller = callerOf(callerId)
      const search = last.get(caller)
      if (search?.items.includes(itemId) !== true) return
      last.delete(caller)
      if (now() - search.at <= FOLLOWS_WITHIN_MS) count(search.text, { ordersFollowed: 1 })
    },
    view: () => ({
      since: isoTime(since), ...totals,
      texts: [...texts].filter(([, { queries }]) => queries >= TOLD_FROM).map(([text, counted]) => ({ text, ...counted }))
        .sort((left, right) => right.queries - left.queries || (left.text < right.text ? -1 : 1)).slice(0, MOST_TOLD),
    }),
  }
}
