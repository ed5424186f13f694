import { isFinal } from '../../../src/request/is-final.js'
import type { ServiceRequest } from '../../../src/request/service-request.js'
import { abort, clerkActs, perform, requestsOf, retry, submit } from './acting.js'
import type { Evidence } from './evidence.js'
import { LATEST_MS, type Scenario } from './scenario.js'
import { type Mutant, OPTIONS, type World, createWorld } from './world.js'

/** Virtual time in which the world goes wrong, behind the last thing that people do. */
const CHAOS_MS = 30_000
/** Virtual time within which everything must have come to rest once nothing goes wrong any more: the bound of I7. */
export const SOON_MS = 900_000
/** Who was frozen wakes up, and what hangs ends. */
const STILL_MS = 60_000
const ROUNDS = 10
const PATIENCE = 2
/** Filling every place costs more than all that came before. */
const PLACES_EVERY = 128

const isCarried = ({ status }: ServiceRequest): boolean => status.state === 'queued' || status.state === 'in_progress' || status.state === 'cancelling'

const isWaiting = (request: ServiceRequest): boolean => request.steps.some((row) => row.state === 'waiting' && row.waitFor.kind === 'signal')

/** What nobody has to carry any further. */
const isQuiet = (world: World): boolean => world.alive().length > 0 && !requestsOf(world).some(isCarried)

const noteStuck = (world: World): void => {
  for (const { id, status, steps } of requestsOf(world).filter(isCarried)) world.stuck.push(`${id} ${JSON.stringify({ status, steps, row: { ...world.state.rows.get(id), stored: undefined } })}`)
  if (world.alive().length === 0) world.stuck.push('no process runs')
}

const comesToRest = async (world: World): Promise<boolean> => {
  if (await world.clock.advanceUntil(() => isQuiet(world), SOON_MS)) return true
  noteStuck(world)
  return false
}

/** People settle what is left to them; what fails again and again, such as a step that reads what was skipped, they give up. */
const settle = async (world: World, request: ServiceRequest, patient: boolean): Promise<void> => {
  const [replica] = world.alive()
  if (replica === undefined) return
  switch (request.status.state) {
    case 'failed': return world.clock.until(patient ? retry(world, replica, request) : abort(world, replica, request, request.version % 2 === 0))
    case 'escalated': return clerkActs(world, 'resolve', request)
    case 'pending_approval': return clerkActs(world, 'approve', request)
    default: return isWaiting(request) ? clerkActs(world, 'signal', request) : undefined
  }
}

const settleAll = async (world: World): Promise<void> => {
  for (let round = 0; round < ROUNDS && !requestsOf(world).every(isFinal); round += 1) {
    await world.clock.advanceUntil(() => world.isStill(), STILL_MS)
    for (const request of requestsOf(world)) await settle(world, request, round < PATIENCE)
    if (!await comesToRest(world)) return
  }
}

/** No place leaked: every live process still takes as many requests at once as it has places. */
const checkPlaces = async (world: World): Promise<void> => {
  for (const replica of world.alive()) {
    const { orchestrator, process } = replica
    if (!await world.clock.advanceUntil(() => orchestrator.health().carried === 0, STILL_MS)) world.stuck.push(`${process.name} still carries ${orchestrator.health().carried}`)
    if (world.scenario.blind && process.name === 'p2') continue
    // A look for what is due keeps places while it is under way; the last late answer comes within this time.
    await world.clock.advance(LATEST_MS + 1)
    const [from, first] = [world.tap.writes.length, world.clients.length]
    const alone: World = { ...world, alive: () => [replica] }
    await Promise.all(Array.from({ length: OPTIONS.workers }, (_, index) => submit(alone, { at: 0, process: 0, person: 1, careless: false, givesUp: false }, first + index)))
    const queued = world.tap.writes.slice(from).filter(({ kind, commit }) => kind === 'submit' && commit.after.status.state === 'queued').length
    if (queued > 0) world.stuck.push(`${process.name} has no place for ${queued} of ${OPTIONS.workers} requests`)
    if (!await comesToRest(world)) return
    await settleAll(world)
  }
}

/** Lets the world go wrong, then right again, and people settle what is left to them; then everything is stopped. */
export const runScenario = async (scenario: Scenario, mutant: Mutant = {}, tracer?: (line: string) => void): Promise<Evidence> => {
  const world = createWorld(scenario, mutant, tracer)
  const { clock } = world
  await world.boot()
  if (scenario.alone !== true) await world.boot()
  let asking = scenario.submissions.length
  const ended = (): void => { asking -= 1 }
  scenario.submissions.forEach((submission, index) => { clock.schedule(submission.at, () => { void submit(world, submission, index).then(ended) }) })
  let acting = scenario.acts.length
  scenario.acts.forEach((planned) => { clock.schedule(planned.at, () => { void perform(world, planned).then(() => { acting -= 1 }) }) })
  await clock.advanceUntil(() => asking === 0 && acting === 0 && isQuiet(world), CHAOS_MS)
  world.calm()
  if (!await clock.advanceUntil(() => asking === 0, SOON_MS)) world.stuck.push('a client never got an answer')
  if (await comesToRest(world)) await settleAll(world)
  // Who was frozen wakes up, and learns that others have been faster.
  await clock.advanceUntil(() => world.isStill(), STILL_MS)
  if (scenario.seed % PLACES_EVERY === 0 && world.stuck.length === 0) await checkPlaces(world)
  world.close()
  for (const { orchestrator } of world.alive()) void orchestrator.stop({ graceMs: 1_000 })
  await clock.advanceUntil(() => clock.pending() === 0, 120_000)
  return world.evidence()
}
