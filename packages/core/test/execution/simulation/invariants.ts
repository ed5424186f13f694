import { eventsHash, historyHash } from '../../../src/request/history.js'
import { isFinal } from '../../../src/request/is-final.js'
import { requestEdges } from '../../../src/request/edges.js'
import { allRows, findPlanned } from '../../../src/request/request-rows.js'
import type { ServiceRequest } from '../../../src/request/service-request.js'
import { endedWell } from '../../../src/request/step-state.js'
import { transition } from '../../../src/request/transition.js'
import { effects } from './actions.js'
import { type Evidence, entriesOf, rowsOf } from './evidence.js'
import { requesters } from './people.js'

/** Says what in a run breaks the invariant; empty when nothing does. */
export type Invariant = (evidence: Evidence) => readonly string[]

const requestsOf = (evidence: Evidence): readonly ServiceRequest[] => rowsOf(evidence).map(({ stored }) => stored.request)

const keyOf = (request: ServiceRequest, row: { readonly id: string; readonly iteration: number }): string => `req-${request.id}:${row.id}:${row.iteration}`

/** I1, durability: what was answered with 202, or as decided, is there, as it was asked for. */
const durability: Invariant = (evidence) => [
  ...evidence.clients.flatMap(({ answered, person, name }) => {
    if (answered === undefined) return []
    const request = evidence.state.rows.get(answered)?.stored.request
    if (request === undefined) return [`${answered} was accepted and is not there`]
    const input = evidence.state.history.get(answered)?.[0]?.events[0]
    const kept = input?.type === 'request-accepted' ? (input.revision.input as { readonly name?: unknown }).name : undefined
    return kept === name && request.accepted.requester.id === person ? [] : [`${answered} is not what was asked for`]
  }),
  ...evidence.decisions.flatMap(({ requestId, version }) =>
    (evidence.state.rows.get(requestId)?.stored.request.version ?? 0) >= version ? [] : [`a decision about ${requestId} was answered with version ${version}, which is not there`]),
]

/** I2, no phantom: each stored request is one submission's, whole, and found by its key; none has two. */
const noPhantom: Invariant = (evidence) => {
  const owners = new Map<string, string>()
  const problems: string[] = []
  for (const [key, { requestId }] of evidence.state.keys) {
    if (owners.has(requestId)) problems.push(`${requestId} has two keys`)
    owners.set(requestId, key)
  }
  const asked = new Set(evidence.clients.map(({ key }) => key))
  for (const request of requestsOf(evidence)) {
    const key = owners.get(request.id)
    if (key === undefined || ![...asked].some((one) => key.includes(JSON.stringify(one)))) problems.push(`${request.id} belongs to no submission`)
    const first = entriesOf(evidence, request.id)[0]?.types[0]
    if (first !== 'request-accepted' || request.steps.length !== request.revision.plan.steps.length) problems.push(`${request.id} is not whole`)
  }
  if (evidence.state.rows.size > evidence.clients.length) problems.push(`${evidence.state.rows.size} requests of ${evidence.clients.length} submissions`)
  return problems
}

const edges = new Set(requestEdges.flatMap(({ from, event, to }) => to.map((state) => `${from} ${event} ${state}`)))
const isEdge = (from: string | undefined, event: string, to: string): boolean => edges.has(`${from} ${event} ${to}`)

/** Whether two values are the same JSON. What one event gave both of them is the same object. */
const isSameJson = (one: unknown, other: unknown): boolean => {
  if (one === other) return true
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null || Array.isArray(one) !== Array.isArray(other)) return false
  const [mine, theirs] = [one as Readonly<Record<string, unknown>>, other as Readonly<Record<string, unknown>>]
  for (const name in theirs) if (theirs[name] !== undefined && mine[name] === undefined) return false
  for (const name in mine) if (!isSameJson(mine[name], theirs[name])) return false
  return true
}

const replayed = (evidence: Evidence, stored: ServiceRequest): readonly string[] => {
  let request: ServiceRequest | undefined
  let ended = 0
  for (const event of entriesOf(evidence, stored.id).flatMap(({ events }) => events)) {
    const from = request?.status.state
    if (request !== undefined && isFinal(request)) return [`${stored.id}: ${event.type} after ${from ?? ''}`]
    const next = transition(request, event)
    if ('rejection' in next) return [`${stored.id}: ${event.type} does not fit ${from ?? 'nothing'}: ${next.rejection.message}`]
    request = next.request
    const to = request.status.state
    if (!isEdge(from, event.type, to)) return [`${stored.id}: no edge leads by ${event.type} from ${from ?? 'nothing'} to ${to}`]
    if (isFinal(request)) ended += 1
  }
  if (!isSameJson(request, stored)) return [`${stored.id}: its history tells of another state than the stored one`]
  return ended <= 1 ? [] : [`${stored.id} has ended ${ended} times`]
}

/** I3, legal history: the history is a path of the machine that leads to the stored state; what has ended stays as it is. */
const legalHistory: Invariant = (evidence) => [
  ...requestsOf(evidence).flatMap((request) => replayed(evidence, request)),
  ...evidence.writes.flatMap(({ before, after, commit }) =>
    before !== undefined && isFinal(before.stored.request) && before.stored !== after?.stored ? [`${commit.after.id} was changed after it had ended`] : []),
]

/** I4, one owner: epochs of a request strictly rise, nobody is given what another holds, and who does not hold it writes nothing. */
const oneOwner: Invariant = (evidence) => {
  const problems: string[] = []
  const epochs = new Map<string, number>()
  for (const { requestId, epoch, held, owner } of evidence.grants) {
    if (epoch <= (epochs.get(requestId) ?? 0)) problems.push(`${requestId}: epoch ${epoch} after ${epochs.get(requestId)}`)
    if (held) problems.push(`${requestId} was given to ${owner} while another held it`)
    epochs.set(requestId, epoch)
  }
  for (const { commit, answer, before, after, grown } of evidence.writes) {
    const changed = before !== after || grown.history > 0 || grown.logs > 0
    const { id } = commit.after
    const stale = commit.epoch !== undefined && (before?.claim?.owner !== commit.owner || before.epoch !== commit.epoch)
    const late = before !== undefined && before.stored.request.version !== commit.expectedVersion
    if (changed && (stale || late)) problems.push(`${id}: a write under epoch ${commit.epoch} and version ${commit.expectedVersion} changed epoch ${before?.epoch} and version ${before?.stored.request.version}`)
    if (changed && (answer.kind === 'claim-lost' || answer.kind === 'conflict' || answer.kind === 'replayed')) problems.push(`${id}: a write answered with ${answer.kind} changed something`)
  }
  return problems
}

const boundOf = (evidence: Evidence, request: ServiceRequest, row: ReturnType<typeof allRows>[number]): readonly string[] => {
  const { vendor, scenario, saidAbsent } = evidence
  const type = findPlanned(request, row.id)?.action ?? ''
  const effect = effects[type] ?? 'none'
  const key = keyOf(request, row)
  const findable = scenario.steps[Number(row.id.slice('step-'.length))]?.findable ?? scenario.steps[0]?.findable ?? true
  const made = vendor.made(key)
  return [
    ...(made > 1 ? [`${made} effects under ${key}`] : []),
    ...(effect === 'create' && !findable && vendor.changes(key) > 1 + (saidAbsent.get(key) ?? 0) ? [`${vendor.changes(key)} calls under ${key}, which cannot be looked for`] : []),
    ...(effect !== 'none' && row.state === 'completed' && made !== 1 ? [`${key} is completed and made ${made} effects`] : []),
    ...(row.state === 'compensated' && vendor.left(key) > 0 ? [`${key} is compensated and its effect is there`] : []),
    ...(row.executions === 0 && vendor.changes(key) > 0 ? [`${key} never began and was called`] : []),
  ]
}

/** I5, effect bound: one effect for each request, step and iteration, whatever was lost; none under a key that nobody recorded. */
const effectBound: Invariant = (evidence) => {
  const known = new Set(requestsOf(evidence).flatMap((request) => allRows(request).map((row) => keyOf(request, row))))
  return [
    ...evidence.vendor.keys().filter((key) => !known.has(key)).map((key) => `the vendor was called under ${key}, which is in no request`),
    ...requestsOf(evidence).flatMap((request) => allRows(request).flatMap((row) => boundOf(evidence, request, row))),
  ]
}

const outOfOrder = (request: ServiceRequest, id: string): boolean => {
  const { plan } = request.revision
  const earlier = plan.limit === 1 ? request.steps.slice(0, request.steps.findIndex((row) => row.id === id)) : []
  const awaited = findPlanned(request, id)?.dependsOn.flatMap((name) => request.steps.filter((row) => row.id === name)) ?? []
  return ![...earlier, ...awaited].every(endedWell)
}

/** I6, order: when an execution begins, its record stands, and so does the success of all that it follows. */
const order: Invariant = (evidence) => evidence.begun.flatMap(({ key, attempt, row }) => {
  const [, step = '', iteration = ''] = key.split(':')
  const request = row?.stored.request
  const recorded = request === undefined ? undefined : allRows(request).find((one) => one.id === step && one.iteration === Number(iteration))
  if (request === undefined || recorded === undefined || recorded.executions < attempt) return [`execution ${attempt} of ${key} runs and is not recorded`]
  // A process that was overtaken may still run what others have gone beyond.
  const superseded = request.superseded.includes(recorded)
  return !superseded && outOfOrder(request, step) ? [`${key} runs before what it follows has succeeded`] : []
})

/** I7, liveness: soon after the last fault nothing is left to be carried, no place is lost, no timer stays, and no client is without an answer. */
const liveness: Invariant = (evidence) => [
  ...evidence.stuck,
  ...evidence.errors,
  ...(evidence.timersLeft > 0 ? [`${evidence.timersLeft} timers are left`] : []),
  ...(evidence.stuck.length > 0 ? [] : requestsOf(evidence).filter((request) => !isFinal(request)).map(({ id, status, steps }) => `${id} has not ended: ${JSON.stringify({ status, steps })}`)),
]

/** The spellings in which a secret tends to leak. */
const spellings = (secret: string): readonly string[] => {
  const bytes = Buffer.from(secret, 'utf8')
  return [secret, bytes.toString('base64').replace(/=+$/, ''), bytes.toString('hex')]
}

/** I8, no leak: no row, log line, event or answer holds a password or a secret. */
const noLeak: Invariant = ({ canaries, state, told, item }) => {
  if (!item.hasSecrets) return []
  const { rows, history, keys, checkpoints, logs, expected } = state
  const places: Readonly<Record<string, string>> = {
    rows: JSON.stringify([...rows]), history: JSON.stringify([...history]), keys: JSON.stringify([...keys]), logs: JSON.stringify([...logs]), expected: JSON.stringify([...expected]),
    checkpoints: JSON.stringify([...checkpoints].map(([key, saved]) => [key, [...saved]])), answers: told.join('\n'),
  }
  return canaries.flatMap((canary) => spellings(canary)).flatMap((spelling) =>
    Object.entries(places).filter(([, text]) => text.includes(spelling)).map(([place]) => `${place} hold ${spelling}`))
}

const brokenChain = (evidence: Evidence, { id }: ServiceRequest): readonly string[] => {
  const problems: string[] = []
  let previous: string | undefined
  let version = 0
  for (const entry of entriesOf(evidence, id)) {
    const { hash, events } = entry
    if (entry.firstVersion !== version + 1 || entry.version !== version + events.length) problems.push(`${id}: versions ${entry.firstVersion} to ${entry.version} follow ${version}`)
    if (entry.types.join() !== events.map(({ type }) => type).join()) problems.push(`${id}: the types of version ${entry.version} are not those of its events`)
    if (entry.eventsHash !== eventsHash(events) || hash !== historyHash({ ...entry, previous, requestId: id })) problems.push(`${id}: the chain breaks at version ${entry.version}`)
    previous = hash
    version = entry.version
  }
  const row = evidence.state.rows.get(id)
  if (row?.stored.chainHash !== previous || row?.stored.request.version !== version) problems.push(`${id}: the last link is not that of the request`)
  return problems
}

/** I9, audit: every transition stands in exactly one row, and the chain of each request verifies. */
const audit: Invariant = (evidence) => requestsOf(evidence).flatMap((request) => brokenChain(evidence, request))

/** I10, isolation: nobody is shown, or may decide about, what is neither theirs nor of their teams. */
const isolation: Invariant = ({ readings }) => readings.flatMap(({ viewer, what, request: { request } }) => {
  const { requester, ownerTeam } = request.accepted
  const teams = [...requesters.find(({ id }) => id === requester.id)?.teams ?? [], ownerTeam]
  const may = viewer.administrator || viewer.id === requester.id || viewer.teams.some((team) => teams.includes(team))
  return may ? [] : [`${viewer.id} got ${request.id} of ${requester.id} by ${what}`]
})

export const invariants = {
  'I1 durability': durability, 'I2 no phantom': noPhantom, 'I3 legal history': legalHistory, 'I4 one owner': oneOwner, 'I5 effect bound': effectBound,
  'I6 order': order, 'I7 liveness': liveness, 'I8 no leak': noLeak, 'I9 audit': audit, 'I10 isolation': isolation,
} as const satisfies Readonly<Record<string, Invariant>>

export type InvariantName = keyof typeof invariants

export interface Violation {
  readonly invariant: InvariantName
  readonly message: string
}

/** All that a run breaks. */
export const violationsOf = (evidence: Evidence): readonly Violation[] =>
  (Object.entries(invariants) as [InvariantName, Invariant][]).flatMap(([invariant, check]) => check(evidence).map((message) => ({ invariant, message })))
