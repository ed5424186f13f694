import { type Instant, type Json, type JsonObject, isJsonObject } from '../json.js'
import type { LoadedItem } from './loaded-item.js'

/** Whether an item does what it promises, now and for everybody. */
export interface Availability {
  /**
   * `unavailable`: nobody can order it, or what it needs does not work now. `maintenance`: a window of the document is open. `degraded`: it is
   * carried out by people though the document says automatic, or something that it may need does not work. Whether an order is taken is
   * another question: only what nobody can order is refused.
   */
  readonly state: 'available' | 'degraded' | 'maintenance' | 'unavailable'
  /** Absent exactly for `available`. */
  readonly reason?: string
  /** Since when, where that was seen. */
  readonly since?: Instant
}

/** Something outside that an item needs and that does not work as it should. */
export interface Impairment {
  readonly state: 'degraded' | 'unavailable'
  /** For people: what, and what it does. */
  readonly reason: string
  readonly since: Instant
}

/** The worst first, then the one that has lasted longest. */
const worst = (impairments: readonly Impairment[]): Impairment | undefined =>
  [...impairments].sort((left, right) => left.state === right.state ? left.since - right.since : left.state === 'unavailable' ? -1 : 1)[0]

const days = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday']

interface LocalTime {
  readonly day: number
  /** Minutes since midnight. */
  readonly minute: number
}

/** Day and time of a place; undefined for a time zone that there is not. */
const localTime = (now: Instant, timeZone: string): LocalTime | undefined => {
  try {
    const parts = new Intl.DateTimeFormat('en-GB', { timeZone, weekday: 'long', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).formatToParts(now)
    const part = (type: string): string => parts.find((one) => one.type === type)?.value ?? ''
    return { day: days.indexOf(part('weekday').toLowerCase()), minute: Number(part('hour')) * 60 + Number(part('minute')) }
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

const minuteOf = (text: Json | undefined): number | undefined => {
  const found = typeof text === 'string' ? /^(\d{1,2}):(\d{2})$/.exec(text) : null
  const minute = found === null ? Number.NaN : Number(found[1]) * 60 + Number(found[2])
  return minute >= 0 && minute <= 1440 ? minute : undefined
}

const isDay = (text: Json | undefined, day: number): boolean => {
  if (text === undefined || text === 'daily') return true
  return typeof text === 'string' && text.length >= 3 && days[day]?.startsWith(text.toLowerCase()) === true
}

/** A window that ends before it begins goes over midnight, into the next day. */
const isOpen = (slot: JsonObject, now: Instant): boolean => {
  const [from, to] = [minuteOf(slot['start_time']), minuteOf(slot['end_time'])]
  const local = localTime(now, typeof slot['timezone'] === 'string' ? slot['timezone'] : 'UTC')
  if (from === undefined || to === undefined || local === undefined) return false
  const { day, minute } = local
  if (from < to) return isDay(slot['day'], day) && minute >= from && minute < to
  return (isDay(slot['day'], day) && minute >= from) || (isDay(slot['day'], (day + 6) % 7) && minute < to)
}

const openWindow = ({ item: { document } }: LoadedItem, now: Instant): JsonObject | undefined => {
  const lifecycle = document['lifecycle']
  const maintenance = isJsonObject(lifecycle) ? lifecycle['maintenance'] : undefined
  const windows = isJsonObject(maintenance) ? maintenance['windows'] : undefined
  return Array.isArray(windows) ? (windows as readonly Json[]).filter(isJsonObject).find((slot) => isOpen(slot, now)) : undefined
}

/**
 * Whether an item does what it promises now. `reasons`: why nobody can order it; empty: it can be ordered. A window that cannot be read is never
 * open. `impairments`: what was seen outside; a window explains them.
 */
export const availabilityOf = (loaded: LoadedItem, reasons: readonly string[], now: Instant, impairments: readonly Impairment[] = []): Availability => {
  const [first] = reasons
  if (first !== undefined) return { state: 'unavailable', reason: first }
  const slot = openWindow(loaded, now)
  if (slot !== undefined) return { state: 'maintenance', reason: `maintenance until ${String(slot['end_time'])} ${typeof slot['timezone'] === 'string' ? slot['timezone'] : 'UTC'}` }
  const impairment = worst(impairments)
  if (impairment !== undefined) return { state: impairment.state, reason: impairment.reason, since: impairment.since }
  const { modeReason } = loaded.item.fulfillment
  return modeReason === undefined ? { state: 'available' } : { state: 'degraded', reason: modeReason }
}
