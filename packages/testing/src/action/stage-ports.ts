import type { HttpClient, HttpRequest, HttpResponse, Json } from '@pao/core/action'
import { PaoError } from '@pao/core/action'
import type { MemoryStores } from '@pao/core/memory'
import { memorySecrets } from '@pao/core/memory'
import type { RequestStore, SecretSource, StepCheckpoints } from '@pao/core/ports'
import type { ActionPoint, Interrupt, RecordedCall, VendorFault } from './action-point.js'
import type { ActionProcess } from './action-process.js'
import type { StageWork } from './stage-work.js'
import { askVendor, boundedCall, faultyResponse } from './vendor-calls.js'
import type { VendorHttp } from './vendor-calls.js'

/** Sends a call that does not go by HTTP: so the test sees it, and can let it go wrong. */
export type VendorCall = <Answer>(name: string, work: () => Promise<Answer>) => Promise<Answer>

export interface StagePortsOptions {
  readonly work: StageWork
  readonly stores: MemoryStores
  readonly http: VendorHttp | undefined
  readonly secrets: Readonly<Record<string, string>>
  /** What happens at each point. */
  readonly interrupt: Interrupt
  /** Stops the present process as an operator would. */
  readonly stop: () => void
  /** The vendor's fake has thrown what is no error of the port. */
  readonly failed: (error: unknown) => void
}

/** What a process reaches outside, and everything that was noted of it. */
export interface StagePorts {
  readonly points: readonly ActionPoint[]
  readonly calls: readonly RecordedCall[]
  readonly checkpoints: ReadonlyMap<string, Json | undefined>
  of(process: ActionProcess): { readonly requests: RequestStore; readonly checkpoints: StepCheckpoints; readonly secrets: SecretSource; readonly http: HttpClient }
  vendorCallOf(process: ActionProcess): VendorCall
}

const lost = (name: string): PaoError => new PaoError('HTTP_CONNECTION', `${name}: the answer was lost`, { retryable: true })

export const createStagePorts = ({ work, stores, http: vendor, secrets, interrupt, stop, failed }: StagePortsOptions): StagePorts => {
  const points: ActionPoint[] = []
  const calls: RecordedCall[] = []
  const kept = new Map<string, Json | undefined>()

  /** The execution under way is aborted; the call goes on once that has happened. */
  const aborted = async (process: ActionProcess, why: 'deadline' | 'shutdown'): Promise<void> => {
    const signal = work.current(process)?.signal
    if (signal === undefined) return
    if (why === 'shutdown') stop()
    if (!signal.aborted) await work.holding(new Promise<void>((resolve) => { signal.addEventListener('abort', () => { resolve() }, { once: true }) }))
  }

  const modeOf = (process: ActionProcess): Pick<ActionPoint, 'mode'> => {
    const mode = work.current(process)?.mode
    return mode === undefined ? {} : { mode }
  }

  /** A point is reached: notes it, and lets happen what is to happen there. The answer is what goes wrong with a call to the vendor. */
  const reach = async (process: ActionProcess, when: ActionPoint['when'], port: ActionPoint['port'], name: string): Promise<VendorFault | undefined> => {
    await process.deliver(Promise.resolve())
    const point: ActionPoint = { number: points.length, when, port, name, ...modeOf(process) }
    points.push(point)
    work.note()
    const what = interrupt(point)
    switch (what) {
      case undefined: return undefined
      case 'crash': process.die(); break
      case 'freeze': process.freeze(); break
      case 'deadline':
      case 'shutdown': await aborted(process, what); return undefined
      default: return what
    }
    // Never, when it died.
    await process.deliver(Promise.resolve())
    return undefined
  }

  /** A call that leaves the process and cannot fail by itself. */
  const boundary = <Answer>(process: ActionProcess, port: ActionPoint['port'], name: string, call: () => Promise<Answer>): Promise<Answer> =>
    process.deliver((async () => {
      await reach(process, 'before', port, name)
      const answer = await call()
      await reach(process, 'after', port, name)
      return answer
    })())

  const recorded = (process: ActionProcess, call: Omit<RecordedCall, 'at' | 'mode'>): void => {
    calls.push({ at: work.clock.now(), ...modeOf(process), ...call })
  }

  const faulty = (fault: VendorFault, request: HttpRequest): Promise<HttpResponse> => {
    const response = faultyResponse(fault, request)
    return fault === 'hang' ? work.holding(boundedCall(response, request, work.clock, () => true)) : response
  }

  const answered = (request: HttpRequest): Promise<HttpResponse> => work.asking(async () => {
    try {
      return await askVendor(vendor, request, work.clock.now())
    } catch (error) {
      if (!(error instanceof PaoError)) failed(error)
      throw error
    }
  })

  const exchange = async (process: ActionProcess, request: HttpRequest, sending: () => void): Promise<HttpResponse> => {
    const name = `${request.method} ${request.url}`
    const before = await reach(process, 'before', 'http', name)
    // Given up while it was held: nothing leaves any more.
    if (request.signal?.aborted === true) return new Promise(() => undefined)
    sending()
    if (before !== undefined) return faulty(before, request)
    const { method, url, headers = {}, body } = request
    recorded(process, { method, url, headers, ...(body === undefined ? {} : { body }) })
    const response = await answered(request)
    const after = await reach(process, 'after', 'http', name)
    return after === undefined ? response : faulty(after, request)
  }

  const httpOf = (process: ActionProcess): HttpClient => ({
    request: (request) => {
      let sent = false
      return process.deliver(boundedCall(exchange(process, request, () => { sent = true }), request, process.clock, () => sent))
    },
  })

  const checkpointsOf = (process: ActionProcess): StepCheckpoints => ({
    load: (scope) => boundary(process, 'checkpoints', '(load)', () => stores.checkpoints.load(scope)),
    save: (scope, name, value, claim) => boundary(process, 'checkpoints', name, async () => {
      const saved = await stores.checkpoints.save(scope, name, value, claim)
      if (saved === 'saved') kept.set(name, 'absent' in value ? undefined : value.value)
      return saved
    }),
  })

  const known = memorySecrets(secrets)
  return {
    points, calls, checkpoints: kept,
    of: (process) => ({
      requests: { ...stores.requests, commit: (commit) => boundary(process, 'store', commit.entry.types.join(', '), () => stores.requests.commit(commit)) },
      checkpoints: checkpointsOf(process),
      secrets: { get: (name) => boundary(process, 'secrets', name, () => known.get(name)) },
      http: httpOf(process),
    }),
    vendorCallOf: (process) => (name, call) => process.deliver((async () => {
      if (await reach(process, 'before', 'vendor', name) !== undefined) throw lost(name)
      recorded(process, { method: 'CALL', url: name, headers: {} })
      const answer = await work.asking(call)
      if (await reach(process, 'after', 'vendor', name) !== undefined) throw lost(name)
      return answer
    })()),
  }
}
