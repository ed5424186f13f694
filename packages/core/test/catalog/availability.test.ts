import { describe, expect, test } from 'vitest'
import { availabilityOf } from '../../src/catalog/availability.js'
import { edited, load } from './documents.js'

/** A Monday, 12:30 UTC. */
const NOON = Date.UTC(2026, 10, 23, 12, 30)
const HOUR = 3_600_000
const item = (window: string) => load(edited(['fulfillment:\n', `lifecycle: { maintenance: { windows: [${window}] } }\nfulfillment:\n`])).item!
const state = (window: string, now = NOON): string => availabilityOf(item(window), [], now).state

describe('maintenance windows', () => {
  test.each<[string, string, number, string]>([
    ['now', '{ day: monday, start_time: "12:00", end_time: "13:00" }', NOON, 'maintenance'],
    ['on another day', '{ day: sunday, start_time: "12:00", end_time: "13:00" }', NOON, 'available'],
    ['at its end', '{ day: Mon, start_time: "12:00", end_time: "12:30" }', NOON, 'available'],
    ['at its beginning', '{ day: Mon, start_time: "12:30", end_time: "13:00" }', NOON, 'maintenance'],
    ['every day', '{ start_time: "12:00", end_time: "13:00" }', NOON, 'maintenance'],
    ['in another time zone', '{ day: monday, start_time: "13:00", end_time: "14:00", timezone: Europe/Berlin }', NOON, 'maintenance'],
    ['over midnight, before', '{ day: monday, start_time: "22:00", end_time: "02:00" }', NOON + 10 * HOUR, 'maintenance'],
    ['over midnight, behind', '{ day: monday, start_time: "22:00", end_time: "02:00" }', NOON + 13 * HOUR, 'maintenance'],
    ['over midnight, a day early', '{ day: monday, start_time: "22:00", end_time: "02:00" }', NOON - 12 * HOUR, 'available'],
    ['of a time zone that there is not', '{ day: monday, start_time: "12:00", end_time: "13:00", timezone: Mars/Base }', NOON, 'available'],
    ['of a time that there is not', '{ day: monday, start_time: noon, end_time: "13:00" }', NOON, 'available'],
  ])('%s', (_name, window, now, expected) => {
    expect(state(window, now)).toBe(expected)
  })
})

test('what cannot be ordered is unavailable; what people do in place of the machine is degraded', () => {
  expect(availabilityOf(item('{ start_time: "12:00", end_time: "13:00" }'), ['it is a draft'], NOON)).toEqual({ state: 'unavailable', reason: 'it is a draft' })
  expect(availabilityOf(item('{ start_time: "12:00", end_time: "13:00" }'), [], NOON)).toEqual({ state: 'maintenance', reason: 'maintenance until 13:00 UTC' })
  const manual = load(edited(['      - id: announce\n        type: rest-api', '      - id: announce\n        type: terraform'])).item!
  expect(availabilityOf(manual, [], NOON)).toEqual({ state: 'degraded', reason: manual.item.fulfillment.modeReason })
  expect(manual.item.fulfillment.modeReason).toBeDefined()
})
