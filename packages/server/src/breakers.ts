import { breakerAt, callEnded, closedBreaker, isPaoError, stepServices } from '@pao/core'
import type { Breaker, Impairment, LoadedItem, StepService } from '@pao/core'
import type { Instant, JsonObject } from '@pao/core/action'
import type { HttpClient, HttpRequest, HttpResponse } from '@pao/core/ports'

/** Services, and steps that were seen calling, that are remembered. */
const MOST_SERVICES = 500
const MOST_STEPS = 5_000

/** Circuit breakers of the services that actions call, one a host, fed by how their calls end. */
export interface ServiceBreakers {
  /** The client with every call of a step counted. It holds no call back. */
  watched(http: HttpClient): HttpClient
  /** What of an item does not work because of services that fail. */
  impairments(loaded: LoadedItem): readonly Impairment[]
}

const hostOf = ({ url }: HttpRequest): string | undefined => URL.parse(url)?.host

/** What an answer says of the service: an error of its own, or that it is asked for too much. A refusal of the request is none. */
const failureOfStatus = (status: number): string | undefined => status >= 500 || status === 429 ? `it answered ${status}` : undefined

/** Undefined: the error says nothing about the service, as one of our own policy, or a call that we gave up ourselves. */
const failureOfError = (error: unknown, { signal }: HttpRequest): string | undefined => {
  if (signal?.aborted === true && signal.reason !== 'deadline') return undefined
  if (isPaoError(error, 'HTTP_DEADLINE')) return 'it did not answer in time'
  return isPaoError(error, 'HTTP_CONNECTION') ? 'it could not be reached' : undefined
}

/** Keeps the entry that was used last at the end, and lets go of the first where there are too many. */
const remember = <Value>(map: Map<string, Value>, key: string, value: Value, most: number): void => {
  map.delete(key)
  map.set(key, value)
  const oldest = map.size > most ? map.keys().next().value : undefined
  if (oldest !== undefined) map.delete(oldest)
}

/** Names no host: where an env value leads to is not for everybody who may order. */
const words = ({ step, action }: StepService, { state, reason }: Extract<Breaker, { readonly state: 'open' | 'half-open' }>): string =>
  `what step ${step} (${action}) calls ${state === 'open' ? `does not work: ${reason}` : `did not work until now and is tried again: ${reason}`}`

/** An open breaker makes an item unavailable where the step is essential; one that is tried again, and other steps, make it degraded. */
const impairmentOf = (service: StepService, breaker: Breaker): Impairment | undefined => breaker.state === 'closed' ? undefined
  : { state: breaker.state === 'open' && service.essential ? 'unavailable' : 'degraded', reason: words(service, breaker), since: breaker.since }

export const serviceBreakers = ({ now, env }: { readonly now: () => Instant; readonly env: JsonObject }): ServiceBreakers => {
  const breakers = new Map<string, Breaker>()
  /** Hosts by item and step, for steps whose document names none. */
  const seen = new Map<string, ReadonlySet<string>>()

  const learn = ({ by }: HttpRequest, host: string): void => {
    if (by === undefined) return
    const key = `${by.item}\n${by.step}`
    const before = seen.get(key)
    if (before?.has(host) !== true) remember(seen, key, new Set([...before ?? [], host].slice(-10)), MOST_STEPS)
  }

  const ended = (host: string, failure: string | undefined): void => {
    const outcome = { at: now(), ...(failure === undefined ? {} : { failure }) }
    remember(breakers, host, callEnded(breakers.get(host) ?? closedBreaker, outcome), MOST_SERVICES)
  }

  const watch = async (http: HttpClient, request: HttpRequest, host: string): Promise<HttpResponse> => {
    learn(request, host)
    try {
      const response = await http.request(request)
      ended(host, failureOfStatus(response.status))
      return response
    } catch (error) {
      const failure = failureOfError(error, request)
      if (failure !== undefined) ended(host, failure)
      throw error
    }
  }

  const ofItem = (loaded: LoadedItem): readonly Impairment[] => stepServices(loaded, env).flatMap((service) => {
    const hosts = new Set([...service.hosts, ...seen.get(`${loaded.item.id}\n${service.step}`) ?? []])
    return [...hosts].flatMap((host) => impairmentOf(service, breakerAt(breakers.get(host) ?? closedBreaker, now())) ?? [])
  })

  return {
    watched: (http) => ({
      request: (request) => {
        const host = hostOf(request)
        return host === undefined ? http.request(request) : watch(http, request, host)
      },
    }),
    impairments: ofItem,
  }
}
