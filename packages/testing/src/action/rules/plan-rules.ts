import assert from 'node:assert/strict'
import childProcess from 'node:child_process'
import dgram from 'node:dgram'
import dns from 'node:dns'
import fs from 'node:fs'
import http from 'node:http'
import https from 'node:https'
import { syncBuiltinESMExports } from 'node:module'
import net from 'node:net'
import type { AnyAction, Json, PlannedChange } from '@pao/core/action'
import type { ActionCase } from '../action-world.js'
import type { Recording } from '../played.js'
import type { ActionRule } from '../subject.js'

type Holder = Record<string, unknown>

/** What reaches outside the process, or writes. Blocked only within one synchronous call. */
const GUARDED: readonly (readonly [object, readonly string[]])[] = [
  [globalThis, ['fetch', 'WebSocket', 'setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask']],
  [net, ['connect', 'createConnection', 'createServer']], [net.Socket.prototype, ['connect']], [http, ['request', 'get']], [https, ['request', 'get']], [dgram, ['createSocket']],
  [dns, ['lookup', 'resolve']], [childProcess, ['spawn', 'spawnSync', 'exec', 'execSync', 'execFile', 'execFileSync', 'fork']],
  [fs, ['writeFile', 'writeFileSync', 'appendFile', 'appendFileSync', 'mkdir', 'mkdirSync', 'mkdtempSync', 'rm', 'rmSync', 'unlink', 'unlinkSync', 'rename', 'renameSync', 'createWriteStream', 'copyFileSync']],
  [fs.promises, ['writeFile', 'appendFile', 'mkdir', 'rm', 'unlink', 'rename', 'copyFile']],
]

/** Runs a synchronous function in which nothing can leave the process. */
const blocked = <Value>(work: () => Value): { readonly value: Value; readonly reached: readonly string[] } => {
  const reached: string[] = []
  const restored = GUARDED.flatMap(([holder, names]) => names.flatMap((name) => {
    const original = Object.getOwnPropertyDescriptor(holder, name)
    if (original === undefined) return []
    const refuse = (): never => {
      reached.push(name)
      throw new Error(`${name} is blocked: plan cannot write and cannot ask anybody`)
    }
    Object.defineProperty(holder, name, { configurable: true, enumerable: original.enumerable ?? true, writable: true, value: refuse })
    return [() => { Object.defineProperty(holder as Holder, name, original) }]
  }))
  syncBuiltinESMExports()
  try {
    return { value: work(), reached }
  } finally {
    for (const restore of restored) restore()
    syncBuiltinESMExports()
  }
}

const frozen = <Value>(value: Value): Value => {
  if (typeof value !== 'object' || value === null) return value
  for (const member of Object.values(value)) frozen(member)
  return Object.freeze(value)
}

const planOf = (action: AnyAction, { run }: Recording): PlannedChange => {
  const [execution] = run.executions
  const { accepted, id } = run.request
  return action.plan(frozen({
    config: structuredClone(execution?.config), key: execution?.key ?? '',
    request: {
      id: `req-${id}`, correlationId: accepted.correlationId, step: 'step', acceptedAt: accepted.at,
      subject: { kind: accepted.subject.kind, id: accepted.subject.id, version: accepted.subject.version, name: accepted.subject.id },
      requester: { id: accepted.requester.id, teams: [...accepted.requester.teams] },
    },
  }))
}

const asJson = (value: unknown): Json => JSON.parse(JSON.stringify(value ?? null)) as Json

const assertPlan = (plan: PlannedChange | Promise<unknown>, title: string): void => {
  assert.ok(!(plan instanceof Promise), `${title}: plan answers later; it must be synchronous, for it has nobody to ask`)
  assert.ok(typeof plan.summary === 'string' && plan.summary !== '', `${title}: the plan has no summary`)
}

const isPure: ActionRule = {
  name: 'plan is pure',
  law: 'plan is pure (two calls equal, no write, sockets blocked)',
  run: async ({ action, cases, record }) => {
    for (const given of cases) {
      const recording = await record(given)
      const { value: both, reached } = blocked(() => [planOf(action, recording), planOf(action, recording)] as const)
      assert.deepEqual(reached, [], `${given.title}: plan tried to reach outside`)
      for (const plan of both) assertPlan(plan, given.title)
      assert.deepEqual(asJson(both[0]), asJson(both[1]), `${given.title}: two plans of the same config differ`)
    }
  },
}

const writes = (plan: PlannedChange): number => plan.changes.filter(({ kind }) => kind !== 'read').length

const assertCovers = (action: AnyAction, given: ActionCase, recording: Recording): void => {
  const planned = writes(planOf(action, recording))
  const { effects } = recording
  assert.ok(effects.length <= planned, `${given.title}: run made ${effects.length} effects (${effects.join(', ')}) and the plan names ${planned} changes`)
}

const covers: ActionRule = {
  name: 'plan covers what run does',
  law: 'plan covers what run did',
  run: async ({ action, cases, record }) => {
    for (const given of cases) assertCovers(action, given, await record(given))
  },
}

/** What a plan is held to. */
export const planRules: readonly ActionRule[] = [isPure, covers]
