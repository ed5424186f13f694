import type { DecisionAnswer, Orchestrator, SubmitAnswer } from '../../../src/execution/orchestrator-api.js'
import type { JsonObject } from '../../../src/json.js'
import type { Person } from '../../../src/request/person.js'
import type { RequestEvent } from '../../../src/request/request-event.js'
import type { ServiceRequest } from '../../../src/request/service-request.js'
import { unresolvedSteps } from '../../../src/request/step-state.js'
import { ITEM_ID } from './items.js'
import { ada, ben, eve, olga, requesters, root, viewerOf } from './people.js'
import type { Act, PlannedAct, Submission } from './scenario.js'
import type { Replica, World } from './world.js'

const ASKED_AGAIN_AFTER_MS = 700

const someone = (world: World, wanted: number): Replica | undefined => {
  const from = world.alive()
  return from[wanted % Math.max(1, from.length)]
}

/** A call from outside the process: its death ends it as well. Undefined: no answer came, or the store was away (503). */
const ask = async <Answer>({ process, orchestrator }: Replica, asked: (orchestrator: Orchestrator) => Promise<Answer>): Promise<Answer | undefined> => {
  try {
    return await Promise.race([asked(orchestrator), process.died.then(() => undefined)])
  } catch {
    return undefined
  }
}


const fieldsOf = (world: World, name: string): JsonObject => world.item.password ? { name, password: world.password } : { name }

/** A client that asks for a request, again and again with the same key unless it gives up. */
export const submit = async (world: World, { process, person, careless, givesUp, plan }: Submission, index: number): Promise<void> => {
  const key = `key-${index}`
  const caller = requesters[person] ?? ada
  const fields = fieldsOf(world, key)
  const place = world.clients.length
  world.clients.push({ key, person: caller.id, name: key })
  const answeredBy = (id: string): void => { world.clients[place] = { key, person: caller.id, name: key, answered: id } }
  if (plan !== undefined) return answeredBy(await world.clerk.submit(caller, fields, key, plan))
  for (let turn = process; ; turn += 1) {
    const replica = someone(world, turn)
    const servesIt = !(world.scenario.blind && replica?.process.name === 'p2')
    const idempotency = (body: JsonObject) => ({ route: 'POST /requests', key, body })
    if (careless && turn === process && replica !== undefined && servesIt) {
      const refused = await ask(replica, (orchestrator) => orchestrator.submit({ caller, itemId: ITEM_ID, fields: {}, idempotency: idempotency({}) }))
      if (refused !== undefined && refused.kind !== 'refused') world.errors.push('an input that does not fit the form was accepted')
    }
    const answer: SubmitAnswer | undefined = replica === undefined || !servesIt ? undefined : await ask(replica, (orchestrator) =>
      orchestrator.submit({ caller, itemId: ITEM_ID, fields, idempotency: idempotency(fields) }))
    if (answer?.kind === 'refused') world.errors.push(`a submission was refused: ${JSON.stringify(answer)}`)
    else if (answer !== undefined) answeredBy(answer.request.request.id)
    if (answer !== undefined || (givesUp && servesIt)) return
    await new Promise<void>((resolve) => { world.clock.schedule(ASKED_AGAIN_AFTER_MS, resolve) })
  }
}

export const requestsOf = ({ state }: World): readonly ServiceRequest[] => [...state.rows.values()].map(({ stored }) => stored.request)

const requesterOf = ({ accepted }: ServiceRequest): Person => accepted.requester

/** What a person finds out at the vendor about steps whose effect nobody knows. Undefined while somebody still works there. */
const foundOut = ({ vendor, saidAbsent }: World, request: ServiceRequest) => {
  const found = unresolvedSteps(request).map((step) => ({ step, key: `req-${request.id}:${step}:${request.steps.find((row) => row.id === step)?.iteration ?? 1}` }))
  if (found.some(({ key }) => vendor.busy(key))) return undefined
  for (const { key } of found) if (vendor.left(key) === 0) saidAbsent.set(key, (saidAbsent.get(key) ?? 0) + 1)
  return found.map(({ step, key }) => ({ step, effect: vendor.left(key) > 0 ? { present: { made: key } } : 'absent' as const }))
}

const noteDecision = (world: World, answer: DecisionAnswer | undefined, what: string): void => {
  if (answer?.kind === 'done') world.decisions.push({ requestId: answer.request.request.id, version: answer.request.request.version })
  if (answer !== undefined) world.tell(() => JSON.stringify(answer.kind === 'done' ? answer.request.request : answer))
  world.reached(`${what} ${answer?.kind ?? 'unanswered'}`)
}

type Retry = 'retry' | 'retry-edited' | 'retry-redo'

/** A person lets a failed request go on. */
export const retry = async (world: World, replica: Replica, request: ServiceRequest, what: Retry = 'retry'): Promise<void> => {
  const resolved = foundOut(world, request)
  if (resolved === undefined) return
  const done = request.steps.filter((row) => row.state === 'completed' && resolved.every(({ step }) => step !== row.id)).map((row) => row.id)
  const answer = await ask(replica, (orchestrator) => orchestrator.retry({
    caller: requesterOf(request), requestId: request.id, reason: 'again', resolved, redo: what === 'retry-redo' ? done.slice(0, 1) : [],
    ...(what === 'retry-edited' ? { fields: fieldsOf(world, 'edited') } : {}),
    // What was found out holds for the failure that was looked at, and for no later one.
    ...(resolved.length > 0 ? { ifVersion: request.version } : {}),
  }))
  noteDecision(world, answer, what)
}

/** A person gives a failed request up. */
export const abort = async (world: World, replica: Replica, request: ServiceRequest, compensate: boolean): Promise<void> => {
  const answer = await ask(replica, (orchestrator) => orchestrator.abort({ caller: olga, requestId: request.id, reason: 'enough', compensate }))
  noteDecision(world, answer, 'abort')
}

/** Everybody looks; who may not see a request must not be able to decide about it either. */
const read = async (world: World, replica: Replica, request: ServiceRequest): Promise<void> => {
  for (const viewer of [viewerOf(ada), viewerOf(ben), viewerOf(eve), root]) {
    const found = await ask(replica, (orchestrator) => orchestrator.find(request.id, viewer))
    if (found !== undefined) world.readings.push({ viewer, what: 'find', request: found })
    const lines = await ask(replica, (orchestrator) => orchestrator.logs(request.id, viewer, { limit: 100 }))
    const row = world.state.rows.get(request.id)
    if (lines !== undefined && row !== undefined) world.readings.push({ viewer, what: 'logs', request: row.stored })
    if (viewer.id === root.id && found !== undefined) world.tell(() => JSON.stringify([found.request, lines]))
    const { data } = await world.tap.requests.list({ viewer, scope: 'visible', limit: 100 })
    world.readings.push(...data.map((stored) => ({ viewer, what: 'list', request: stored }) as const))
  }
  const row = world.state.rows.get(request.id)
  const refused = await ask(replica, (orchestrator) => orchestrator.abort({ caller: eve, requestId: request.id, reason: 'mine now' }))
  if (row !== undefined && refused !== undefined && refused.kind !== 'not-found') world.readings.push({ viewer: viewerOf(eve), what: 'abort', request: row.stored })
}

const clerkEvent = (world: World, what: Act, request: ServiceRequest, now: number): RequestEvent | undefined => {
  const cause = { by: olga, reason: 'the clerk says so', at: now }
  const { status, revision } = request
  const stage = request.approvals.find(({ state }) => state === 'open')
  const waiting = request.steps.find((row) => row.state === 'waiting' && row.waitFor.kind === 'signal')
  switch (what) {
    case 'cancel': return { type: 'cancel-requested', cause, compensate: false }
    case 'cancel-and-undo': return { type: 'cancel-requested', cause, compensate: true }
    case 'escalate': return { type: 'escalation-requested', cause }
    case 'resolve': return status.state === 'escalated' ? { type: 'escalation-resolved', cause, verdict: request.version % 2 === 0 ? 'completed' : 'aborted' } : undefined
    case 'approve':
    case 'reject': return stage === undefined ? undefined : { type: 'approval-decided', stage: stage.stage, planDigest: revision.planDigest, verdict: what, cause }
    case 'signal':
      return waiting?.state === 'waiting' && waiting.waitFor.kind === 'signal'
        ? { type: 'signal-received', at: now, reference: waiting.waitFor.reference, delivery: `webhook-${world.scenario.seed}`, payload: 'resolved' } : undefined
    case 'news': {
      const reference = request.steps.flatMap((row) => row.references)[0]
      return reference === undefined ? undefined : { type: 'external-status-changed', at: now, reference, status: `seen at ${now}` }
    }
    default: return undefined
  }
}

/** What the clerk writes; a webhook comes twice. */
export const clerkActs = async (world: World, what: Act, request: ServiceRequest): Promise<void> => {
  const once = async (): Promise<void> => {
    const applied = await world.clerk.apply(request.id, (current) => clerkEvent(world, what, current, world.clock.now()))
    if (applied === undefined) return
    world.reached(`${what} ${'stored' in applied ? 'done' : 'rejected'}`)
    if ('stored' in applied) world.decisions.push({ requestId: request.id, version: applied.stored.request.version })
  }
  await Promise.all(what === 'signal' ? [once(), once()] : [once()])
}

const actOn = async (world: World, what: Act, wanted: number, replica: Replica, request: ServiceRequest): Promise<void> => {
  switch (what) {
    case 'retry':
    case 'retry-edited':
    case 'retry-redo': {
      if (request.status.state !== 'failed') return
      if (what === 'retry-edited') return retry(world, replica, request, what)
      // Two people, or one with two windows: one of them is first.
      await Promise.all([retry(world, replica, request, what), retry(world, someone(world, wanted + 1) ?? replica, request)])
      return
    }
    case 'abort': return abort(world, replica, request, false)
    case 'abort-and-undo': return abort(world, replica, request, true)
    case 'look': {
      const seen = await ask(replica, (orchestrator) => orchestrator.findLive(request.id, root))
      if (seen !== undefined) world.tell(() => JSON.stringify(seen.request))
      return
    }
    case 'read': return read(world, replica, request)
    case 'cancel':
    case 'cancel-and-undo':
    case 'escalate':
    case 'resolve':
    case 'signal':
    case 'news':
    case 'approve':
    case 'reject': return clerkActs(world, what, request)
    case 'stop':
    case 'kill': return
  }
}

/** One thing that people, or the operator, do at its moment. */
export const perform = async (world: World, { what, process }: PlannedAct): Promise<void> => {
  const replica = someone(world, process)
  if (replica === undefined) return
  world.trace(() => `act ${what} at ${replica.process.name}`)
  if (what === 'kill') {
    world.reached('kill')
    replica.process.die()
  } else if (what === 'stop') {
    world.reached('stop')
    await Promise.race([replica.orchestrator.stop({ graceMs: 4_000 }), replica.process.died])
    replica.process.die()
  } else for (const request of requestsOf(world)) await actOn(world, what, process, replica, request)
}
