import { hashOfJson } from '../../canonical-json.js'
import { optionCall } from '../../form/data-source/option-call.js'
import type { OptionList } from '../../form/data-source/option-list.js'
import type { Instant } from '../../json.js'
import type { Clock } from '../../ports/clock.js'
import type { OptionAnswer, OptionQuestion, OptionSource } from '../../ports/option-source.js'

/** How long options of a source that does not answer any more are still shown. */
const STALE_MS = 3_600_000
/** A source that has failed is left alone for so long. */
const REST_MS = 5_000
/** Options that are kept, all answers together. */
const MOST_KEPT = 100_000
/** Calls under way at once, all sources together. */
const MOST_CALLS = 32

/** Options, with the time at which the source gave them. */
export type KnownOptions =
  | ({ readonly kind: 'options'; readonly asOf: Instant } & OptionList)
  /** The source does not answer; these are what it gave last. */
  | ({ readonly kind: 'stale'; readonly asOf: Instant; readonly reason: string; readonly detail?: string } & OptionList)
  | { readonly kind: 'unavailable'; readonly reason: string; readonly detail?: string }

interface Entry {
  readonly known?: OptionList & { readonly asOf: Instant }
  readonly failure?: { readonly at: Instant; readonly reason: string; readonly detail?: string }
}

/** Asks a source no more often than needed. */
export interface OptionCache {
  /** `newerThanMs`: an answer that is older is asked for again, whatever the source says. Default: the source's own. */
  ask(question: Omit<OptionQuestion, 'at' | 'signal'>, newerThanMs?: number): Promise<KnownOptions>
}

const answerOf = ({ known, failure }: Entry, now: Instant): KnownOptions => {
  if (failure === undefined) return known === undefined ? { kind: 'unavailable', reason: 'it was not asked' } : { kind: 'options', ...known }
  const { at: _at, ...why } = failure
  return known !== undefined && now - known.asOf < STALE_MS ? { kind: 'stale', ...known, ...why } : { kind: 'unavailable', ...why }
}

/**
 * Keeps answers by source and values, for the time that the source says. Of equal questions at once one is asked; where a source fails, its
 * last options stay for an hour, and it is not asked again for five seconds. Secrets are no part of what is kept.
 */
export const createOptionCache = (source: OptionSource, clock: Clock): OptionCache => {
  const entries = new Map<string, Entry>()
  const flights = new Map<string, Promise<KnownOptions>>()
  let kept = 0

  const weightOf = (entry: Entry | undefined): number => entry === undefined ? 0 : 1 + (entry.known?.options.length ?? 0)

  const keep = (key: string, entry: Entry): void => {
    kept += weightOf(entry) - weightOf(entries.get(key))
    entries.delete(key)
    entries.set(key, entry)
    for (const [oldest, value] of entries) {
      if (kept <= MOST_KEPT || oldest === key) break
      entries.delete(oldest)
      kept -= weightOf(value)
    }
  }

  const next = (answer: OptionAnswer, before: Entry | undefined): Entry => {
    const at = clock.now()
    if (answer.kind === 'options') return { known: { options: answer.options, complete: answer.complete, asOf: at } }
    const { reason, detail } = answer
    return { ...(before?.known === undefined ? {} : { known: before.known }), failure: { at, reason, ...(detail === undefined ? {} : { detail }) } }
  }

  const fetch = async (key: string, question: OptionQuestion): Promise<KnownOptions> => {
    if (flights.size >= MOST_CALLS) return { kind: 'unavailable', reason: 'too many options are asked for at this moment' }
    const flight = source.ask(question).then((answer) => {
      const entry = next(answer, entries.get(key))
      keep(key, entry)
      return answerOf(entry, clock.now())
    }).finally(() => { flights.delete(key) })
    flights.set(key, flight)
    return flight
  }

  return {
    ask: async (question, newerThanMs = question.source.cacheMs) => {
      const now = clock.now()
      const at = now - (now % Math.max(1_000, question.source.cacheMs))
      const rendered = optionCall(question.source, question.variables, {}, at)
      if ('problem' in rendered) return { kind: 'unavailable', reason: 'its address cannot be put together with these values', detail: rendered.problem }
      const { items, valueField, labelField, limit, pages } = question.source
      const key = hashOfJson({ ...rendered.call, items: items ?? null, valueField: valueField ?? null, labelField: labelField ?? null, limit, pages })
      const flying = flights.get(key)
      if (flying !== undefined) return flying
      const entry = entries.get(key)
      const isFresh = entry?.failure === undefined ? entry?.known !== undefined && now - entry.known.asOf < newerThanMs : now - entry.failure.at < REST_MS
      if (entry !== undefined && isFresh) return answerOf(entry, now)
      return fetch(key, { ...question, at })
    },
  }
}
