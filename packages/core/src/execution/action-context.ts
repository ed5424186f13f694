import type { ActionContext, AnyAction, RequestFacts } from '../action/action.js'
import { fatal } from '../action/action-failure.js'
import type { HttpClient, HttpRequest } from '../action/http.js'
import { PaoError } from '../errors.js'
import type { Instant, Json } from '../json.js'
import type { CheckpointScope, CheckpointValue, StepCheckpoints } from '../ports/step-checkpoints.js'
import type { SecretSource } from '../ports/secret-source.js'
import type { Clock } from '../ports/clock.js'
import type { Logger } from '../ports/logger.js'
import type { Interruption } from './interruption.js'
import { patiently } from './patiently.js'
import type { Redactor } from '../redactor.js'
import type { StepLogBuffer } from './step-log-buffer.js'
import { storable } from './storable.js'

/** As the HttpClient port says. */
const DEFAULT_CALL_MS = 30_000

/** What one execution of an action works with. */
export interface ExecutionScope {
  readonly action: AnyAction
  readonly config: unknown
  readonly key: string
  readonly attempt: number
  readonly request: RequestFacts
  readonly uncertainSince?: Instant
  readonly interruption: Interruption
  readonly deadline: Instant
  readonly logs: StepLogBuffer
  readonly redactor: Redactor
  readonly checkpointScope: CheckpointScope
  /** Absent for reads outside a claim: then nothing may be checkpointed. */
  readonly claim?: { readonly owner: string; readonly epoch: number }
  readonly now: () => Instant
  readonly ports: { readonly checkpoints: StepCheckpoints; readonly secrets: SecretSource; readonly http: HttpClient; readonly clock: Clock; readonly logger: Logger }
}

/** Reads a secret for a person's document: absence is a fatal failure that names the secret and the cure, never its value. */
export const readSecret = async (secrets: SecretSource, name: string, redactor: Redactor): Promise<string> => {
  const value = await secrets.get(name)
  if (value === undefined) throw fatal('SECRET_UNAVAILABLE', `there is no secret named ${name}; ask who runs the server to add it`)
  redactor.add(value)
  return value
}

const secretReader = (scope: ExecutionScope) => {
  let declared: ReadonlySet<string> | undefined
  return async (name: string): Promise<string> => {
    scope.interruption.throwIfInterrupted()
    declared ??= new Set(scope.action.secrets?.(scope.config))
    if (!declared.has(name)) throw fatal('SECRET_NOT_DECLARED', `action ${scope.action.type} asked for the secret ${name}, which it does not declare`)
    return readSecret(scope.ports.secrets, name, scope.redactor)
  }
}

const valueOf = (kept: CheckpointValue): Json | undefined => 'absent' in kept ? undefined : kept.value

const checkpointer = (scope: ExecutionScope): ActionContext<unknown>['checkpoint'] => {
  const used = new Set<string>()
  let kept: Promise<ReadonlyMap<string, CheckpointValue>> | undefined
  const patient = <Answer>(work: () => Promise<Answer>): Promise<Answer> => patiently(work, scope.ports, scope.checkpointScope.requestId, () => scope.interruption.why !== undefined)
  return async <Value extends Json | undefined>(name: string, work: () => Promise<Value>): Promise<Value> => {
    scope.interruption.throwIfInterrupted()
    const { claim } = scope
    if (claim === undefined) throw new PaoError('ACTION_CONTRACT', `${scope.action.type} used a checkpoint where nothing may be written`)
    if (used.has(name)) throw new PaoError('CHECKPOINT_REPEATED', `${scope.action.type} used the checkpoint ${name} twice in one run`)
    used.add(name)
    kept ??= patient(() => scope.ports.checkpoints.load(scope.checkpointScope))
    const earlier = (await kept).get(name)
    if (earlier !== undefined) return valueOf(earlier) as Value
    // It may have aborted while the store was asked: nothing new begins then.
    scope.interruption.throwIfInterrupted()
    const value = scope.redactor.json(storable(await work()))
    // What was done is done: an outage of the store right after it must not make it unknown.
    const saved = await patient(() => scope.ports.checkpoints.save(scope.checkpointScope, name, value === undefined ? { absent: true } : { value }, claim))
    if (saved === 'claim-lost') throw new PaoError('CLAIM_LOST', `another process carries this request now`)
    return value as Value
  }
}

const READS: ReadonlySet<string> = new Set(['GET', 'HEAD'])

/** Every call ends with the execution at the latest: its deadline bounds the call's, its signal ends it. */
const boundHttp = (scope: ExecutionScope, written: () => void): HttpClient => ({
  request: (request: HttpRequest) => {
    scope.interruption.throwIfInterrupted()
    if (!READS.has(request.method)) written()
    const left = Math.max(1, scope.deadline - scope.now())
    const { signal: own } = scope.interruption
    const signal = request.signal === undefined ? own : AbortSignal.any([request.signal, own])
    const by = { action: scope.action.type, item: scope.request.subject.id, step: scope.request.step }
    return scope.ports.http.request({ ...request, by, signal, timeoutMs: Math.min(left, request.timeoutMs ?? DEFAULT_CALL_MS) })
  },
})

/** The context of an execution, and whether it has sent anything so far that could change the outside. */
export const createActionContext = (scope: ExecutionScope): { readonly context: ActionContext<unknown>; readonly hasWritten: () => boolean } => {
  let written = false
  const context: ActionContext<unknown> = {
    config: scope.config,
    key: scope.key,
    attempt: scope.attempt,
    request: scope.request,
    ...(scope.uncertainSince === undefined ? {} : { uncertainSince: scope.uncertainSince }),
    get signal() { return scope.interruption.signal },
    log: scope.logs.log,
    now: scope.now,
    secret: secretReader(scope),
    sensitive: (value) => { scope.redactor.add(value) },
    checkpoint: checkpointer(scope),
    http: boundHttp(scope, () => { written = true }),
  }
  return { context, hasWritten: () => written }
}
