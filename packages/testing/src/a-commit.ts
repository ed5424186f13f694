import { randomUUID } from 'node:crypto'
import type { Commit } from '@pao/core/ports'
import { firstOwner } from './owners.js'
import { sha256 } from './sha256.js'

type ServiceRequest = Commit['after']

/** Everything of a commit that a test may want to say. `owner` is that of the writing process. */
export type CommitTraits = Partial<Omit<Commit, 'before' | 'after' | 'expectedVersion'>>

const eventsOf = (before: ServiceRequest | undefined, after: ServiceRequest, at: number): Commit['entry']['events'] => {
  if (before !== undefined) return Array.from({ length: after.version - before.version }, () => ({ type: 'timer-fired', at }) as const)
  const { id, accepted, revision, approvals } = after
  return [{ type: 'request-accepted', id, at, accepted, revision, approvals, room: false }]
}

const anEntry = (commitId: string, before: ServiceRequest | undefined, after: ServiceRequest): Commit['entry'] => {
  const at = after.accepted.at + 1_000 * (after.version - 1)
  const events = eventsOf(before, after, at)
  const eventsHash = sha256(JSON.stringify(events))
  return {
    version: after.version,
    firstVersion: (before?.version ?? 0) + 1,
    commitId,
    at,
    ...(before === undefined ? { actor: after.accepted.requester.id } : {}),
    types: events.map((event) => event.type),
    events,
    eventsHash,
    hash: sha256(`${commitId}${eventsHash}`),
  }
}

const build = (before: ServiceRequest | undefined, after: ServiceRequest, traits: CommitTraits): Commit => {
  const commitId = traits.commitId ?? randomUUID()
  return {
    commitId,
    expectedVersion: before?.version ?? 0,
    owner: firstOwner,
    claim: 'keep',
    ...(before === undefined ? {} : { before }),
    after,
    entry: anEntry(commitId, before, after),
    effects: [],
    wakeAt: after.accepted.at,
    logs: [],
    ...traits,
  }
}

/** A submission of the request: unclaimed and due since it was accepted, unless the traits say otherwise. */
export const aSubmission = (request: ServiceRequest, traits: CommitTraits = {}): Commit => build(undefined, request, traits)

/** The next change of a stored request: its version rises by one, `change` says what else. */
export const aCommit = (before: ServiceRequest, change: Partial<ServiceRequest> = {}, traits: CommitTraits = {}): Commit =>
  build(before, { ...before, version: before.version + 1, ...change }, traits)
