import { randomUUID } from 'node:crypto'
import { memorySecrets, systemIds } from '@pao/core/memory'
import { PaoError } from '@pao/core/action'
import type { Clock, Ids, Logger, SecretSource } from '@pao/core/ports'
import type { ClockFixture, IdsFixture, LogEntry, LoggerFixture, SecretSourceFixture } from '@pao/testing'
import { clockContract, idsContract, loggerContract, secretSourceContract, virtualClock } from '@pao/testing'
import { refusesMutants } from './mutants.js'

const throwing = (error: () => Error): SecretSource => ({ get: async () => { throw error() } })
const unavailable = (reason: string): PaoError => new PaoError('SECRET_UNAVAILABLE', reason)

const secrets = (change: (values: Readonly<Record<string, string>>) => SecretSource = memorySecrets, away: NonNullable<SecretSourceFixture['away']> = async () => throwing(() => unavailable('away'))) =>
  async (): Promise<SecretSourceFixture> => ({ holding: async (values) => change(values), away })

refusesMutants(secretSourceContract, secrets(), [
  { breaks: 'trims values', refusedBy: 'get gives the value of its name, unchanged, each time', create: secrets((values) => ({ get: async (name) => memorySecrets(values).get(name).then((value) => value?.trim()) })) },
  { breaks: 'gives a value once', refusedBy: 'get gives the value of its name, unchanged, each time', create: secrets((values) => {
    const left = new Map(Object.entries(values))
    return { get: async (name) => { const value = left.get(name); left.delete(name); return value } }
  }) },
  { breaks: 'answers all calls under way with one value', refusedBy: 'get of several names at once gives each its own value', create: secrets((values) => {
    let underWay: Promise<string | undefined> | undefined
    return { get: (name) => underWay ??= memorySecrets(values).get(name).finally(() => { underWay = undefined }) }
  }) },
  { breaks: 'looks names up in an object', refusedBy: 'a name that is not there is undefined, whatever it looks like', create: secrets((values) => ({ get: async (name) => values[name] })) },
  { breaks: 'finds names by their beginning', refusedBy: 'a name that is not there is undefined, whatever it looks like', create: secrets((values) => ({ get: async (name) => values[name] ?? Object.entries(values).find(([known]) => known.startsWith(name))?.[1] })) },
  { breaks: 'calls an outage not found', refusedBy: 'an outage throws SECRET_UNAVAILABLE, for names that are there and others', create: secrets(memorySecrets, async () => ({ get: async () => undefined })) },
  { breaks: 'throws errors of its own', refusedBy: 'an outage throws SECRET_UNAVAILABLE, for names that are there and others', create: secrets(memorySecrets, async () => throwing(() => new Error('ECONNREFUSED'))) },
  { breaks: 'quotes what an outage brings', refusedBy: 'an outage quotes no value', create: secrets(memorySecrets, async (_, reason) => throwing(() => unavailable(`the vault said: ${reason}`))) },
  { breaks: 'keeps in the cause what an outage brings', refusedBy: 'an outage quotes no value', create: secrets(memorySecrets, async (_, reason) => throwing(() => new PaoError('SECRET_UNAVAILABLE', 'away', { cause: new Error(reason) }))) },
])

const ids = (change: (one: Ids) => Partial<Ids> = () => ({})) => async (): Promise<IdsFixture> => {
  const made = (): Ids => { const one = systemIds(); return { ...one, ...change(one) } }
  return { ids: made(), others: made(), elapse: (ms) => new Promise((resolve) => { setTimeout(resolve, ms) }) }
}

refusesMutants(idsContract, ids(), [
  { breaks: 'counts from one in each process', refusedBy: 'ids never repeat, also over two processes', create: ids(() => { let count = 0; return { uuid: () => `00000000-0000-4000-8000-${String(count += 1).padStart(12, '0')}` } }) },
  { breaks: 'gives random request ids', refusedBy: ['request ids of one process rise', 'request ids of different processes sort by their time', 'request ids are UUIDs of version 7, uuid is a UUID, both in lower case'], create: ids(() => ({ requestId: () => randomUUID() })) },
  { breaks: 'counts request ids without the time', refusedBy: 'request ids of different processes sort by their time', create: ids(() => {
    const origin = randomUUID().slice(24)
    let count = Math.floor(Math.random() * 1_000_000)
    return { requestId: () => `${origin.slice(0, 8)}-0000-7000-8000-${String(count += 1).padStart(12, '0')}` }
  }) },
  { breaks: 'writes upper case', refusedBy: 'request ids are UUIDs of version 7, uuid is a UUID, both in lower case', create: ids((one) => ({ uuid: () => one.uuid().toUpperCase() })) },
  { breaks: 'reaches one', refusedBy: 'fractions are in [0, 1), spread, and another one each time', create: ids(() => ({ fraction: () => Math.ceil(Math.random() * 10) / 10 })) },
  { breaks: 'gives small fractions only', refusedBy: 'fractions are in [0, 1), spread, and another one each time', create: ids((one) => ({ fraction: () => one.fraction() / 2 })) },
])

const levels = ['debug', 'info', 'warn', 'error'] as const

const plain = (value: unknown): unknown => value instanceof Error ? { message: value.message } : value

const safely = (fields: Readonly<Record<string, unknown>>): string => {
  const seen = new Set<unknown>()
  try {
    return JSON.stringify(fields, (_, value: unknown) => {
      if (typeof value === 'bigint' || typeof value === 'symbol' || typeof value === 'function') return String(value)
      if (typeof value !== 'object' || value === null) return value
      if (seen.has(value)) return '[again]'
      seen.add(value)
      return plain(value)
    })
  } catch (error) {
    return JSON.stringify({ unreadable: (error as Error).message })
  }
}

interface LoggerTraits { readonly fieldsOf?: (fields: Readonly<Record<string, unknown>>) => string; readonly level?: (level: string) => string; readonly raw?: boolean; readonly before?: (fields: Record<string, unknown>) => void; readonly late?: boolean }

const logging = ({ fieldsOf = safely, level: levelOf = (level) => level, raw = false, before, late = false }: LoggerTraits = {}) => async (): Promise<LoggerFixture> => {
  const lines: string[] = []
  const say = (level: string) => (fields: Readonly<Record<string, unknown>>, message: string): void => {
    before?.(fields as Record<string, unknown>)
    const text = raw ? `{"level":"${levelOf(level)}","message":"${message}","fields":${fieldsOf(fields)}}` : `{"level":"${levelOf(level)}","message":${JSON.stringify(message)},"fields":${fieldsOf(fields)}}`
    if (late) lines.unshift(text)
    else lines.push(...text.split('\n'))
  }
  const logger = Object.fromEntries(levels.map((level) => [level, say(level)])) as unknown as Logger
  const parsed = (text: string): LogEntry => {
    try {
      return { ...JSON.parse(text) as LogEntry, text }
    } catch {
      return { level: '', message: '', fields: {}, text }
    }
  }
  return { logger, entries: async () => lines.map(parsed) }
}

refusesMutants(loggerContract, logging(), [
  { breaks: 'has one level', refusedBy: 'each call is an entry of its level, with message and fields, in the order of the calls', create: logging({ level: () => 'info' }) },
  { breaks: 'drops fields', refusedBy: 'each call is an entry of its level, with message and fields, in the order of the calls', create: logging({ fieldsOf: () => '{}' }) },
  { breaks: 'writes in another order', refusedBy: 'each call is an entry of its level, with message and fields, in the order of the calls', create: logging({ late: true }) },
  { breaks: 'lets a message break the line', refusedBy: 'a call is one entry, whatever characters it holds', create: logging({ raw: true }) },
  { breaks: 'writes errors as {}', refusedBy: 'an Error among the fields keeps its message', create: logging({ fieldsOf: (fields) => JSON.stringify(fields) }) },
  { breaks: 'throws for what JSON cannot hold', refusedBy: 'a call never throws, and an entry is written, whatever the fields hold', create: logging({ fieldsOf: (fields) => JSON.stringify(fields, (_, value: unknown) => plain(value)) }) },
  { breaks: 'replaces errors in the fields of its caller', refusedBy: 'a call changes none of its fields, frozen or not', create: logging({ before: (fields) => { for (const [name, value] of Object.entries(fields)) if (value instanceof Error) fields[name] = value.message } }) },
])

const clocks = (change: (clock: Clock) => Partial<Clock> = () => ({})) => async (): Promise<ClockFixture> => {
  const clock = virtualClock()
  return { clock: { now: clock.now, schedule: clock.schedule, ...change(clock) }, elapse: clock.advance }
}

refusesMutants(clockContract, clocks(), [
  { breaks: 'stands still', refusedBy: 'now goes on with the time', create: clocks((clock) => { const start = clock.now(); return { now: () => start } }) },
  { breaks: 'calls too early', refusedBy: 'schedule calls once, not before the delay', create: clocks((clock) => ({ schedule: (delayMs, callback) => clock.schedule(delayMs / 3, callback) })) },
  { breaks: 'calls again and again', refusedBy: 'schedule calls once, not before the delay', create: clocks((clock) => {
    const again = (delayMs: number, callback: () => void): (() => void) => clock.schedule(delayMs, () => { callback(); again(delayMs, callback) })
    return { schedule: again }
  }) },
  { breaks: 'never calls', refusedBy: 'schedule calls once, not before the delay', create: clocks(() => ({ schedule: () => () => undefined })) },
  { breaks: 'cannot cancel', refusedBy: 'schedule never calls after its cancel', create: clocks((clock) => ({ schedule: (delayMs, callback) => { clock.schedule(delayMs, callback); return () => undefined } })) },
  { breaks: 'cancels the last timer, whichever that is', refusedBy: 'a cancel that comes too late does nothing, also to other timers', create: clocks((clock) => {
    let last = (): void => undefined
    return { schedule: (delayMs, callback) => { last = clock.schedule(delayMs, callback); return () => { last() } } }
  }) },
  { breaks: 'counts delays in 31 bits', refusedBy: 'schedule waits for delays that are longer than a timer can be', create: clocks((clock) => ({ schedule: (delayMs, callback) => clock.schedule(delayMs > 2 ** 31 - 1 ? 1 : delayMs, callback) })) },
  { breaks: 'calls in the order of making', refusedBy: 'timers are called in the order in which they are due', create: clocks((clock) => {
    let latest = 0
    return { schedule: (delayMs, callback) => { latest = Math.max(latest, delayMs); return clock.schedule(latest, callback) } }
  }) },
])
