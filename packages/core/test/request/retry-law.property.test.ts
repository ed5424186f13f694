import fc from 'fast-check'
import { expect, test } from 'vitest'
import { advance, type Prepare } from '../../src/request/advance.js'
import { claimEvents } from '../../src/request/claim-events.js'
import { nextWake } from '../../src/request/next-wake.js'
import type { PlannedStep } from '../../src/request/plan.js'
import type { RequestEffect } from '../../src/request/request-effect.js'
import type { RequestEvent } from '../../src/request/request-event.js'
import type { ServiceRequest } from '../../src/request/service-request.js'
import { stepStart } from '../../src/request/step-start.js'
import type { StepFailure } from '../../src/request/step.js'
import { accepted, because, planned, planOf, start } from './requests.js'

/** What goes wrong at the n-th execution that the vendor sees. */
type Trouble = 'none' | 'retryable' | 'fatal' | 'lost-before' | 'lost-after' | 'crash-before' | 'crash-after' | 'shutdown'

interface World {
  readonly request: ServiceRequest
  /** Effects that the vendor has, by step and iteration; with how often each was made. */
  readonly effects: ReadonlyMap<string, number>
}

const prepare: Prepare = (request, step, mode, at) => {
  const begun = stepStart(request, step, mode, `input of ${step}`)
  if (begun.kind !== 'start') throw new Error(`${step} is ${begun.kind}`)
  return { type: 'step-started', at, step, execution: begun.execution, mode: begun.mode, inputHash: `input of ${step}`, deadline: at + 30_000 }
}

const failureOf = (kind: StepFailure['kind']): StepFailure => ({ kind, phase: 'run', code: 'HTTP_503', message: 'trouble' })

/** Carries a request to its end against a vendor that makes one effect for each run that reaches it. */
function carry(steps: readonly PlannedStep[], troubles: readonly Trouble[]): World {
  const vendor = new Map<string, number>()
  const script = [...troubles]
  let at = start
  let request: ServiceRequest | undefined
  let todo: readonly RequestEffect[] = []

  const apply = (events: RequestEvent | readonly [RequestEvent, ...RequestEvent[]]) => {
    const next = advance(request, events, prepare)
    if ('rejection' in next) throw new Error(next.rejection.message)
    request = next.request
    todo = next.effects.filter((effect) => effect.type === 'execute-step')
  }

  const execute = ({ step, iteration, execution, mode }: Extract<RequestEffect, { type: 'execute-step' }>): RequestEvent | 'crash' => {
    const key = `${step}:${iteration}`
    if (mode === 'reconcile') return { type: 'step-reconciled', at, step, execution, verdict: vendor.has(key) ? { present: `output of ${step}` } : 'absent' }
    const trouble = script.shift() ?? 'none'
    const made = steps.find(({ id }) => id === step)?.effect === 'create' ? (vendor.get(key) ?? 0) + 1 : 1
    if (trouble === 'none' || trouble === 'lost-after' || trouble === 'crash-after') vendor.set(key, made)
    if (trouble === 'none') return { type: 'step-succeeded', at, step, execution, output: `output of ${step}` }
    if (trouble === 'crash-before' || trouble === 'crash-after') return 'crash'
    if (trouble === 'shutdown') return { type: 'step-interrupted', at, step, execution, why: 'shutdown' }
    return { type: 'step-failed', at, step, execution, jitter: 0.5, failure: failureOf(trouble === 'lost-before' || trouble === 'lost-after' ? 'unknown' : trouble) }
  }

  apply(accepted(planOf(steps)))
  for (let i = 0; i < 500; i += 1) {
    const current: ServiceRequest | undefined = request
    if (current === undefined || current.status.state === 'completed') break
    at += 10
    const effect = todo.find((one) => one.type === 'execute-step')
    const event = effect === undefined ? undefined : execute(effect)
    if (event !== undefined && event !== 'crash') { apply(event); continue }
    if (current.status.state === 'failed') { apply({ type: 'retry-requested', cause: because('again', at), redo: [], resolved: [] }); continue }
    at = Math.max(at, nextWake(current, at) ?? at)
    const [first, ...others] = claimEvents(current, at)
    if (first === undefined) throw new Error(`stranded in ${current.status.state}`)
    apply([first, ...others])
  }
  if (request === undefined) throw new Error('nothing was accepted')
  return { request, effects: vendor }
}

const effectOf = fc.constantFrom('none', 'idempotent', 'create', 'by-config')
const steps = fc.array(fc.record({ effect: effectOf, attempts: fc.nat(3) }), { minLength: 1, maxLength: 4 }).map((shapes) =>
  shapes.map(({ effect, attempts }, i) => planned(`step-${i}`, {
    effect, ...(attempts > 0 && { retry: { attempts, delayMs: 1_000, backoff: 'fibonacci', maxDelayMs: 60_000, on: ['error'] } }),
  })))
const troubles = fc.array(fc.constantFrom<Trouble>('none', 'retryable', 'fatal', 'lost-before', 'lost-after', 'crash-before', 'crash-after', 'shutdown'), { maxLength: 12 })

const shape = ({ request }: World) => ({ status: request.status.state, ledger: request.ledger, steps: request.steps.map((row) => [row.id, row.iteration, row.state, 'output' in row ? row.output : undefined]) })

test('troubles, recoveries and retries that end in success equal success, with one effect for each step', () => {
  fc.assert(fc.property(steps, troubles, (plan, script) => {
    const smooth = carry(plan, [])
    const rough = carry(plan, script)
    expect(shape(rough)).toEqual(shape(smooth))
    expect(rough.request.status.state).toBe('completed')
    const creates = plan.filter(({ effect }) => effect === 'create')
    expect(creates.map(({ id }) => rough.effects.get(`${id}:1`))).toEqual(creates.map(() => 1))
  }), { numRuns: 500, seed: 7 })
})
